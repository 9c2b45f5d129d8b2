// Identifiers derived from what they name: the same run, task and attempt always give the same id, so that planning is
// pure and writing is idempotent.
import { sha256Hex, stableSuffix } from '../base/mod.ts';

/** Longest name of a Pod that also serves as its hostname (DNS-1123 label). */
const POD_NAME_LENGTH_MAX = 63;
const POD_SUFFIX_LENGTH = 10;
/** First digit of a UUID's fourth part. */
const VARIANTS = '89ab';

/** A UUID (RFC 9562 version 8: the bits are ours) derived from text. */
export function stableUuid(parts: readonly string[]): string {
  const hex = sha256Hex(parts.join('\0'));
  const variant = VARIANTS[Number.parseInt(hex.charAt(16), 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function taskIdOf(runId: string, path: string): string {
  return stableUuid(['task', runId, path]);
}

/** One try of one task; `retryCount` counts the `:retry` requests of the run, which start the attempts anew. */
export interface AttemptKey {
  readonly runId: string;
  readonly path: string;
  readonly retryCount: number;
  /** Of the groups around the task, when one of them is in a later attempt than its first; each starts the task's anew. */
  readonly groupAttempts: readonly number[];
  readonly attempt: number;
}

function attemptParts(key: AttemptKey): string[] {
  return [key.runId, key.path, [key.retryCount, ...key.groupAttempts].join('.'), String(key.attempt)];
}

/** Last but one segment of the URIs of an attempt's artifacts. */
export function attemptUuidOf(key: AttemptKey): string {
  return stableUuid(['attempt', ...attemptParts(key)]);
}

export function artifactIdOf(key: AttemptKey, outputKey: string, position: number): string {
  return stableUuid(['artifact', ...attemptParts(key), outputKey, String(position)]);
}

/** Readable in front, unique behind: `iris-train-k7f2…`. */
export function podNameOf(key: AttemptKey, pipelineName: string, taskName: string): string {
  const suffix = stableSuffix(['pod', ...attemptParts(key)], POD_SUFFIX_LENGTH);
  const room = POD_NAME_LENGTH_MAX - POD_SUFFIX_LENGTH - 1;
  const task = dnsLabel(taskName).slice(0, room);
  const pipeline = dnsLabel(pipelineName).slice(0, Math.max(0, room - task.length - 1));
  const prefix = [pipeline, task].map(trimDashes).filter((part) => part !== '');
  return [...prefix, suffix].join('-');
}

/** Name that stands for the whole run where upstream gives the workflow's: it starts with the pipeline's name. */
export function runResourceNameOf(runId: string, pipelineName: string): string {
  return `${pipelineName}-${stableSuffix(['run', runId], 5)}`;
}

function dnsLabel(text: string): string {
  return trimDashes(text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'));
}

function trimDashes(text: string): string {
  return text.replace(/^-+/, '').replace(/-+$/, '');
}
