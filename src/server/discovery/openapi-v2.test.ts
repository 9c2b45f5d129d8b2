import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtinKinds, type KindDefinition } from '../../api/mod.ts';
import { gadgetKind } from '../testing/gadget-kind.ts';
import { openApiV2Text } from './openapi-v2.ts';

interface Node {
  readonly $ref?: string;
  readonly type?: string;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly 'x-kubernetes-group-version-kind'?: readonly object[];
}

async function documentOf(kinds: readonly KindDefinition[]) {
  const text = (await Array.fromAsync(openApiV2Text(kinds, 'v1.32.0'))).join('');
  return { text, ...(JSON.parse(text) as { swagger: string; definitions: Readonly<Record<string, Node>> }) };
}

/** The schema and every one below it. */
function nodesOf(schema: Node): readonly Node[] {
  const { items, properties = {}, additionalProperties } = schema;
  const below = [...Object.values(properties), ...(items === undefined ? [] : [items]), ...(typeof additionalProperties === 'object' ? [additionalProperties] : [])];
  return [schema, ...below.flatMap(nodesOf)];
}

test('every kind is found by group, version and kind, and every reference resolves', async () => {
  const { swagger, definitions } = await documentOf(builtinKinds);
  assert.equal(swagger, '2.0');
  const found = new Set(Object.values(definitions).flatMap((definition) => (definition['x-kubernetes-group-version-kind'] ?? []).map((each) => JSON.stringify(each))));
  for (const { group, version, kind } of builtinKinds) assert.ok(found.has(JSON.stringify({ group, version, kind })), kind);
  const nodes = Object.values(definitions).flatMap(nodesOf);
  const names = nodes.flatMap(({ $ref }) => ($ref === undefined ? [] : [$ref.replace('#/definitions/', '')]));
  assert.deepEqual(names.filter((name) => definitions[name] === undefined), []);
  assert.deepEqual(nodes.filter(({ type, items }) => type === 'array' && items === undefined), [], 'Terraform makes no type of a list without items');
  assert.ok(definitions['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'] !== undefined, 'Terraform asks for it by this name');
});

test('what version 2 has no word for is left out, and with it the type', async () => {
  const anything = { type: 'string', nullable: true, default: 'x', anyOf: [{ minLength: 1 }] } as const;
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer', default: 1, minimum: 1 }, note: anything, free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } } } } as const;
  const { definitions, text } = await documentOf([{ ...gadgetKind, schema }]);
  assert.deepEqual(definitions['dev.slipway.test.v1.Gadget']!.properties!['spec'], {
    type: 'object',
    properties: { size: { type: 'integer', minimum: 1 }, note: {}, free: { 'x-kubernetes-preserve-unknown-fields': true } },
  });
  assert.doesNotMatch(text, /anyOf|nullable/);
});
