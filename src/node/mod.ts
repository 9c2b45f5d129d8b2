// node: the local node. Runs the Pods bound to it as processes of this machine: a supervisor that outlives the server
// holds them in sandboxes, environments are built once from recipes, pipeline steps are forked from warm parents. Implements
// the Kubelet port. Promises: no process of a dead Pod is alive, an exit is known only after its record is durable, what
// became of a process is never guessed. Knows neither store nor server nor engine; results go out through StepResultSink.
export { createKubelet } from './kubelet.ts';
export { createLocalNode, type LocalNode, type LocalNodeOptions } from './node.ts';
