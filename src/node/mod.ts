// node: the local node. Runs the Pods bound to it as processes of this machine: a supervisor that outlives the server
// holds them in sandboxes, environments are built once from recipes, pipeline steps are forked from warm parents. Implements
// the Kubelet port. Promises: no process of a dead Pod is alive, an exit is known only after its record is durable, what
// became of a process is never guessed. Knows neither store nor server nor engine; results go out through StepResultSink.
export { checkContainerEngine } from './doctor/container-engine.ts';
export { examineMachine } from './doctor/examine-machine.ts';
export type { Finding } from './doctor/finding.ts';
export { createEnvironments, type Environments, type ReadyEnvironment } from './environments/environments.ts';
export { createInterpreters, type Interpreter, type Interpreters } from './environments/interpreters.ts';
export { readRecipes } from './environments/recipe.ts';
export { createRunProcess } from './environments/run-process.ts';
export { createKubelet } from './kubelet.ts';
export { createNodePrograms, type NodePrograms } from './node-programs.ts';
export type { ContainerStats, NodeStats } from './node-stats.ts';
export { claimMetrics } from './reports/node-metrics.ts';
export { MACHINE_NAMES } from './network/name-files.ts';
export { networkRanges, type NetworkRanges } from './network/network-ranges.ts';
export type { ClaimUsage } from './pods/claim-usage.ts';
export { createLocalNode, type LocalNode, type LocalNodeOptions, type LocalNodeStatus } from './node.ts';
