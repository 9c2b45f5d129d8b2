// A pipeline step's Pod: the mounts that its step document asks for, and the result that its files hold afterwards.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, Failure, isJsonObject, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { containerPathOf, STEP_ANNOTATION, type StepDocument, type StepResult } from '../../api/mod.ts';
import type { Blobs } from '../../blobs/mod.ts';
import type { ContainerMount } from '../supervisor/protocol.ts';
import type { Termination } from './container-state.ts';

/** Largest output parameter file and executor output file that are taken. */
const PARAMETER_BYTES_MAX = 1024 * 1024;
const EXECUTOR_OUTPUT_BYTES_MAX = 8 * 1024 * 1024;

export function stepDocumentOf(pod: KubeObject): StepDocument | undefined {
  const text = pod.metadata.annotations?.[STEP_ANNOTATION];
  if (text === undefined) return undefined;
  try {
    const document = JSON.parse(text) as StepDocument;
    return document.version === 1 ? document : undefined;
  } catch {
    // Somebody's own annotation of that name: the Pod is then an ordinary one.
    return undefined;
  }
}

export interface StepPaths {
  readonly mounts: readonly ContainerMount[];
  /** Directories to make below the Pod's private /tmp. */
  readonly tmpDirectories: readonly string[];
}

/** Makes the task root and says what to mount: the task root writable, each input artifact read-only. */
export async function prepareStep(document: StepDocument, blobs: Blobs): Promise<StepPaths> {
  const mounts: ContainerMount[] = [
    { source: await blobs.prepare(document.taskRootUri), target: pathOf(document.taskRootUri), readOnly: false },
  ];
  for (const artifact of document.inputArtifacts) {
    const target = containerPathOf(artifact.uri);
    if (target === undefined) continue;
    if ((await blobs.stat(artifact.uri)) === undefined) continue;
    mounts.push({ source: blobs.localPathOf(artifact.uri), target, readOnly: true });
  }
  const directories = document.outputParameters.map((parameter) => parameter.path.slice(0, parameter.path.lastIndexOf('/')));
  return { mounts, tmpDirectories: [...new Set(directories)].filter((path) => path.startsWith('/tmp/')).map((path) => path.slice('/tmp/'.length)) };
}

/** Reads what the step left behind. `tmpDirectory` is the host directory of the Pod's /tmp. */
export async function collectStepResult(
  document: StepDocument,
  podUid: string,
  termination: Termination,
  blobs: Blobs,
  tmpDirectory: string,
): Promise<StepResult> {
  const common = {
    runId: document.runId,
    taskId: document.taskId,
    attempt: document.attempt,
    podUid,
    exitCode: termination.exitCode,
    ...(termination.startedAtMs === undefined ? {} : { startedAtMs: termination.startedAtMs }),
    finishedAtMs: termination.finishedAtMs,
  };
  const artifacts: Record<string, { exists: boolean; sizeBytes: number }> = {};
  if (termination.exitCode !== 0) {
    return { ...common, outcome: 'Failed', reason: termination.reason, ...messageOf(termination), parameterTexts: {}, artifacts };
  }
  try {
    const executorOutput = await readExecutorOutput(document, blobs, tmpDirectory);
    const parameterTexts: Record<string, string> = {};
    for (const parameter of document.outputParameters) {
      const text = await readText(hostPathOf(parameter.path, document, blobs, tmpDirectory), PARAMETER_BYTES_MAX, `output parameter "${parameter.name}"`);
      if (text !== undefined) parameterTexts[parameter.name] = text;
    }
    for (const artifact of document.outputArtifacts) artifacts[artifact.key] = await blobs.seal(artifact.uri);
    return { ...common, outcome: 'Succeeded', ...(executorOutput === undefined ? {} : { executorOutput }), parameterTexts, artifacts };
  } catch (error) {
    return { ...common, outcome: 'Failed', reason: 'OutputInvalid', message: describeError(error), parameterTexts: {}, artifacts: {} };
  }
}

function messageOf(termination: Termination): { message?: string } {
  return termination.message === undefined ? {} : { message: termination.message };
}

function pathOf(uri: string): string {
  const path = containerPathOf(uri);
  if (path === undefined) throw new Failure('InvalidUri', `artifacts under ${uri} have no path in a container; use a gs://, s3:// or minio:// pipeline root`);
  return path;
}

function hostPathOf(containerPath: string, document: StepDocument, blobs: Blobs, tmpDirectory: string): string {
  if (containerPath.split('/').includes('..')) throw new Failure('InvalidPath', `the path ${containerPath} goes upwards`);
  if (containerPath.startsWith('/tmp/')) return join(tmpDirectory, containerPath.slice('/tmp/'.length));
  const root = pathOf(document.taskRootUri);
  if (containerPath.startsWith(`${root}/`)) return join(blobs.localPathOf(document.taskRootUri), containerPath.slice(root.length));
  throw new Failure('InvalidPath', `the path ${containerPath} is neither below /tmp nor below the task root`);
}

async function readExecutorOutput(document: StepDocument, blobs: Blobs, tmpDirectory: string): Promise<JsonObject | undefined> {
  const text = await readText(hostPathOf(document.executorOutputPath, document, blobs, tmpDirectory), EXECUTOR_OUTPUT_BYTES_MAX, 'the executor output');
  if (text === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Failure('OutputInvalid', 'the executor output is not JSON', { cause: error });
  }
  if (!isJsonObject(parsed)) throw new Failure('OutputInvalid', 'the executor output is not a JSON object');
  return parsed;
}

/** Undefined when the file is not there. Never follows a link: the step could point it anywhere. */
async function readText(path: string, bytesMax: number, what: string): Promise<string | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = (await import('node:fs')).constants;
  let file;
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Failure('OutputInvalid', `${what} can not be read`, { cause: error });
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Failure('OutputInvalid', `${what} is not a regular file`);
    if (stats.size > bytesMax) throw new Failure('OutputInvalid', `${what} is larger than ${bytesMax} bytes; write it as an artifact`);
    return (await file.readFile()).toString('utf8');
  } finally {
    await file.close();
  }
}
