// How a container's process comes to be: from image, command and environment to a supervisor command. The port that the
// Pod worker sees; node/programs implements it over recipes, environments, warm parents and the container engine.
import type { KubeObject } from '../../base/mod.ts';
import type { ContainerSecurity } from '../containers/security.ts';
import type { PodAddress } from '../network/pod-address.ts';
import type { ContainerFile, ContainerMount, ExecCommand, ForkCommand } from '../supervisor/protocol.ts';
import type { ContainerSpec } from './pod-spec.ts';

export interface ProcessProgram {
  readonly kind: 'process';
  /** What runs; where it is a fork, `fresh` is the same program for a parent that ended just now. */
  readonly command: ExecCommand | ForkCommand;
  readonly fresh: ExecCommand;
  readonly mounts: readonly ContainerMount[];
  /** What it runs with lies here, too, where its own user sees it: another one may not find the way. */
  readonly homes?: readonly string[];
  readonly files: readonly ContainerFile[];
  /** What /bin/sh is, where it can be shown; absent for the machine's. */
  readonly shell?: string;
  /** Becomes a Warning event, for example that the interpreter's version differs from the image's. */
  readonly warning?: string;
}

/** A container of an image, at an engine that has the image. */
export interface ImageProgram {
  readonly kind: 'image';
  /** The engine's. */
  readonly imageId: string;
  /** Not empty. */
  readonly argv: readonly string[];
  /** Over the image's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Undefined for the image's own. */
  readonly workingDirectory: string | undefined;
  readonly security: ContainerSecurity;
}

/** What a container runs, by the runtime that can. */
export type ContainerProgram = ProcessProgram | ImageProgram;

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
  readonly address: PodAddress;
  /** Secrets that the Pod names for pulling; those that are missing are left out. */
  readonly pullSecrets: () => Promise<readonly KubeObject[]>;
  /** Becomes a Normal event of the Pod. */
  readonly onEvent: (reason: 'Pulling' | 'Pulled', message: string) => void;
  /** Called with a waiting reason and a plain sentence while something takes long (an environment is built, an image pulled). */
  readonly onProgress: (reason: 'PreparingEnvironment' | 'ContainerCreating', message: string) => void;
  readonly signal: AbortSignal;
}

export interface Programs {
  /** Throws Failure (`EnvironmentBuildFailed`, …) when it should run here but can't be prepared. */
  prepare(request: ProgramRequest): Promise<ContainerProgram | ImageNotRunnable>;
  /** Called when all containers of the Pod have ended. */
  release(podUid: string): void;
  /** The disk is nearly full: removes what no container needs and can be had again. */
  reclaimDisk(): Promise<void>;
  /** Once after a start, in the background: removes what belongs to Pods that are no more. */
  sweep(isPodAlive: (podUid: string) => boolean): void;
}
