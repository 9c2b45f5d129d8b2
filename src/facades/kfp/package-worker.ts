// Worker side of package-parser.ts: parses one file, or one body with a pipeline in it, and posts the outcome.
import { parentPort, workerData } from 'node:worker_threads';
import { isJsonObject, type Json } from '../../base/mod.ts';
import type { PipelineSpec } from '../../ir/mod.ts';
import { parsePackage, pipelineIn, type PipelinePackage } from './pipeline-package.ts';
import { refusalOf } from './refusal.ts';
import { readJson } from './request-message.ts';

export type PackageJob =
  | { readonly kind: 'file'; readonly fileName: string; readonly bytes: Uint8Array }
  | { readonly kind: 'body'; readonly bytes: Uint8Array };

export interface ReadBody {
  readonly body: Json;
  /** Of the pipeline that stands in the body; undefined when none does. */
  readonly pipeline: PipelineSpec | undefined;
}

export type JobOutcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

function perform(job: PackageJob): JobOutcome<PipelinePackage | ReadBody> {
  try {
    return { ok: true, value: job.kind === 'file' ? parsePackage(job.fileName, job.bytes) : readBody(job.bytes) };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { ok: false, message: refusal.message };
  }
}

function readBody(bytes: Uint8Array): ReadBody {
  const body = readJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return { body, pipeline: isJsonObject(body) ? pipelineIn(body)?.pipeline : undefined };
}

parentPort?.postMessage(perform(workerData as PackageJob)); // Written by package-parser.ts only.
