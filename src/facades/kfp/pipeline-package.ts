// An uploaded file as a pipeline: what the file is (by suffix, then by magic bytes), its text, its IR. Pure and synchronous;
// may run in a worker.
import { isJsonObject, type JsonObject } from '../../base/mod.ts';
import { parsePipelineOnce, parsePipelineText, type PipelineParse, type PipelineSpec } from '../../ir/mod.ts';
import { isGzip, isZip, readTarGzip, readZip } from './archive.ts';
import { invalid } from './refusal.ts';
import { quote } from './request-message.ts';

export interface PipelinePackage {
  /** pipelineInfo.name of the IR. */
  readonly name: string;
  /** pipelineInfo.description of the IR; '' when there is none. */
  readonly description: string;
  /** The bare IR, or `{pipeline_spec, platform_spec}`. */
  readonly document: JsonObject;
  /** What was read from it. */
  readonly pipeline: PipelineSpec;
}

const TEXT_SUFFIX = /\.(yaml|yml|json)$/i;
/** Errors told in one sentence. */
const ERRORS_TOLD_MAX = 5;

/** Throws a refusal that says what is wrong with the file. */
export function parsePackage(fileName: string, bytes: Uint8Array): PipelinePackage {
  const text = decodeText(fileName, textBytes(fileName, bytes));
  return packageOf(checkPipeline(parsePipelineText(text), quote(fileName)));
}

/** The pipeline in the body of a new run; throws a refusal when it is none. Undefined when there is nothing in its place. */
export function pipelineIn(body: JsonObject): CheckedPipeline | undefined {
  const spec = documentIn(body);
  return spec === undefined ? undefined : checkPipeline(parsePipelineOnce(spec), 'pipeline_spec');
}

export function documentIn({ pipeline_spec: snakeCase, pipelineSpec: camelCase }: JsonObject): JsonObject | undefined {
  const spec = snakeCase ?? camelCase;
  return isJsonObject(spec) ? spec : undefined;
}

export interface CheckedPipeline {
  readonly pipeline: PipelineSpec;
  readonly document: JsonObject;
}

/** Throws a refusal with the errors; `place` is where the pipeline stood in the request. */
export function checkPipeline(parsed: PipelineParse, place: string): CheckedPipeline {
  if (parsed.ok) return parsed;
  const told = parsed.errors.slice(0, ERRORS_TOLD_MAX).map(({ field, message }) => `${field} ${message}`.trim());
  const rest = parsed.errors.length - told.length;
  throw invalid(`${place} is not a valid pipeline: ${told.join(' ')}${rest > 0 ? ` And ${rest} more.` : ''}`);
}

export function packageOf({ pipeline, document }: CheckedPipeline): PipelinePackage {
  return { name: pipeline.name, description: pipeline.description ?? '', document, pipeline };
}

function textBytes(fileName: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) throw invalid('uploadfile is empty');
  if (TEXT_SUFFIX.test(fileName)) return bytes;
  if (!isZip(bytes) && !isGzip(bytes)) {
    throw invalid(`uploadfile ${quote(fileName)} must be a .yaml, .yml or .json file, or a zip or tar.gz archive with one`);
  }
  const entry = isZip(bytes) ? readZip(bytes) : readTarGzip(bytes);
  if (TEXT_SUFFIX.test(entry.name)) return entry.bytes;
  throw invalid(`uploadfile is an archive whose first file ${quote(entry.name)} is no .yaml, .yml or .json file`);
}

function decodeText(fileName: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid(`${quote(fileName)} is not UTF-8 text`);
  }
}
