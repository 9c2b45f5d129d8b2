// Both runtimes of a node as one: a program starts in the runtime of its kind, and a container is found where it runs.
import type { ContainerRuntime } from '../containers/container-runtime.ts';
import type { ProcessProgram } from '../pods/container-program.ts';
import type { Runtime } from './runtime.ts';

export function combineRuntimes(processes: Runtime<ProcessProgram>, containers: ContainerRuntime): Runtime {
  const all: readonly Omit<Runtime, 'start'>[] = [processes, containers];
  const of = (id: string): Omit<Runtime, 'start'> => (containers.has(id) ? containers : processes);
  return {
    get instanceIds() {
      return all.flatMap(({ instanceIds }) => instanceIds);
    },
    get awayInstanceIds() {
      return all.flatMap(({ awayInstanceIds }) => awayInstanceIds);
    },
    start(program, plan) {
      return program.kind === 'process' ? processes.start(program, plan) : containers.start(program, plan);
    },
    list: async () => (await Promise.all(all.map((runtime) => runtime.list()))).flat(),
    openSession: (id, options) => of(id).openSession(id, options),
    attach: (id, options) => of(id).attach(id, options),
    terminate: (id, stopSignal) => of(id).terminate(id, stopSignal),
    limit: (id, limits) => of(id).limit(id, limits),
    killContainer: (id) => of(id).killContainer(id),
    async killPod(podUid) {
      await Promise.all(all.map((runtime) => runtime.killPod(podUid)));
    },
    async removePod(podUid, directories) {
      // The network that containers joined goes with the processes.
      return processes.removePod(podUid, await containers.removePod(podUid, directories));
    },
  };
}
