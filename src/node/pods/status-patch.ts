// A Pod's status as a strategic merge patch: conditions that others write (readiness gates, the scheduler's DisruptionTarget) are
// left alone, whenever they come. A merge patch would put the list back as it was when the status was made. Pure.
import { objectsOf, type JsonObject } from '../../base/mod.ts';

/** What a condition may lack; it must not keep that of the condition before. */
const OPTIONAL = { reason: null, message: null } as const;
/** Lists that the API merges by address; a Pod keeps no address of before. */
const REPLACED = ['podIPs', 'hostIPs'] as const;
const REPLACE = { $patch: 'replace' } as const;
/** Conditions of the node that are there only as long as they hold. */
const PASSING: readonly unknown[] = ['PodResizePending', 'PodResizeInProgress'];

/** `before`: the status that was written last. */
export function statusPatch(status: JsonObject, before: JsonObject = {}): JsonObject {
  const replaced = REPLACED.filter((name) => status[name] !== undefined).map((name) => [name, [...objectsOf(status[name]), REPLACE]] as const);
  const conditions: readonly JsonObject[] = objectsOf(status['conditions']).map((condition) => ({ ...OPTIONAL, ...condition }));
  const over = objectsOf(before['conditions']).filter(({ type }) => PASSING.includes(type) && !conditions.some((condition) => condition['type'] === type));
  const all = [...conditions, ...over.map(({ type }) => ({ $patch: 'delete', type: type! }))];
  return { ...status, ...Object.fromEntries(replaced), ...(all.length === 0 ? {} : { conditions: all }) };
}
