// The step document of a Pod: written by the engine, but anybody may create a Pod, so it is checked before it is believed.
import { isJsonObject, type KubeObject } from '../../base/mod.ts';
import { STEP_ANNOTATION, type StepDocument } from '../../api/mod.ts';

const TEXT_FIELDS = ['runId', 'taskId', 'taskRootUri', 'executorOutputPath'] as const;
const LIST_FIELDS = { inputArtifacts: ['key', 'uri'], outputArtifacts: ['key', 'uri'], outputParameters: ['name', 'path'] } as const;

/** Undefined for an ordinary Pod, and for one whose annotation of that name is somebody's own. */
export function stepDocumentOf(pod: KubeObject): StepDocument | undefined {
  const text = pod.metadata.annotations?.[STEP_ANNOTATION];
  if (text === undefined) return undefined;
  try {
    const document: unknown = JSON.parse(text);
    return isStepDocument(document) ? document : undefined;
  } catch {
    return undefined; // no JSON
  }
}

function isStepDocument(value: unknown): value is StepDocument {
  if (!isJsonObject(value) || value['version'] !== 1 || !Number.isInteger(value['attempt'])) return false;
  if (value['tries'] !== undefined && !(Array.isArray(value['tries']) && value['tries'].every(Number.isInteger))) return false;
  const hasTexts = TEXT_FIELDS.every((field) => isText(value[field]));
  return hasTexts && Object.entries(LIST_FIELDS).every(([field, members]) => isListOf(value[field], members));
}

function isListOf(value: unknown, members: readonly string[]): boolean {
  if (!Array.isArray(value)) return false;
  return value.every((item) => isJsonObject(item) && members.every((member) => isText(item[member])) && (item['path'] === undefined || isText(item['path'])));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
