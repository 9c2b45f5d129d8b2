// The Kubelet port: what `server` asks of whoever runs a Pod: logs, commands in its containers, connections to its ports.
// `node` implements it, `main` wires it.
import type { Duplex, Readable, Writable } from 'node:stream';
import type { KubeObject } from './kube.ts';
import type { Outcome } from './outcome.ts';

export interface ContainerLogOptions {
  readonly container?: string;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly limitBytes?: number;
  readonly signal?: AbortSignal;
}

export interface ExecOptions {
  readonly container?: string;
  /** Not empty; the first word is looked up in the container's PATH. */
  readonly command: readonly string[];
  /** One terminal in place of three pipes; what the command writes then comes by `stdout` alone. */
  readonly tty: boolean;
  /** False: its input is at its end from the start. */
  readonly hasStdin: boolean;
}

export interface AttachOptions {
  readonly container?: string;
  readonly hasStdin: boolean;
}

export type ExecEnd =
  /** 128 + signal number when a signal ended it. */
  | { readonly kind: 'exited'; readonly code: number }
  /** It never ran, or nobody knows how it ended; a sentence. */
  | { readonly kind: 'failed'; readonly message: string };

/** A command that runs in a container, and its streams. */
export interface ContainerSession {
  /** Ending it ends the command's input. */
  readonly stdin: Writable;
  /** Both have to be read, or destroyed: a command that can't write waits. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves, never rejects, when the command has ended. */
  readonly ended: Promise<ExecEnd>;
  /** Of a terminal; otherwise nothing happens. */
  resize(rows: number, columns: number): void;
  /** Kills the command if it still runs, and lets go of the streams. Idempotent. */
  close(): void;
}

export interface Kubelet {
  /** Text of the container's log as UTF-8 chunks, ended when the container ended (follow) or at the end of what is there. */
  readLog(pod: KubeObject, options: ContainerLogOptions): Promise<Outcome<AsyncIterable<Uint8Array>>>;
  /** Starts a command in a running container. BadRequest when the container does not run. */
  exec(pod: KubeObject, options: ExecOptions): Promise<Outcome<ContainerSession>>;
  /** What a running container prints from now on, until it ends, and its input. Closing it leaves the container running. BadRequest
   *  when it does not run, or takes no input. */
  attach(pod: KubeObject, options: AttachOptions): Promise<Outcome<ContainerSession>>;
  /** Connects to a TCP port of the Pod. The Duplex ends when the program there closes. */
  connect(pod: KubeObject, port: number): Promise<Outcome<Duplex>>;
}
