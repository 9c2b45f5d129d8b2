// A Pod's status as a strategic merge patch: conditions that others write (readiness gates, the scheduler's DisruptionTarget) are
// left alone, whenever they come. A merge patch would put the list back as it was when the status was made. Pure.
import { objectsOf, type JsonObject } from '../../base/mod.ts';

/** What a condition may lack; it must not keep that of the condition before. */
const OPTIONAL = { reason: null, message: null } as const;
/** Lists that the API merges by address; a Pod keeps no address of before. */
const REPLACED = ['podIPs', 'hostIPs'] as const;
const REPLACE = { $patch: 'replace' } as const;

export function statusPatch(status: JsonObject): JsonObject {
  const replaced = REPLACED.filter((name) => status[name] !== undefined).map((name) => [name, [...objectsOf(status[name]), REPLACE]] as const);
  const conditions = objectsOf(status['conditions']).map((condition) => ({ ...OPTIONAL, ...condition }));
  return { ...status, ...Object.fromEntries(replaced), ...(conditions.length === 0 ? {} : { conditions }) };
}
