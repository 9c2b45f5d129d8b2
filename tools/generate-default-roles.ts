// Writes src/controllers/rbac/default-roles/default-roles.json: the roles and bindings that every Kubernetes has and that mean
// something here. Those of its own controllers and nodes are left out: ours need none.
//
//   kubectl get clusterroles,clusterrolebindings -o json > defaults.json    (from a cluster that is new: npm run referee)
//   node tools/generate-default-roles.ts defaults.json
import { readFileSync, writeFileSync } from 'node:fs';

const OUTPUT = new URL('../src/controllers/rbac/default-roles/default-roles.json', import.meta.url);

const KEPT: ReadonlySet<string> = new Set([
  ...['admin', 'cluster-admin', 'edit', 'view'],
  ...['system:aggregate-to-admin', 'system:aggregate-to-edit', 'system:aggregate-to-view'],
  ...['system:auth-delegator', 'system:basic-user', 'system:discovery', 'system:monitoring', 'system:public-info-viewer'],
  'system:service-account-issuer-discovery',
]);

interface RoleObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly aggregationRule?: unknown;
  readonly rules?: unknown;
  readonly roleRef?: unknown;
  readonly subjects?: unknown;
}

const [inputPath] = process.argv.slice(2);
if (inputPath === undefined) {
  console.error('usage: node tools/generate-default-roles.ts defaults.json');
  process.exitCode = 2;
} else {
  const { items } = JSON.parse(readFileSync(inputPath, 'utf8')) as { items: readonly RoleObject[] };
  const kept = items.filter(({ metadata }) => KEPT.has(metadata.name)).map(factsOf);
  writeFileSync(OUTPUT, `[\n${kept.map((role) => JSON.stringify(role)).join(',\n')}\n]\n`);
  console.log(`${kept.length} roles and bindings`);
}

/** Rules of an aggregated role are the sum of others: they are left out. */
function factsOf({ kind, metadata: { name, labels }, aggregationRule, rules, roleRef, subjects }: RoleObject): object {
  const parts = aggregationRule === undefined ? { rules, roleRef, subjects } : { aggregationRule };
  return { kind, name, labels, ...parts };
}
