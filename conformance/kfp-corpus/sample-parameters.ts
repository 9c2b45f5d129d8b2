// Values for the parameters that a pipeline requires and nobody gave: any value of the right type.
import { isJsonObject, type Json, type JsonObject } from '../../src/base/mod.ts';

const SAMPLES: Readonly<Record<string, Json>> = {
  STRING: 'text',
  NUMBER_INTEGER: 2,
  NUMBER_DOUBLE: 0.5,
  BOOLEAN: true,
  LIST: ['a', 'b'],
  STRUCT: { key: 'value' },
};

export function sampleParameters(pipeline: JsonObject, given: JsonObject): JsonObject {
  const parameters: Record<string, Json | undefined> = { ...given };
  for (const [name, spec] of Object.entries(rootParameters(pipeline))) {
    if (!isJsonObject(spec) || name in parameters || spec['defaultValue'] !== undefined || spec['isOptional'] === true) continue;
    const { literals, parameterType } = spec;
    const literal = Array.isArray(literals) ? literals[0] : undefined;
    parameters[name] = literal ?? SAMPLES[String(parameterType)] ?? 'text';
  }
  return parameters as JsonObject;
}

function rootParameters(pipeline: JsonObject): JsonObject {
  return objectAt(objectAt(objectAt(pipeline, 'root'), 'inputDefinitions'), 'parameters');
}

export function objectAt(owner: JsonObject, key: string): JsonObject {
  const value = owner[key];
  return isJsonObject(value) ? value : {};
}
