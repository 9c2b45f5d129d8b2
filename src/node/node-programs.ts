// Puts together what turns containers into processes: interpreters, environments, warm parents, and the supervisor.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, type Clock, type Log } from '../base/mod.ts';
import type { Logs } from '../logs/mod.ts';
import { ContainerRuntime } from './containers/container-runtime.ts';
import { EngineFinder } from './containers/engine.ts';
import type { EngineSetting } from './containers/find-engine.ts';
import { ImagePrograms } from './containers/image-programs.ts';
import { createEnvironments, type Environments } from './environments/environments.ts';
import { createInterpreters, PYTHON_MINOR_MIN, type Interpreters } from './environments/interpreters.ts';
import { createRunProcess } from './environments/run-process.ts';
import type { Programs } from './pods/container-program.ts';
import { passedOn } from './programs/container-env.ts';
import { createPrograms } from './programs/programs.ts';
import { ImportHabits } from './programs/import-habits.ts';
import { RefusedSets } from './programs/refused-sets.ts';
import { createWarmParents, type WarmParents } from './programs/warm-parents.ts';
import { connectSupervisor } from './supervisor/client.ts';
import type { Supervisor } from './supervisor/protocol.ts';

export interface NodeProgramsOptions {
  readonly dataDir: string;
  readonly recipesFile: string;
  /** Of containers of engines that keep them. */
  readonly logs: Logs;
  /** Which container engine runs images without a recipe: `auto`, `off`, or the path of its socket. */
  readonly containerEngine: EngineSetting;
  readonly environmentsBytesMax: number;
  /** Memory of all warm parents together; 0 preloads nothing. */
  readonly warmParentsBytesMax: number;
  /** Variables of the machine's user: PATH, HOME, PIP_*, proxies, … */
  readonly variables: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface NodePrograms {
  readonly programs: Programs;
  readonly environments: Environments;
  readonly interpreters: Interpreters;
  readonly parents: WarmParents;
  readonly containers: ContainerRuntime;
  /** Connects to the supervisor of the data directory, starting it when there is none. Throws Failure `NoPython`. */
  connectSupervisor(): Promise<Supervisor>;
  /** After the node has stopped: gives up builds. Warm parents go on. */
  stop(): Promise<void>;
}

const BASH_PLACES = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash'];

export function createNodePrograms(options: NodeProgramsOptions): NodePrograms {
  const { clock, log, variables } = options;
  const run = createRunProcess(clock);
  const interpreters = createInterpreters({ run, variables, log });
  const environments = createEnvironments({
    directory: join(options.dataDir, 'environments'),
    variables,
    sizeBytesMax: options.environmentsBytesMax,
    platform: process.platform,
    run,
    clock,
    log,
  });
  const containersDirectory = join(options.dataDir, 'containers');
  const machineEnv = passedOn(variables);
  const engines = new EngineFinder({ setting: options.containerEngine, variables, directory: containersDirectory, clock, log });
  const containers = new ContainerRuntime({ engines, installationFile: join(containersDirectory, 'installation'), logs: options.logs, clock, log });
  let supervisor: Supervisor | undefined;
  const connected = (): Supervisor => {
    if (supervisor === undefined) throw new Failure('SupervisorLost', 'no supervisor is connected yet');
    return supervisor;
  };
  const refused = new RefusedSets({ file: join(options.dataDir, 'refused-preloads.json'), clock, log });
  const habits = new ImportHabits({ file: join(options.dataDir, 'import-habits.json'), clock, log });
  const parents = createWarmParents({ supervisor: connected, habits, refused, bytesMax: options.warmParentsBytesMax, clock, log });
  const programs = createPrograms({
    environments,
    interpreters,
    parents,
    recipesFile: options.recipesFile,
    bash: BASH_PLACES.find((path) => existsSync(path)),
    images: new ImagePrograms({ engines, machineEnv, pulledImagesFile: join(containersDirectory, 'images.json'), clock, log }),
    machineEnv,
    clock,
    log,
  });
  return {
    programs,
    environments,
    interpreters,
    parents,
    containers,
    async connectSupervisor() {
      const interpreter = await interpreters.nearest(undefined);
      if (interpreter === undefined) {
        throw new Failure('NoPython', `this machine has no Python 3.${PYTHON_MINOR_MIN} or newer, which runs the steps; install one (apt install python3, or brew install python) and start again`);
      }
      const next = await connectSupervisor({ dataDir: options.dataDir, python: interpreter.path, clock, log });
      next.onParentExit((parentId) => parents.forget(parentId));
      next.onImported((imported) => parents.imported(imported));
      parents.adopt((await next.list()).parents);
      supervisor = next;
      return next;
    },
    async stop() {
      containers.stop();
      parents.release();
      await refused.written();
      await environments.stop();
    },
  };
}
