// What a stored document says of one component's step, as written, without parsing the whole: for comparing two documents.
import { isJsonObject, type Json, type JsonObject } from '../base/mod.ts';

export interface StepSource {
  readonly image: Json;
  readonly command: Json;
  readonly args: Json;
  readonly outputs: Json;
}

/** Undefined when the document has no such step. Takes the bare IR or the wrapped one. */
export function stepSourceOf(document: JsonObject, componentName: string): StepSource | undefined {
  const spec = objectAt(document, 'pipelineSpec') ?? document;
  const component = objectAt(objectAt(spec, 'components'), componentName);
  const label = component && memberAt(component, 'executorLabel');
  const executors = objectAt(objectAt(spec, 'deploymentSpec'), 'executors');
  const container = typeof label === 'string' ? objectAt(objectAt(executors, label), 'container') : undefined;
  if (component === undefined || container === undefined) return undefined;
  const { image = '', command = [], args = [] } = container;
  return { image, command, args, outputs: memberAt(component, 'outputDefinitions') ?? {} };
}

function objectAt(owner: JsonObject | undefined, name: string): JsonObject | undefined {
  const member = owner && memberAt(owner, name);
  return isJsonObject(member) ? member : undefined;
}

/** In camelCase or snake_case, as protojson takes both. */
function memberAt(owner: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(owner, name)) return owner[name];
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.hasOwn(owner, snake) ? owner[snake] : undefined;
}
