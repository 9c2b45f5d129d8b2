// From a compiled pipeline and `-p NAME=VALUE` words to the body of POST /apis/v2beta1/runs, or of …/recurringruns. Pure.
import { Failure, type Json, type JsonObject } from '../base/mod.ts';
import { parsePipelineText, resolveRunParameters, type ParameterType, type PipelineSpec } from '../ir/mod.ts';
import { usageFailure } from './command.ts';

export interface RunRequestOptions {
  /** Text of the compiled pipeline and what to call it in sentences. */
  readonly text: string;
  readonly source: string;
  /** Words of the form NAME=VALUE. */
  readonly parameters: readonly string[];
  readonly runName: string | undefined;
  readonly experimentId: string | undefined;
  /** Members of a recurring run; undefined: run once. */
  readonly recurrence: JsonObject | undefined;
  readonly now: Date;
}

/** Errors told in one sentence. */
const ERRORS_TOLD_MAX = 5;

/** The body. Throws Failure `BadPipeline`, `BadParameter` or `Usage`. */
export function createRunRequest(options: RunRequestOptions): JsonObject {
  const parsed = parsePipelineText(options.text);
  if (!parsed.ok) {
    const told = parsed.errors.slice(0, ERRORS_TOLD_MAX).map(({ field, message }) => `${field} ${message}`.trim());
    throw new Failure('BadPipeline', `${options.source} is no pipeline that Slipway can run: ${told.join(' ')}`);
  }
  const parameters = parseParameters(parsed.pipeline, options.parameters);
  const resolved = resolveRunParameters(parsed.pipeline, parameters);
  if (!resolved.ok) throw new Failure('BadParameter', `${resolved.message} ${describeParameters(parsed.pipeline)}`);
  return {
    // The runs of a recurring run add their numbers.
    display_name: options.runName ?? (options.recurrence === undefined ? `${parsed.pipeline.name} ${timeText(options.now)}` : parsed.pipeline.name),
    pipeline_spec: parsed.document,
    runtime_config: { parameters },
    ...(options.experimentId === undefined ? {} : { experiment_id: options.experimentId }),
    ...options.recurrence,
  };
}

/** A string parameter takes the word as it stands; others are read as JSON, where true, 3 and [1, 2] mean what they say. */
function parseParameters(pipeline: PipelineSpec, words: readonly string[]): Record<string, Json> {
  const parameters: Record<string, Json> = {};
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals <= 0) throw usageFailure({ name: 'run' }, `-p ${word}: write it as NAME=VALUE`);
    const name = word.slice(0, equals);
    parameters[name] = parseValue(word.slice(equals + 1), pipeline.root.inputDefinitions?.parameters?.[name]?.parameterType);
  }
  return parameters;
}

function parseValue(text: string, type: ParameterType | undefined): Json {
  if (type === 'STRING') return text;
  if (type === 'BOOLEAN' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text; // the check of types says what is wrong with it, by name
  }
}

function describeParameters(pipeline: PipelineSpec): string {
  const names = Object.keys(pipeline.root.inputDefinitions?.parameters ?? {});
  return names.length === 0 ? 'This pipeline takes no parameters.' : `This pipeline takes: ${names.join(', ')}.`;
}

/** As kfp names runs: 2026-11-23 15-39-16, in local time. */
function timeText(now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `${day} ${[now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('-')}`;
}
