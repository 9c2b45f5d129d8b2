// Writes src/api/generated/kube-schemas.json: the structural facts (fields, types, list keys, patch keys; no prose) of the
// Kubernetes definitions that our kinds reach.
//
//   go mod download -json k8s.io/kubernetes@v1.36.3
//   node tools/generate-kube-schemas.ts path/to/k8s.io/kubernetes@v1.36.3/api/openapi-spec/swagger.json
//
// tools/generate-kube-resources.ts runs first.
import { readFileSync, writeFileSync } from 'node:fs';

const RESOURCES = new URL('../src/api/generated/kube-resources.json', import.meta.url);
const OUTPUT = new URL('../src/api/generated/kube-schemas.json', import.meta.url);
const REFERENCE_PREFIX = '#/definitions/';

/** Definitions that belong to no resource; the others that are started from are those that kube-resources.json names. */
const SHARED_ROOTS = ['io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions', 'io.k8s.apimachinery.pkg.apis.meta.v1.Status'];

const KEPT_KEYS = new Set([
  'type',
  'format',
  'required',
  'enum',
  'x-kubernetes-patch-merge-key',
  'x-kubernetes-patch-strategy',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
]);

/** Definitions whose wire form is not what the swagger document says. */
const SPECIAL: Readonly<Record<string, Record<string, unknown>>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: 'string', format: 'quantity' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { 'x-kubernetes-int-or-string': true },
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  // Unions of a schema, a list and a truth value: whatever is in them is looked at by code.
  ...Object.fromEntries(
    ['JSON', 'JSONSchemaPropsOrArray', 'JSONSchemaPropsOrBool', 'JSONSchemaPropsOrStringArray'].map((name) => [
      `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.${name}`,
      { 'x-kubernetes-preserve-unknown-fields': true },
    ]),
  ),
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': { type: 'string', format: 'micro-time' },
};

type Node = Readonly<Record<string, unknown>>;

interface Resource {
  readonly schema?: string;
  readonly subresources: readonly { readonly schema?: string }[];
}

function main(): void {
  const [inputPath] = process.argv.slice(2);
  if (inputPath === undefined) {
    console.error('usage: node tools/generate-kube-schemas.ts path/to/swagger.json');
    process.exitCode = 2;
    return;
  }
  const source = (JSON.parse(readFileSync(inputPath, 'utf8')) as { definitions: Record<string, Node> }).definitions;
  const definitions = collect(source);
  const lines = Object.keys(definitions).sort().map((name) => `${JSON.stringify(name)}:${JSON.stringify(definitions[name])}`);
  writeFileSync(OUTPUT, `{\n${lines.join(',\n')}\n}\n`);
  console.log(`${lines.length} definitions`);
}

function collect(source: Readonly<Record<string, Node>>): Record<string, unknown> {
  const definitions: Record<string, unknown> = {};
  const waiting = [...SHARED_ROOTS, ...Object.values(readResources()).flatMap(schemasOf)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (Object.hasOwn(definitions, name)) continue;
    const definition = source[name];
    if (definition === undefined) throw new Error(`the input has no definition ${name}`);
    definitions[name] = SPECIAL[name] ?? reduce(definition, (reference) => waiting.push(reference));
  }
  return definitions;
}

function readResources(): Readonly<Record<string, Resource>> {
  return JSON.parse(readFileSync(RESOURCES, 'utf8')) as Record<string, Resource>;
}

function schemasOf({ schema, subresources }: Resource): readonly string[] {
  return [schema, ...subresources.map((subresource) => subresource.schema)].filter((name) => name !== undefined);
}

function reduce(node: Node, onReference: (name: string) => void): Record<string, unknown> {
  const reduced: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (KEPT_KEYS.has(key)) reduced[key] = value;
    else if (key === '$ref') {
      const name = String(value).slice(REFERENCE_PREFIX.length);
      onReference(name);
      reduced['$ref'] = name;
    } else if (key === 'items' || (key === 'additionalProperties' && typeof value === 'object')) {
      reduced[key] = reduce(value as Node, onReference);
    } else if (key === 'properties') {
      const properties = Object.entries(value as Record<string, Node>);
      reduced[key] = Object.fromEntries(properties.map(([name, property]) => [name, reduce(property, onReference)]));
    }
  }
  return reduced;
}

main();
