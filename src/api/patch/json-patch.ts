// JSON Patch (RFC 6902) with JSON Pointers (RFC 6901).
import { isJsonObject, jsonEquals, type Json, type JsonObject } from '../../base/mod.ts';
import { DEPTH_MAX, depthComplaint } from '../schema/depth.ts';
import { setOwn } from '../schema/own-member.ts';

export type JsonPatchOutcome =
  | { readonly ok: true; readonly value: Json }
  /** `Malformed`: no JSON Patch (400). `TestFailed`, `PathMissing`: a patch that does not fit the document (422). */
  | { readonly ok: false; readonly reason: 'Malformed' | 'TestFailed' | 'PathMissing'; readonly message: string };

/** As a Kubernetes API server has it. */
const OPERATION_COUNT_MAX = 10_000;
/** Values that `copy` may put into the document in one patch; without it 30 operations grow a document to gigabytes. */
const COPIED_VALUE_COUNT_MAX = 100_000;

type Refusal = Exclude<JsonPatchOutcome, { ok: true }>;

/** Applies all operations or none. Neither argument is changed. */
export function jsonPatch(original: Json, patch: unknown): JsonPatchOutcome {
  if (!Array.isArray(patch)) return refuse('Malformed', 'a JSON patch must be a list of operations');
  if (patch.length > OPERATION_COUNT_MAX) return refuse('Malformed', `a JSON patch has at most ${OPERATION_COUNT_MAX} operations, not ${patch.length}`);
  const tooDeep = depthComplaint(patch);
  if (tooDeep !== undefined) return refuse('Malformed', tooDeep);
  let document: Json = original;
  const own: OwnContainers = new Set();
  let copiesLeft = COPIED_VALUE_COUNT_MAX;
  for (const [index, operation] of patch.entries()) {
    if (isJsonObject(operation) && operation['op'] === 'copy') {
      copiesLeft -= share(valueAt(document, pointerOf(operation['from']) ?? []), copiesLeft, own);
      if (copiesLeft < 0) return refuse('Malformed', `the copies of one JSON patch have at most ${COPIED_VALUE_COUNT_MAX} values`);
    }
    const outcome = applyOperation(document, operation, own);
    if (!outcome.ok) return refuse(outcome.reason, `operation ${index}: ${outcome.message}`);
    document = outcome.value;
  }
  return { ok: true, value: document };
}

function applyOperation(document: Json, operation: unknown, own: OwnContainers): JsonPatchOutcome {
  if (!isJsonObject(operation)) return refuse('Malformed', 'must be an object');
  const path = pointerOf(operation['path']);
  if (path === undefined) return refuse('Malformed', '`path` must be a JSON pointer');
  const value = operation['value'];
  switch (operation['op']) {
    case 'add':
      return value === undefined ? refuse('Malformed', '`value` is missing') : put(document, path, value, 'add', own);
    case 'replace':
      return value === undefined ? refuse('Malformed', '`value` is missing') : put(document, path, value, 'replace', own);
    case 'remove':
      return remove(document, path, own);
    case 'test':
      return testValue(document, path, value ?? null);
    case 'move':
    case 'copy':
      return relocate(document, pointerOf(operation['from']), path, operation['op'], own);
    default:
      return refuse('Malformed', `unknown operation ${JSON.stringify(operation['op'])}`);
  }
}

function testValue(document: Json, path: readonly string[], expected: Json): JsonPatchOutcome {
  // A missing value equals null, as in the library that Kubernetes uses.
  if (jsonEquals(valueAt(document, path) ?? null, expected)) return { ok: true, value: document };
  return refuse('TestFailed', `testing path ${textOf(path)} failed: the value is not the expected one`);
}

function relocate(document: Json, from: readonly string[] | undefined, path: readonly string[], operator: 'move' | 'copy', own: OwnContainers): JsonPatchOutcome {
  if (from === undefined) return refuse('Malformed', '`from` must be a JSON pointer');
  const value = valueAt(document, from);
  if (value === undefined) return missing(from);
  if (operator === 'copy') return put(document, path, value, 'add', own);
  if (path.length > from.length && from.every((segment, index) => segment === path[index])) return refuse('Malformed', 'a value can not be moved into itself');
  const removed = remove(document, from, own);
  return removed.ok ? put(removed.value, path, value, 'add', own) : removed;
}

