// The parameters of a run: what the client gave, checked against the inputs of the pipeline, with its defaults.
import { jsonEquals, type Json, type JsonObject } from '../base/mod.ts';
import { goJsonStringify } from '../expr/mod.ts';
import { emptyRecord, type FieldError } from './section.ts';
import type { ParameterSpec, PipelineSpec } from './types.ts';
import { coerceParameter } from './values.ts';

export type RunParameters =
  | {
      readonly ok: true;
      /** Given and default values; an optional parameter without either is left out. */
      readonly value: Readonly<Record<string, Json>>;
    }
  | {
      readonly ok: false;
      /** `field` is the parameter's name. */
      readonly errors: readonly FieldError[];
      /** All errors in one sentence each. */
      readonly message: string;
    };

/** Names of unknown parameters in one message. */
const SHOWN_MAX = 10;

/** Null counts as not given. */
export function resolveRunParameters(pipeline: PipelineSpec, given: JsonObject): RunParameters {
  const specs = pipeline.root.inputDefinitions?.parameters ?? {};
  const errors: FieldError[] = [];
  const value = emptyRecord<Json>();
  for (const name of Object.keys(given)) {
    if (specs[name] === undefined) errors.push({ field: name, message: 'is not a parameter of this pipeline.' });
  }
  for (const [name, spec] of Object.entries(specs)) {
    const own = Object.hasOwn(given, name) ? (given[name] ?? null) : null;
    const problem = own === null ? problemOfAbsence(spec) : problemOfValue(spec, own);
    if (problem !== undefined) errors.push({ field: name, message: problem });
    const resolved = own ?? spec.defaultValue ?? null;
    if (resolved !== null) value[name] = resolved;
  }
  return errors.length === 0 ? { ok: true, value } : { ok: false, errors, message: sentenceOf(errors) };
}

function problemOfAbsence(spec: ParameterSpec): string | undefined {
  if (spec.parameterType === 'TASK_FINAL_STATUS') return 'is a task status, which only a task of the pipeline can give.';
  const isRequired = spec.isOptional !== true && (spec.defaultValue ?? null) === null;
  return isRequired ? 'is required and was not given.' : undefined;
}

function problemOfValue(spec: ParameterSpec, value: Json): string | undefined {
  if (spec.parameterType === 'TASK_FINAL_STATUS') return 'is a task status, which can not be given to a run.';
  // A run's STRING must be a string; only task inputs turn other values into text.
  if (spec.parameterType === 'STRING' && typeof value !== 'string') return `must be a string (STRING), not ${goJsonStringify(value).slice(0, 60)}.`;
  const conversion = coerceParameter(spec.parameterType, value);
  if (!conversion.ok) return conversion.message;
  if (spec.literals === undefined || spec.literals.some((literal) => jsonEquals(literal, value))) return undefined;
  return `must be one of ${spec.literals.map(goJsonStringify).join(', ')}.`;
}

function sentenceOf(errors: readonly FieldError[]): string {
  const shown = errors.slice(0, SHOWN_MAX).map(({ field, message }) => `Parameter "${field}" ${message}`);
  const restCount = errors.length - shown.length;
  return restCount > 0 ? `${shown.join(' ')} And ${restCount} more.` : shown.join(' ');
}
