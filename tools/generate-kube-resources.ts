// Writes src/api/generated/kube-resources.json: what discovery says of the resources of Kubernetes (kind, singular, short names,
// categories, scope, verbs, subresources) and which definition is the schema of each; facts only.
//
//   go mod download -json k8s.io/kubernetes@v1.36.3
//   node tools/generate-kube-resources.ts path/to/k8s.io/kubernetes@v1.36.3
//
// Afterwards run tools/generate-kube-schemas.ts, which starts from the definitions named here.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OUTPUT = new URL('../src/api/generated/kube-resources.json', import.meta.url);
const API_VERSIONS = [
  'v1',
  'admissionregistration.k8s.io/v1',
  'apiextensions.k8s.io/v1',
  'apps/v1',
  'authentication.k8s.io/v1',
  'authorization.k8s.io/v1',
  'autoscaling/v1',
  'autoscaling/v2',
  'batch/v1',
  'coordination.k8s.io/v1',
  'discovery.k8s.io/v1',
  'events.k8s.io/v1',
  'networking.k8s.io/v1',
  'policy/v1',
  'rbac.authorization.k8s.io/v1',
  'scheduling.k8s.io/v1',
  'storage.k8s.io/v1',
];

/** A member of APIResourceList; subresources are `pods/log`. */
interface Resource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

type Definitions = Readonly<Record<string, { readonly 'x-kubernetes-group-version-kind'?: readonly Kind[] }>>;

function main(): void {
  const [modulePath] = process.argv.slice(2);
  if (modulePath === undefined) {
    console.error('usage: node tools/generate-kube-resources.ts path/to/k8s.io/kubernetes');
    process.exitCode = 2;
    return;
  }
  const { definitions } = JSON.parse(readFileSync(join(modulePath, 'api/openapi-spec/swagger.json'), 'utf8')) as { definitions: Definitions };
  const schemaNames = schemaNamesOf(definitions);
  const lines = API_VERSIONS.flatMap((apiVersion) => {
    const resources = readResources(modulePath, apiVersion);
    return resources
      .filter(({ name }) => !name.includes('/'))
      .map((resource) => [`${apiVersion}/${resource.name}`, factsOf(apiVersion, resource, resources, schemaNames)] as const);
  });
  const sorted = lines.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([id, facts]) => `${JSON.stringify(id)}:${JSON.stringify(facts)}`);
  writeFileSync(OUTPUT, `{\n${sorted.join(',\n')}\n}\n`);
  console.log(`${sorted.length} resources`);
}

function readResources(modulePath: string, apiVersion: string): readonly Resource[] {
  const file = apiVersion.includes('/') ? `apis__${apiVersion.replace('/', '__')}.json` : `api__${apiVersion}.json`;
  return (JSON.parse(readFileSync(join(modulePath, 'api/discovery', file), 'utf8')) as { resources: readonly Resource[] }).resources;
}

/** Definitions of the whole objects, by group, version and kind. */
function schemaNamesOf(definitions: Definitions): ReadonlyMap<string, string> {
  const entries = Object.entries(definitions).flatMap(([name, definition]) => {
    const kinds = definition['x-kubernetes-group-version-kind'] ?? [];
    // Shared ones (DeleteOptions) name every group.
    return kinds.length === 1 ? [[kindId(kinds[0]!), name] as const] : [];
  });
  return new Map(entries);
}

function factsOf(apiVersion: string, resource: Resource, all: readonly Resource[], schemaNames: ReadonlyMap<string, string>): object {
  const own = kindOf(apiVersion, resource);
  const prefix = `${resource.name}/`;
  const subresources = all.filter(({ name }) => name.startsWith(prefix));
  return {
    kind: resource.kind,
    singular: resource.singularName,
    schema: schemaNames.get(kindId(own)),
    isNamespaced: resource.namespaced,
    shortNames: resource.shortNames ?? [],
    categories: resource.categories ?? [],
    verbs: [...resource.verbs].sort(),
    subresources: subresources.map((sub) => {
      const kind = kindOf(apiVersion, sub);
      const isOwn = kindId(kind) === kindId(own);
      return { name: sub.name.slice(prefix.length), verbs: [...sub.verbs].sort(), ...(isOwn ? {} : { responseKind: kind, schema: schemaNames.get(kindId(kind)) }) };
    }),
  };
}

function kindOf(apiVersion: string, resource: Resource): Kind {
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  return { group: resource.version === undefined ? group : (resource.group ?? ''), version: resource.version ?? version, kind: resource.kind };
}

function kindId({ group, version, kind }: Kind): string {
  return `${group}/${version}/${kind}`;
}

main();
