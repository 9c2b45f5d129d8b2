// What the server and the supervisor say to each other: newline-delimited JSON over a Unix socket, requests with an id,
// one reply each, events pushed in between. supervisor.py is the other end; its types are these.

/** Raised when an old supervisor could no longer serve a new server. */
export const PROTOCOL_VERSION = 1;

/** A bind mount. `target` is absolute and need not exist on the host; a file source makes a file, a directory a directory. */
export interface ContainerMount {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

export interface SandboxSpec {
  /** Host directory that becomes /tmp. Containers that name the same one share it. Everything else below the host's /tmp
   *  is out of sight: mount what the container needs (an environment in a temporary data directory, for example). */
  readonly tmpDir: string;
  readonly hostname?: string;
  /** Nothing but the mounts, devices and /proc can be written to. */
  readonly isReadOnly?: boolean;
}

/** A file to write before the command starts, as the container sees its path; parent directories are made. */
export interface ContainerFile {
  readonly path: string;
  readonly text: string;
}

/** Any program. `argv[0]` is looked up in the PATH of `env`. */
export interface ExecCommand {
  readonly kind: 'exec';
  readonly argv: readonly string[];
  /** The exact environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** `python3 -m <module> <args>` in a fork of a warm parent. Variables that act when an interpreter or a loader starts (PYTHON*,
 *  LC_*, OPENSSL_*, LD_*, MALLOC_*) come too late for a fork: use `exec` for them. */
export interface ForkCommand {
  readonly kind: 'fork';
  readonly parentId: string;
  /** Names what runs for the event `imported`; without it there is none. */
  readonly program?: string;
  readonly module: string;
  readonly args: readonly string[];
  /** The exact environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** As whom a command runs; without `groups` its group is its only one. */
export interface ProcessUser {
  readonly uid: number;
  readonly gid: number;
  readonly groups?: readonly number[];
}

/** What a container may take; what is absent is not limited. Enforced as `HelloReply.limits` says. */
export interface ContainerLimits {
  readonly memoryBytes?: number;
  /** Processor time per second of time, in thousandths of a second. */
  readonly cpuMilli?: number;
  /** Processes and threads. */
  readonly processCountMax?: number;
}

export interface StartContainerRequest {
  /** Unique for ever, for example `<podUid>/<container>/<restart>`. */
  readonly id: string;
  readonly podUid: string;
  readonly sandbox: SandboxSpec;
  readonly command: ExecCommand | ForkCommand;
  /** In order; a later one may lie below an earlier one. */
  readonly mounts: readonly ContainerMount[];
  readonly files?: readonly ContainerFile[];
  /** Appended to in CRI format; its directory exists. */
  readonly logFile: string;
  /** Written once, with fsync, before anybody learns of the exit; its directory exists. */
  readonly exitFile: string;
  /** Pid of a process whose PID namespace it is in, too. */
  readonly beside?: number;
  /** It takes input; without it there is nothing to read. */
  readonly stdin?: boolean;
  /** One terminal in place of three pipes; its log is all stdout. */
  readonly tty?: boolean;
  /** Needs `canSetUser`. */
  readonly user?: ProcessUser;
  /** True: in the network namespace that `open-network` made for the Pod; otherwise in the machine's own. */
  readonly isInPodNetwork?: boolean;
  readonly limits?: ContainerLimits;
  /** A larger file of its log is followed by another one. Default 10 MiB. */
  readonly logFileBytesMax?: number;
  /** The oldest ones beyond this many are removed. Default 5. */
  readonly logFileCountMax?: number;
}

/** Who a process is, so that a recycled pid is never mistaken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot (field 22 of /proc/<pid>/stat). */
  readonly startTime: number;
}

export interface StartedProcess extends ProcessIdentity {
  /** Missing in older supervisors. */
  readonly startedAtMs?: number;
}

/** Content of `exitFile`. Exactly one of `code` and `signal` is a number. */
export interface ExitRecord extends ProcessIdentity {
  readonly id: string;
  readonly bootId: string;
  readonly code: number | null;
  readonly signal: number | null;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  /** Log bytes that could not be written (disk full, limit reached). */
  readonly logDroppedBytes: number;
  /** It did not end well, and it, or a process of its, was killed because it was beyond this limit. */
  readonly overLimit?: 'memory' | 'processes';
}

export interface ListedContainer extends ProcessIdentity {
  readonly id: string;
  readonly podUid: string;
  /** `starting` has pid 0. A start that failed is not listed. */
  readonly state: 'starting' | 'running' | 'exited';
  readonly startedAtMs: number;
  /** With state `exited` only. */
  readonly exit?: ExitRecord;
}

export interface ListedParent {
  readonly parentId: string;
  readonly pid: number;
  /** False until the modules are imported and the first sandbox waits. */
  readonly isReady: boolean;
  readonly startedCount: number;
  readonly lastUsedAtMs: number;
  /** Of one that is ready. */
  readonly importMs?: number;
  readonly memoryBytes?: number;
}

/** What a parent took to be ready. */
export interface ParentCost {
  /** Time of its imports; of one that preloads only that of the preloaded modules. */
  readonly importMs: number;
  /** Anonymous memory before its first fork. */
  readonly memoryBytes: number;
}

export interface StartParentRequest {
  readonly parentId: string;
  /** Absolute path of the environment's interpreter. */
  readonly python: string;
  /** The exact environment of the parent, for example with `_KFP_RUNTIME=true`. */
  readonly env: Readonly<Record<string, string>>;
  /** Imported before the first fork: standard library and the kfp runtime only, never user code. */
  readonly modules: readonly string[];
  /** Packages' modules, imported after those and only when forks of them prove to be like new interpreters; else the call fails
   *  with ParentUnfit and a sentence. */
  readonly preload?: readonly string[];
  /** How long its imports may take, and later a sandbox for a container that waits, before it is killed, which is ParentFailed. Default 60,
   *  and 300 for imports when it preloads. */
  readonly secondsMax?: number;
}

export interface ProcessStats {
  /** Private pages (clean and dirty) of all its processes; shared pages of a warm parent are not counted. */
  readonly privateBytes: number;
  readonly cpuMs: number;
  readonly processCount: number;
}

export interface OpenNetworkRequest {
  readonly podUid: string;
  /** Addresses of Pods and of Services, for example 10.88.0.0/16. Those of the first call count while the supervisor lives. */
  readonly podRange: string;
  readonly serviceRange: string;
}

/** A Pod's own network. */
export interface PodNetworkReply {
  readonly address: string;
  /** Path of its network namespace, for whoever wants to join it; valid until the Pod is removed. */
  readonly namespace: string;
}

/** How to run one more command in a running container: `argv` is a program of the supervisor's that asks for the rest. */
export interface Entrance extends ProcessIdentity {
  readonly argv: readonly string[];
  readonly isSandbox: boolean;
  /** The container's own. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly user: ProcessUser | null;
  /** Control groups that the command joins. */
  readonly controlGroups?: readonly string[];
}

export interface SupervisorStats {
  readonly supervisor: ProcessStats;
  readonly parents: readonly (ProcessStats & { readonly parentId: string })[];
  readonly containers: readonly (ProcessStats & { readonly id: string })[];
}

export interface RemovePodReply {
  /** Directories that could not be removed. Undefined from a supervisor that is older than this field and removes none. */
  readonly left?: readonly string[];
}

/** How limits are enforced. */
export interface LimitsMode {
  /** Control groups of that version; none: memory and processes are looked at twice a second, processors are not limited. */
  readonly mode: 'v2' | 'v1' | 'none';
  readonly controllers: readonly string[];
  /** Why the mode is none. */
  readonly reason: string;
}

export interface HelloReply {
  readonly protocol: number;
  /** SHA-256 of the supervisor's source file. */
  readonly version: string;
  readonly pid: number;
  /** New for every start of a supervisor: a different one means that earlier containers are gone (reason NodeLost). */
  readonly instanceId: string;
  readonly bootId: string;
  /** False: no namespaces here, containers run plain (no private /tmp, no mounts) and are killed as a process tree. */
  readonly sandbox: boolean;
  /** Why `sandbox` is false, as a sentence; '' otherwise. */
  readonly reason: string;
  /** True when the supervisor is root of its machine: containers may run as another user. */
  readonly canSetUser: boolean;
  /** Undefined from a supervisor that is older than limits. */
  readonly limits?: LimitsMode;
  readonly runningCount: number;
  /** Where the process that holds the Pods' network listens, once there is one (network-link.ts). Missing in older supervisors. */
  readonly networkSocket?: string;
}

export interface SupervisorList {
  readonly containers: readonly ListedContainer[];
  readonly parents: readonly ListedParent[];
  /** Missing in older supervisors. */
  readonly networks?: readonly (PodNetworkReply & { readonly podUid: string })[];
}

/** Every request by its type: what it takes and what it answers. */
export interface SupervisorRequests {
  'hello': { readonly request: { readonly protocol: number }; readonly reply: HelloReply };
  'start-container': { readonly request: StartContainerRequest; readonly reply: StartedProcess };
  'start-parent': { readonly request: StartParentRequest; readonly reply: { readonly pid: number } & ParentCost };
  'stop-parent': { readonly request: { readonly parentId: string }; readonly reply: Record<string, never> };
  'list': {
    readonly request: Record<string, never>;
    readonly reply: SupervisorList;
  };
  'open-network': { readonly request: OpenNetworkRequest; readonly reply: PodNetworkReply };
  'entrance': { readonly request: { readonly id: string }; readonly reply: Entrance };
  'attach': { readonly request: { readonly id: string }; readonly reply: Record<string, never> };
  'write-input': { readonly request: { readonly id: string; readonly data: string }; readonly reply: { readonly isOpen: boolean } };
  'end-input': { readonly request: { readonly id: string }; readonly reply: Record<string, never> };
  'resize': { readonly request: { readonly id: string; readonly rows: number; readonly columns: number }; readonly reply: Record<string, never> };
  'limit': { readonly request: { readonly id: string; readonly limits: ContainerLimits }; readonly reply: { readonly refusal: string } };
  'signal': { readonly request: { readonly id: string; readonly signal: number }; readonly reply: Record<string, never> };
  'kill-container': { readonly request: { readonly id: string }; readonly reply: Record<string, never> };
  'kill-pod': { readonly request: { readonly podUid: string }; readonly reply: { readonly killedCount: number } };
  'remove-pod': { readonly request: { readonly podUid: string; readonly directories: readonly string[] }; readonly reply: RemovePodReply };
  'stats': { readonly request: { readonly others?: Readonly<Record<string, number>> }; readonly reply: SupervisorStats };
  'shutdown': { readonly request: { readonly force: boolean }; readonly reply: Record<string, never> };
}

export type SupervisorEvent =
  /** To connections that attached themselves; `data` is base64. */
  | { readonly event: 'output'; readonly id: string; readonly stream: 'stdout' | 'stderr'; readonly data: string }
  | { readonly event: 'exited'; readonly podUid: string; readonly exit: ExitRecord }
  /** A warm parent ended by itself, not because it was told to; containers forked from it go on. */
  | { readonly event: 'parent-exited'; readonly parentId: string }
  | ({ readonly event: 'imported' } & ImportedModules);

/** What a forked command imported of its environment's packages beyond what its parent had, in order; never empty. */
export interface ImportedModules {
  readonly parentId: string;
  /** As in its ForkCommand. */
  readonly program: string;
  readonly modules: readonly string[];
}

export type SupervisorReply =
  | { readonly reply: number; readonly value: unknown }
  | { readonly reply: number; readonly failure: { readonly reason: SupervisorFailureReason; readonly message: string } };

/** Reasons of the Failure that a call throws. */
export type SupervisorFailureReason =
  /** The request itself is wrong: unknown type, missing field, an id that is in use. */
  | 'InvalidRequest'
  /** No container or parent of that name, or it has ended. */
  | 'NotFound'
  /** The container could not be set up: a mount source is missing, argv[0] does not exist, the user cannot be taken. */
  | 'StartError'
  /** No network namespaces here; a sentence says why. */
  | 'NetworkUnavailable'
  /** The warm parent could not start or import its modules in time, or died before it could fork. */
  | 'ParentFailed'
  /** Forks of a parent with these modules would not be like new interpreters, now or later. Older supervisors say ParentFailed. */
  | 'ParentUnfit'
  /** `shutdown` without force while containers run. */
  | 'Busy'
  /** The connection ended before the answer came. */
  | 'SupervisorLost'
  /** No supervisor could be started (no Python, directory not writable). */
  | 'SupervisorUnavailable';

/** What a container prints from now on, and its input. */
export interface AttachedStreams {
  /** Set before the first turn of the loop is over. */
  onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
  /** Resolves when the container has ended or the connection has. */
  readonly ended: Promise<void>;
  /** Resolves when the container has room for it; false when it reads no more. */
  write(chunk: Buffer): Promise<boolean>;
  endInput(): Promise<void>;
  resize(rows: number, columns: number): Promise<void>;
  /** The container goes on. Idempotent. */
  close(): void;
}

export type ExitListener = (exit: ExitRecord, podUid: string) => void;

/** A running supervisor. Every method throws Failure with a SupervisorFailureReason. */
export interface Supervisor {
  readonly hello: HelloReply;
  /** Resolves when the command runs (after exec, or before the first line of the module). */
  startContainer(request: StartContainerRequest): Promise<StartedProcess>;
  /** Resolves when its modules are imported. Idempotent for a parent that runs. */
  startParent(request: StartParentRequest): Promise<ParentCost>;
  /** Idempotent. Containers forked from it go on. */
  stopParent(parentId: string): Promise<void>;
  list(): Promise<SupervisorList>;
  /** A network namespace with an address for the Pod, kept until `removePod`. Idempotent. NetworkUnavailable where there can be
   *  none; InvalidRequest from a supervisor that is older than this request. */
  openNetwork(request: OpenNetworkRequest): Promise<PodNetworkReply>;
  /** NotFound when the container is not running; InvalidRequest from a supervisor that is older than this request. */
  entrance(id: string): Promise<Entrance>;
  /** The streams of a running container, by a connection of their own. NotFound when it is not running. */
  attach(id: string): Promise<AttachedStreams>;
  /** Other limits for a running container; '' or why it keeps those that it has. NotFound when it is not running; InvalidRequest from a supervisor that is older than this request. */
  limit(id: string, limits: ContainerLimits): Promise<string>;
  /** Sends a signal to the main process. NotFound when it has ended. */
  signal(id: string, signal: number): Promise<void>;
  /** Kills one container with everything it started; the exit arrives as an event. Idempotent. */
  killContainer(id: string): Promise<void>;
  /** Kills every container of the Pod; the exits arrive as events. Idempotent. */
  killPod(podUid: string): Promise<{ readonly killedCount: number }>;
  /** Kills what still runs, waits until it is dead and recorded, forgets the Pod, and removes these directories. Idempotent. */
  removePod(podUid: string, directories: readonly string[]): Promise<RemovePodReply>;
  /** Of its own containers and of others: main processes of this machine by the names that their containers have. An older one leaves those out. */
  stats(others?: Readonly<Record<string, number>>): Promise<SupervisorStats>;
  /** Exits from now on, each after its exit file is durable. Earlier ones are in `list`; the same exit may come twice. */
  onExit(listener: ExitListener): () => void;
  onParentExit(listener: (parentId: string) => void): () => void;
  onImported(listener: (imported: ImportedModules) => void): () => void;
  /**
   * The connection ended, nearly always because the supervisor died. Afterwards every call fails with SupervisorLost:
   * connect again. Another `instanceId` then means that all containers of the earlier one are dead (reason NodeLost);
   * the same one means that they go on.
   */
  onLost(listener: () => void): () => void;
  /** Ends the supervisor. Busy when containers run, unless `force`, which kills them. */
  shutdown(options?: { readonly force?: boolean }): Promise<void>;
  /** Disconnects; supervisor and containers go on. Idempotent. */
  close(): void;
}