function put(document: Json, path: readonly string[], value: Json, mode: 'add' | 'replace', own: OwnContainers): JsonPatchOutcome {
  if (path.length === 0) return { ok: true, value };
  return changeParent(document, path, 0, own, (parent, segment) => {
    if (Array.isArray(parent)) {
      const index = mode === 'add' && segment === '-' ? parent.length : indexOf(segment, parent.length + (mode === 'add' ? 1 : 0));
      if (index === undefined) return missing(path);
      const list = writableList(parent, own);
      list.splice(index, mode === 'add' ? 0 : 1, value);
      return { ok: true, value: list };
    }
    if (mode === 'replace' && !Object.hasOwn(parent, segment)) return missing(path);
    const object = writableObject(parent as JsonObject, own);
    setOwn(object, segment, value);
    return { ok: true, value: object };
  });
}

function remove(document: Json, path: readonly string[], own: OwnContainers): JsonPatchOutcome {
  if (path.length === 0) return refuse('Malformed', 'the whole document can not be removed');
  return changeParent(document, path, 0, own, (parent, segment) => {
    if (Array.isArray(parent)) {
      const index = indexOf(segment, parent.length);
      if (index === undefined) return missing(path);
      const list = writableList(parent, own);
      list.splice(index, 1);
      return { ok: true, value: list };
    }
    if (!Object.hasOwn(parent, segment)) return missing(path);
    const object = writableObject(parent as JsonObject, own);
    delete object[segment];
    return { ok: true, value: object };
  });
}

type Container = readonly Json[] | JsonObject;

/** What was copied for this patch and stands at one place only: later operations change it as it is, or ten thousand would copy it as often. */
type OwnContainers = Set<Container>;

function writableList(list: readonly Json[], own: OwnContainers): Json[] {
  if (own.has(list)) return list as Json[];
  const copy = [...list];
  own.add(copy);
  return copy;
}

function writableObject(object: JsonObject, own: OwnContainers): Record<string, Json> {
  if (own.has(object)) return object as Record<string, Json>;
  const copy: Record<string, Json> = {};
  for (const [name, value] of Object.entries(object)) if (value !== undefined) setOwn(copy, name, value);
  own.add(copy);
  return copy;
}

/** Copies what lies on the way to the last segment, once; the rest is shared with the old document. */
function changeParent(
  document: Json,
  path: readonly string[],
  depth: number,
  own: OwnContainers,
  change: (parent: Container, segment: string) => JsonPatchOutcome,
): JsonPatchOutcome {
  const segment = path[depth]!;
  if (!Array.isArray(document) && !isJsonObject(document)) return missing(path);
  if (depth === path.length - 1) return change(document as Container, segment);
  const child = valueAt(document, [segment]);
  if (child === undefined) return missing(path);
  const changed = changeParent(child, path, depth + 1, own, change);
  if (!changed.ok || changed.value === child) return changed.ok ? { ok: true, value: document } : changed;
  if (Array.isArray(document)) {
    const list = writableList(document, own);
    list[indexOf(segment, list.length)!] = changed.value;
    return { ok: true, value: list };
  }
  const object = writableObject(document as JsonObject, own);
  setOwn(object, segment, changed.value);
  return { ok: true, value: object };
}

function valueAt(document: Json, path: readonly string[]): Json | undefined {
  let current: Json | undefined = document;
  for (const segment of path) {
    if (Array.isArray(current)) {
      const index: number | undefined = indexOf(segment, current.length);
      current = index === undefined ? undefined : (current as readonly Json[])[index];
    } else current = isJsonObject(current) && Object.hasOwn(current, segment) ? current[segment] : undefined;
  }
  return current;
}

/** Undefined when the text is no JSON pointer, or one with more than DEPTH_MAX segments. */
function pointerOf(text: unknown): readonly string[] | undefined {
  if (typeof text !== 'string' || (text !== '' && !text.startsWith('/'))) return undefined;
  const segments = text.split('/').slice(1);
  if (segments.length > DEPTH_MAX) return undefined;
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** As in the library that Kubernetes uses, an index below zero counts from the end; of an addition, from behind it. */
function indexOf(segment: string, length: number): number | undefined {
  if (!/^(?:0|-?[1-9]\d{0,8})$/.test(segment)) return undefined;
  const index = Number(segment) < 0 ? Number(segment) + length : Number(segment);
  return index >= 0 && index < length ? index : undefined;
}

/** Number of values in the tree, which will stand at two places, so that it is nobody's own any more; counting stops above the limit. */
function share(value: Json | undefined, limit: number, own: OwnContainers): number {
  let size = 0;
  const waiting: (Json | undefined)[] = [value];
  while (waiting.length > 0 && size <= limit) {
    size++;
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    own.delete(next);
    for (const member of Object.values(next)) waiting.push(member as Json);
  }
  return size;
}

function textOf(path: readonly string[]): string {
  return path.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function missing(path: readonly string[]): Refusal {
  return refuse('PathMissing', `the document has no value at ${textOf(path)}`);
}

function refuse(reason: Refusal['reason'], message: string): Refusal {
  return { ok: false, reason, message };
}
