// logs: container logs on disk, one file per container attempt in CRI format (`<RFC3339Nano> <stdout|stderr> <P|F> <text>`),
// written by the supervisor, kept after the Pod is gone until the retention rule takes them.

export interface LogKey {
  readonly namespace: string;
  readonly podName: string;
  readonly podUid: string;
  readonly container: string;
  /** Restart count of the container. */
  readonly restart: number;
}

export interface LogReadOptions {
  /** Keep waiting for more until `isEnded()` is true and everything was delivered. */
  readonly follow?: boolean;
  readonly isEnded?: () => boolean;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly sinceMs?: number;
  readonly limitBytes?: number;
  /** Ends the iteration without an error. */
  readonly signal?: AbortSignal;
}

export interface LogLine {
  readonly timestamp: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface Logs {
  /** File that the supervisor appends to; its directory is made. */
  fileFor(key: LogKey): Promise<string>;
  /** Plain text chunks as the kubelet serves them (without the CRI prefix unless `timestamps`). */
  read(key: LogKey, options: LogReadOptions): AsyncIterable<Uint8Array>;
  lines(key: LogKey, options: LogReadOptions): AsyncIterable<LogLine>;
  /** Containers and attempts that have a log for this Pod uid. */
  keysOf(podUid: string): Promise<readonly LogKey[]>;
  /** Removes whole files, oldest first, until both limits hold. Logs of Pods for which `isKept` is true stay. */
  retain(limits: { readonly ageMsMax: number; readonly sizeBytesMax: number; readonly isKept: (podUid: string) => boolean }): Promise<void>;
}
