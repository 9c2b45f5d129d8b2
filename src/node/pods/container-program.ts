// How a container's process comes to be: from image, command and environment to a supervisor command. The port that the
// Pod worker sees; node/programs implements it over recipes, environments and warm parents.
import type { KubeObject } from '../../base/mod.ts';
import type { ContainerFile, ContainerMount, ExecCommand, ForkCommand } from '../supervisor/protocol.ts';
import type { ContainerSpec } from './pod-spec.ts';

export interface ProcessProgram {
  readonly kind: 'process';
  /** What runs; where it is a fork, `fresh` is the same program for a parent that ended just now. */
  readonly command: ExecCommand | ForkCommand;
  readonly fresh: ExecCommand;
  readonly mounts: readonly ContainerMount[];
  readonly files: readonly ContainerFile[];
  /** Becomes a Warning event, for example that the interpreter's version differs from the image's. */
  readonly warning?: string;
}

/** What a container runs, by the runtime that can. */
export type ContainerProgram = ProcessProgram;

/** The image can't run here: the sentence names the ways out. */
export interface ImageNotRunnable {
  readonly kind: 'not-runnable';
  readonly message: string;
}

export interface ProgramRequest {
  readonly pod: KubeObject;
  readonly container: ContainerSpec;
  /** Variables of the Pod's own spec, resolved. */
  readonly env: Readonly<Record<string, string>>;
  /** Called with a plain sentence while something takes long (an environment is built). */
  readonly onProgress: (message: string) => void;
  readonly signal: AbortSignal;
}

export interface Programs {
  /** Throws Failure (`EnvironmentBuildFailed`, …) when it should run here but can't be prepared. */
  prepare(request: ProgramRequest): Promise<ContainerProgram | ImageNotRunnable>;
  /** Called when all containers of the Pod have ended. */
  release(podUid: string): void;
  /** Once after a start, in the background: removes what belongs to Pods that are no more. */
  sweep(isPodAlive: (podUid: string) => boolean): void;
}
