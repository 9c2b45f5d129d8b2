// The Python processes that a running Slipway keeps warm for its steps.
import { formatSize, objectsOf, type JsonObject } from '../../base/mod.ts';
import type { Finding } from '../../node/mod.ts';

/** `facts` is what GET /slipway/v1/cluster answers. */
export function judgeWarmParents(facts: JsonObject): Finding {
  const parents = objectsOf(facts['interpreters']);
  const refused = objectsOf(facts['refused_module_sets']);
  const preloaded = parents.filter((parent) => sum([parent], 'preloaded_count') > 0);
  const forked = `${sum(parents, 'started_count')} steps forked`;
  const counts = `${parents.length - preloaded.length} bare, ${preloaded.length} with packages imported, ${formatSize(sum(parents, 'memory_bytes'))}, ${forked}`;
  const sets = refused.length === 1 ? '1 set of modules is' : `${refused.length} sets of modules are`;
  const notPreloaded = refused.length === 0 ? '' : `; ${sets} imported anew in each step (${String(refused.at(-1)!['reason'])})`;
  return { subject: 'warm parents', verdict: 'good', observation: `${parents.length === 0 ? 'none now: they start with the next step' : counts}${notPreloaded}` };
}

function sum(objects: readonly JsonObject[], field: string): number {
  return objects.reduce((total, object) => total + Number(object[field] ?? 0), 0);
}
