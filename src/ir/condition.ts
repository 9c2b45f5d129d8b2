// When a task runs, and which part of a value an input takes: CEL in the environments that KFP gives it.
import { Failure, type Json } from '../base/mod.ts';
import { celToJson, compileCel, type CelVariables } from '../expr/mod.ts';
import type { RuntimeArtifact } from './executor-input.ts';
import { parameterText, type Conversion } from './values.ts';

/** What a condition may name, and what a selector. */
export const CONDITION_NAMES = ['inputs', 'outputs'];
export const SELECTOR_NAMES = ['string_value', 'number_value', 'bool_value', 'null_value', 'list_value', 'struct_value'];

/** The part of the executor input that conditions read. */
export interface ConditionInputs {
  readonly parameterValues: Readonly<Record<string, Json>>;
  readonly artifacts?: Readonly<Record<string, readonly RuntimeArtifact[]>>;
}

export type ConditionOutcome =
  | { readonly ok: true; readonly value: boolean }
  | { readonly ok: false; readonly message: string };

/** Whether the task may run. Not ok when the text is no CEL, names what is not there, or gives no boolean. */
export function evaluateCondition(text: string, inputs: ConditionInputs): ConditionOutcome {
  const outcome = attempt(() => compileCel(text).evaluate(conditionVariables(inputs)));
  if (!outcome.ok) return { ok: false, message: outcome.message + quoteHint(text, outcome.isSyntax) };
  const { value } = outcome;
  if (typeof value === 'boolean') return { ok: true, value };
  return { ok: false, message: `The condition ${text} gives no boolean.` };
}

/** The value that a parameterExpressionSelector, for example parseJson(string_value)["k"], takes out of a value. */
export function selectFromParameter(selector: string, value: Json): Conversion {
  const outcome = attempt(() => celToJson(compileCel(selector).evaluate(selectorVariables(value))));
  return outcome.ok ? { ok: true, value: outcome.value } : { ok: false, message: outcome.message };
}

/** The names of conditions are those of the ExecutorInput proto. */
export function conditionVariables(inputs: ConditionInputs): CelVariables {
  const artifacts = Object.entries(inputs.artifacts ?? {}).map(([name, list]) => [name, { artifacts: list.map(protoArtifact) }]);
  return {
    inputs: { parameters: {}, parameter_values: inputs.parameterValues, artifacts: Object.fromEntries(artifacts) as Json },
    outputs: { parameters: {}, artifacts: {}, output_file: '' },
  };
}

/** With the proto's field names, and its defaults for what is not set. */
function protoArtifact(artifact: RuntimeArtifact): Json {
  const { schemaTitle = '', schemaUri = '', instanceSchema = '', schemaVersion = '' } = artifact.type;
  return {
    name: artifact.name,
    type: { schema_title: schemaTitle, schema_uri: schemaUri, instance_schema: instanceSchema, schema_version: schemaVersion },
    uri: artifact.uri,
    properties: {},
    custom_properties: {},
    metadata: artifact.metadata,
  };
}

/** The fields of google.protobuf.Value, of which the one that is set is there, and string_value always. */
function selectorVariables(value: Json): CelVariables {
  const text = { string_value: parameterText(value) };
  if (value === null) return { ...text, null_value: null };
  if (typeof value === 'number') return { ...text, number_value: value };
  if (typeof value === 'boolean') return { ...text, bool_value: value };
  if (typeof value === 'string') return text;
  return Array.isArray(value) ? { ...text, list_value: value } : { ...text, struct_value: value };
}

type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly isSyntax: boolean };

function attempt<T>(act: () => T): Attempt<T> {
  try {
    return { ok: true, value: act() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ok: false, message: error.message, isSyntax: error.message.includes('is not valid CEL') };
  }
}

/** kfp writes string literals between single quotes and does not escape the quotes inside them. */
export function quoteHint(text: string, isSyntax: boolean): string {
  const quoteCount = text.split("'").length - 1;
  if (!isSyntax || quoteCount <= 2) return '';
  return ' (kfp does not escape quotes in the texts that a condition compares with; pass such a text as a parameter.)';
}
