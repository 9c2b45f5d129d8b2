// A pipeline step's Pod: the mounts that its step document asks for, and the result that its files hold afterwards.
import { dirname, join } from 'node:path';
import { describeError, Failure, type JsonObject } from '../../base/mod.ts';
import { containerPathOf, type StepArtifact, type StepDocument, type StepResult } from '../../api/mod.ts';
import type { Blobs } from '../../blobs/mod.ts';
import type { ContainerMount } from '../supervisor/protocol.ts';
import { customPathsIn, moveArtifact, type Place } from './custom-paths.ts';
import type { Termination } from './container-state.ts';
import { parseExecutorOutput } from './executor-output.ts';
import { readOutputText } from './step-files.ts';

/** Largest output parameter file and executor output file that are taken. */
const PARAMETER_BYTES_MAX = 1024 * 1024;
const EXECUTOR_OUTPUT_BYTES_MAX = 8 * 1024 * 1024;
/** Failures that are the step's own doing; others (a disk that fails) are tried again. */
const UNUSABLE_OUTPUT = ['OutputInvalid', 'InvalidPath', 'InvalidUri'];

export interface StepPaths {
  readonly mounts: readonly ContainerMount[];
  /** Directories to make below the container's private /tmp. */
  readonly tmpPaths: readonly string[];
  /** Where on this machine lies what the SDK looks for below each of its mount points. */
  readonly artifactRoots: Readonly<Record<string, string>>;
}

export const NO_STEP: StepPaths = { mounts: [], tmpPaths: [], artifactRoots: {} };

/** Makes the task root and says what to mount: the task root writable, each input artifact read-only. */
export async function prepareStep(document: StepDocument, blobs: Blobs): Promise<StepPaths> {
  const mounts: ContainerMount[] = [
    { source: await blobs.prepare(document.taskRootUri), target: pathOf(document.taskRootUri), readOnly: false },
  ];
  for (const artifact of document.inputArtifacts) {
    const target = artifact.path ?? containerPathOf(artifact.uri);
    if (target === undefined) continue;
    if (!(await isKept(artifact.uri, blobs))) continue;
    mounts.push({ source: blobs.localPathOf(artifact.uri), target, readOnly: true });
  }
  const directories = new Set(document.outputParameters.map(({ path }) => dirname(withoutUpwards(path))));
  return { mounts, artifactRoots: artifactRootsOf(blobs), tmpPaths: [...directories].filter((path) => path.startsWith('/tmp/')).map((path) => path.slice('/tmp/'.length)) };
}

function artifactRootsOf(blobs: Blobs): Readonly<Record<string, string>> {
  const probe = 'bucket/key';
  const without = (path: string) => path.slice(0, -probe.length);
  return Object.fromEntries(['gs', 's3', 'minio'].map((scheme) => `${scheme}://${probe}`).map((uri) => [without(pathOf(uri)), without(blobs.localPathOf(uri))]));
}

export interface EndedStep {
  readonly document: StepDocument;
  readonly podUid: string;
  readonly termination: Termination;
  /** Host directory of the container's /tmp. */
  readonly tmpDirectory: string;
}

/** Reads what the step left behind; outputs that can not be taken make it a failed one. */
export async function collectStepResult(step: EndedStep, blobs: Blobs): Promise<StepResult> {
  const { document, podUid, termination } = step;
  const common = {
    runId: document.runId,
    taskId: document.taskId,
    attempt: document.attempt,
    ...(document.tries === undefined ? {} : { tries: document.tries }),
    podUid,
    ...(termination.startedAtMs === undefined ? {} : { exitCode: termination.exitCode, startedAtMs: termination.startedAtMs }),
    finishedAtMs: termination.finishedAtMs,
  };
  if (termination.exitCode !== 0) {
    const missing = await missingInputsOf(document, blobs);
    return {
      ...common,
      outcome: 'Failed',
      reason: termination.reason,
      ...messageOf(termination),
      ...(missing.length === 0 ? {} : { missingInputs: missing }),
      parameterTexts: {},
      artifacts: {},
    };
  }
  try {
    return { ...common, outcome: 'Succeeded', ...(await collectOutputs(step, blobs)) };
  } catch (error) {
    if (!(error instanceof Failure) || !UNUSABLE_OUTPUT.includes(error.reason)) throw error;
    return { ...common, outcome: 'Failed', reason: 'OutputInvalid', message: describeError(error), parameterTexts: {}, artifacts: {} };
  }
}

async function collectOutputs(step: EndedStep, blobs: Blobs): Promise<Pick<StepResult, 'executorOutput' | 'parameterTexts' | 'artifacts'>> {
  const { document } = step;
  const executorOutput = await readExecutorOutput(step, blobs);
  const parameterTexts: Record<string, string> = {};
  for (const { name, path } of document.outputParameters) {
    const text = await readOutputText(placeOf(path, step, blobs), PARAMETER_BYTES_MAX, `output parameter "${name}"`);
    if (text !== undefined) parameterTexts[name] = text;
  }
  for (const { uri, path, key } of customPathsIn(executorOutput, document.outputArtifacts)) {
    await moveArtifact(placeOf(path, step, blobs), blobs.localPathOf(uri), `output artifact "${key}"`);
  }
  const artifacts: Record<string, { exists: boolean; sizeBytes: number }> = {};
  for (const { key, uri } of document.outputArtifacts) artifacts[key] = await blobs.seal(uri);
  return { ...(executorOutput === undefined ? {} : { executorOutput }), parameterTexts, artifacts };
}

/** A step that failed may have done so for want of an artifact that lies elsewhere, or was never written. */
async function missingInputsOf({ inputArtifacts }: StepDocument, blobs: Blobs): Promise<readonly StepArtifact[]> {
  const missing: StepArtifact[] = [];
  for (const { key, uri } of inputArtifacts) {
    const isKnown = missing.some((other) => other.uri === uri);
    if (!isKnown && !uri.startsWith('/') && !(await isKept(uri, blobs))) missing.push({ key, uri });
  }
  return missing;
}

/** Importers take any URI. What is none of this store (a path of the machine or of a volume, an image, a bucket) the step looks for itself. */
async function isKept(uri: string, blobs: Blobs): Promise<boolean> {
  try {
    return (await blobs.stat(uri)) !== undefined;
  } catch (error) {
    if (error instanceof Failure && error.reason === 'InvalidUri') return false;
    throw error;
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

function withoutUpwards(path: string): string {
  if (path.split('/').includes('..')) throw new Failure('InvalidPath', `the path ${path} goes upwards`);
  return path;
}

function placeOf(containerPath: string, { document, tmpDirectory }: EndedStep, blobs: Blobs): Place {
  withoutUpwards(containerPath);
  if (containerPath.startsWith('/tmp/')) return { root: tmpDirectory, path: join(tmpDirectory, containerPath.slice('/tmp/'.length)) };
  const prefix = pathOf(document.taskRootUri);
  if (!containerPath.startsWith(`${prefix}/`)) {
    throw new Failure('InvalidPath', `the path ${containerPath} is neither below /tmp nor below the task root`);
  }
  const root = blobs.localPathOf(document.taskRootUri);
  return { root, path: join(root, containerPath.slice(prefix.length)) };
}

async function readExecutorOutput(step: EndedStep, blobs: Blobs): Promise<JsonObject | undefined> {
  const text = await readOutputText(placeOf(step.document.executorOutputPath, step, blobs), EXECUTOR_OUTPUT_BYTES_MAX, 'the executor output');
  return text === undefined ? undefined : parseExecutorOutput(text);
}
