// What the pages show of the node: a picture of one moment, taken by whoever knows the node (`main` wires it).

export interface ClusterSource {
  /** Takes some milliseconds; what takes longer (sizes on disk) may be some seconds old. */
  read(options: { readonly signal: AbortSignal }): Promise<ClusterFacts>;
  /** The doctor's findings, in order. */
  examine(): Promise<readonly MachineFinding[]>;
}

/** Keys as they are sent. Times are RFC 3339, sizes bytes. */
export interface ClusterFacts {
  readonly node: {
    readonly name: string;
    readonly slipway_version: string;
    readonly runtime: string;
    readonly platform: string;
    readonly started_at: string;
    readonly data_dir: string;
    readonly cpu_count: number;
    /** Processes that ran or waited to run, on average of the last minute. */
    readonly load_average: number;
  };
  readonly memory: {
    readonly total_bytes: number;
    readonly available_bytes: number;
    /** Resident memory of the server. */
    readonly server_bytes: number;
    /** Private memory of all Pods' processes, of warm interpreters, and of the supervisor; undefined between two connections. */
    readonly pods_bytes?: number;
    readonly interpreters_bytes?: number;
    readonly supervisor_bytes?: number;
  };
  readonly disk: {
    readonly total_bytes: number;
    readonly available_bytes: number;
    /** What lies in the data directory; empty until it was measured. */
    readonly parts: readonly { readonly name: string; readonly size_bytes: number }[];
    readonly measured_at?: string;
  };
  readonly steps: { readonly running_count: number; readonly waiting_count: number; readonly count_max: number };
  readonly interpreters: readonly WarmInterpreterFacts[];
  /** All warm interpreters together may take so much. */
  readonly interpreters_bytes_max: number;
  /** Sets of modules that are never preloaded, with the reason as a sentence. */
  readonly refused_module_sets: readonly { readonly environment_id: string; readonly reason: string }[];
  readonly environments: readonly EnvironmentFacts[];
  readonly containers: readonly ContainerFacts[];
  /** PersistentVolumeClaims whose directories have been measured. */
  readonly claims: readonly ClaimFacts[];
}

export interface WarmInterpreterFacts {
  readonly id: string;
  readonly environment_id: string;
  /** Packages that it has imported already; 0 of a bare one. */
  readonly preloaded_count: number;
  readonly is_ready: boolean;
  /** Steps that were forked from it. */
  readonly started_count: number;
  readonly started_at?: string;
  readonly last_used_at: string;
  readonly memory_bytes: number;
}

export interface EnvironmentFacts {
  readonly id: string;
  readonly python_version: string;
  readonly requirements: readonly string[];
  readonly tool: string;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly size_bytes: number;
  readonly pod_count: number;
}

export interface ContainerFacts {
  readonly namespace: string;
  readonly pod_name: string;
  readonly container: string;
  readonly private_bytes: number;
  readonly cpu_ms: number;
  readonly process_count: number;
}

export interface ClaimFacts {
  readonly namespace: string;
  readonly name: string;
  readonly used_bytes: number;
  readonly measured_at: string;
}

/** `lacking`: works, but something is slower or weaker. `broken`: does not work like this. */
export interface MachineFinding {
  readonly subject: string;
  readonly verdict: 'good' | 'lacking' | 'broken';
  readonly observation: string;
  readonly next_step?: string;
}
