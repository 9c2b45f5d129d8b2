// What runs a container: the seam between Pods and the ways in which their containers become processes. One runtime holds them
// as sandboxed processes of this machine (process-runtime.ts), the other as containers of an engine (container-runtime.ts).
// A container of either is known by its id `<podUid>/<container>/<restart>` and outlives the server.
import type { ContainerSession, ExecOptions, KubeObject } from '../../base/mod.ts';
import type { LogLimits } from '../../logs/mod.ts';
import type { PodAddress } from '../network/pod-address.ts';
import type { ContainerProgram } from '../pods/container-program.ts';
import type { StepPaths } from '../pods/step.ts';
import type { ContainerLimits, ContainerMount, ListedContainer } from '../supervisor/protocol.ts';

/** The main process of a running container. */
export interface RunningProcess {
  readonly id: string;
  /** As the machine has it. */
  readonly pid: number;
}

/** What a start needs besides the program: the same for every runtime. */
export interface ContainerPlan {
  readonly id: string;
  readonly pod: KubeObject;
  readonly container: string;
  readonly hostname: string;
  /** Of the Pod; an `own` one comes with the network namespace that the container joins. */
  readonly address: PodAddress;
  /** Volumes at their mount paths, and files with names (/etc/hosts) of a Pod with an address of its own. */
  readonly mounts: readonly ContainerMount[];
  /** The file that takes its termination message; a pipeline step has none. */
  readonly message: ContainerMount | undefined;
  /** Artifacts and output files of a pipeline step. */
  readonly step: StepPaths | undefined;
  readonly limits: ContainerLimits;
  /** Ids of the GPUs that it has. A process finds them by its variables; an engine has to be asked for them. */
  readonly gpus: readonly string[];
  /** Host directory that a container sees as /tmp. */
  readonly tmpDirectory: string;
  /** Gets its output in CRI format; its directory exists. */
  readonly logFile: string;
  readonly logLimits: LogLimits;
  /** Whose processes it shall see. */
  readonly beside: RunningProcess | undefined;
  readonly stdin: boolean;
  /** One terminal in place of three pipes. */
  readonly tty: boolean;
  /** Name of the file that gets the record of its exit before anybody learns of it; its directory exists. */
  readonly exitFileOf: (instanceId: string) => string;
  /** It runs, but not as the Pod says: a reason and a plain sentence. */
  readonly onWarning: (reason: string, message: string) => void;
}

export interface AttachedInput {
  readonly hasStdin: boolean;
  /** The end of this input is the end of the container's. */
  readonly endsInput: boolean;
}

export interface StartedContainer {
  readonly pid: number;
  /** The same that `list` and its exit will tell; undefined when it is not known yet. */
  readonly startedAtMs?: number;
}

/** `Program` is what it can run. */
export interface Runtime<Program extends ContainerProgram = ContainerProgram> {
  /** By them exit files are named. A file of another one without a record means that its container is gone, nobody knows how. */
  readonly instanceIds: readonly string[];
  /** Of these nobody can say now what they have: who holds them does not answer. As of the last `list`. */
  readonly awayInstanceIds: readonly string[];
  /** Resolves when the command runs. Throws Failure `StartError` when the command can't run. */
  start(program: Program, plan: ContainerPlan): Promise<StartedContainer>;
  /** What runs, and what ended and was not removed; nothing in the middle of its start. */
  list(): Promise<readonly ListedContainer[]>;
  /** Runs one more command in a running container. Throws Failure `NotFound` when it does not run. */
  openSession(id: string, options: ExecOptions): Promise<ContainerSession>;
  /** What a running container prints from now on, and its input; closing it leaves the container running. Undefined: output
   *  can be shown only from the log. Throws Failure `NotFound` when it does not run. */
  attach(id: string, options: AttachedInput): Promise<ContainerSession | undefined>;
  /**
   * Asks the main process to end: by this signal (`SIGQUIT`), else by the one that its image names, else by SIGTERM.
   * Throws Failure `NotFound` when it has ended.
   */
  terminate(id: string, stopSignal: string | undefined): Promise<void>;
  /** Other limits for a running container. Throws Failure `LimitsRefused` with a sentence; then it keeps those that it has. */
  limit(id: string, limits: ContainerLimits): Promise<void>;
  /** Kills one container with everything it started; its exit is told. Idempotent. */
  killContainer(id: string): Promise<void>;
  /** The same for all containers of a Pod. Idempotent. */
  killPod(podUid: string): Promise<void>;
  /** Kills what still runs, waits until it is dead, forgets the Pod, and removes its directories; those that it left. Idempotent. */
  removePod(podUid: string, directories: readonly string[]): Promise<readonly string[]>;
}
