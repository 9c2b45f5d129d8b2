// An applied document merged into an object: members merge, lists with owners merge by item, everything else is replaced
// (sigs.k8s.io/structured-merge-diff typed.Merge). Pure; neither argument is changed.
import type { Json, JsonObject } from '../../base/mod.ts';
import type { KindSchema } from '../../api/mod.ts';
import { fieldTypeOf, memberTypeOf, type FieldType } from './field-types.ts';

export function mergeApplied(schema: KindSchema | undefined, live: JsonObject, document: JsonObject): JsonObject {
  return mergeValue(schema, live, document) as JsonObject;
}

function mergeValue(schema: KindSchema | undefined, live: Json | undefined, applied: Json): Json {
  const type = fieldTypeOf(schema, applied);
  if (live === undefined || live === null || type.kind === 'leaf' || fieldTypeOf(schema, live).kind !== type.kind) return applied;
  return type.kind === 'object'
    ? mergeMembers(type.schema, live as JsonObject, applied as JsonObject)
    : mergeItems(type, live as readonly Json[], applied as readonly Json[]);
}

function mergeMembers(schema: KindSchema | undefined, live: JsonObject, applied: JsonObject): JsonObject {
  const merged = new Map(Object.entries(live));
  for (const [name, member] of Object.entries(applied)) {
    if (member === undefined) continue;
    merged.set(name, mergeValue(memberTypeOf(schema, name), merged.get(name), member));
  }
  return Object.fromEntries(merged);
}

/** Applied items in their order; the others stay between them where they were. */
function mergeItems(type: Extract<FieldType, { kind: 'list' }>, live: readonly Json[], applied: readonly Json[]): readonly Json[] {
  const liveElements = live.map(type.elementOf);
  const appliedElements = applied.map(type.elementOf);
  const liveByElement = new Map(liveElements.map((element, index) => [element, live[index]!]));
  const inApplied = new Set(appliedElements);
  const shared = appliedElements.filter((element) => liveByElement.has(element));
  let sharedDone = 0;
  const done = new Set<string>();
  const merged: Json[] = [];
  const take = (index: number) => {
    const element = appliedElements[index]!;
    done.add(element);
    merged.push(mergeValue(type.items, liveByElement.get(element), applied[index]!));
    if (shared[sharedDone] === element) sharedDone++;
  };
  let [left, right] = [0, 0];
  while (left < live.length || right < applied.length) {
    const element = liveElements[left];
    if (element !== undefined && right < applied.length) {
      if (element === appliedElements[right]) {
        left++;
        take(right++);
        continue;
      }
      // It comes later, in the order of the document.
      if (inApplied.has(element) && sharedDone < shared.length && shared[sharedDone] !== element) {
        left++;
        continue;
      }
    }
    if (element !== undefined && !inApplied.has(element)) {
      merged.push(live[left++]!);
      continue;
    }
    if (element !== undefined && done.has(element)) left++;
    if (right < applied.length) take(right++);
  }
  return merged;
}
