import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { KubeObject } from '../../base/mod.ts';
import type { KindDefinition, KindSchema } from '../kind.ts';
import { builtinKinds } from '../kinds.ts';
import { podKind } from '../core/pod.ts';
import { findUnknownFields, pruneUnknown } from '../unknown-fields.ts';
import { isCanonical } from './canonical.ts';
import { checkTypes } from './check.ts';
import { objectSchema, resolveSchema } from './definitions.ts';

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'step', creationTimestamp: '2026-01-02T03:04:05Z', labels: { app: '' }, annotations: { a: '{}' } },
  spec: { containers: [{ name: 'main', command: ['sh', ''], env: [{ name: 'A', value: '1' }], resources: { limits: { cpu: '1', memory: '1Gi' } }, livenessProbe: { httpGet: { port: 'web' } } }], priority: 0 },
  status: { phase: 'Running', containerStatuses: [{ name: 'main', ready: false, restartCount: 0, image: 'i', imageID: '', state: { running: { startedAt: '2026-01-02T03:04:05Z' } }, lastState: {} }] },
};

test('a Pod as the house writes it is canonical', () => {
  assert.equal(isCanonical(podKind, POD), true);
});

test('what would be refused, named, dropped or written otherwise is not', () => {
  const deep = (levels: number): unknown => (levels === 0 ? {} : { a: deep(levels - 1) });
  const cases: Readonly<Record<string, object>> = {
    'wrong type': { spec: { containers: 'main' } },
    'list for an object': { spec: [] },
    'unknown member': { spec: { sails: 1 } },
    'member of every JavaScript object': { spec: { constructor: 'x' } },
    null: { spec: null },
    undefined: { spec: undefined },
    'zero that Go leaves out': { spec: { hostname: '' } },
    'empty list that Go leaves out': { spec: { containers: [{ name: 'a', args: [] }] } },
    'quantity in another text': { spec: { containers: [{ name: 'a', resources: { limits: { memory: '1024Mi' } } }] } },
    'quantity as a number': { spec: { containers: [{ name: 'a', resources: { limits: { cpu: 1 } } }] } },
    'time elsewhere': { metadata: { creationTimestamp: '2026-01-02T03:04:05+01:00' } },
    'no time': { metadata: { creationTimestamp: '2026-13-02T03:04:05Z' } },
    'too large for its type': { spec: { priority: 2 ** 31 } },
    'nested too deep': { metadata: { managedFields: [{ fieldsV1: deep(200) }] } },
  };
  for (const [what, change] of Object.entries(cases)) assert.equal(isCanonical(podKind, { ...POD, ...change }), false, what);
});

test('what is canonical has the right types and no unknown fields, and pruning changes nothing', () => {
  let canonicalCount = 0;
  fc.assert(
    fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 30, maxLength: 120 }), (which, choices) => {
      const kind = builtinKinds[which % builtinKinds.length]!;
      const object = documentOf(kind, choices);
      if (!isCanonical(kind, object)) return;
      canonicalCount++;
      assert.deepEqual(checkTypes(kind, object), []);
      assert.deepEqual(findUnknownFields(kind, object), []);
      assert.deepStrictEqual(pruneUnknown(kind, object), object);
    }),
    { numRuns: 3_000 },
  );
  assert.ok(canonicalCount > 300, `only ${canonicalCount} of 3,000 documents were canonical`);
});

const TEXTS = ['a', '1Gi', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000001Z', 'YWJj', '', '0.5', '2026-01-02t03:04:05Z', 'YWJ\nj'];

/** Mostly as the schema wants it; the choices decide. */
function documentOf(kind: KindDefinition, choices: readonly number[]): KubeObject {
  let place = 0;
  const choose = (count: number): number => (choices[place++ % choices.length]! + place) % count;
  const valueOf = (schema: KindSchema, levels: number): unknown => {
    const resolved = resolveSchema(schema);
    if (choose(60) === 0) return [null, 0, '', {}, [], undefined, 'x'][choose(7)];
    if (resolved.format === 'quantity') return ['1', '1Gi', '1024Mi', '0', 1][choose(5)];
    switch (resolved.type) {
      case 'array':
        return levels === 0 ? [] : Array.from({ length: choose(3) }, () => valueOf(resolved.items ?? {}, levels - 1));
      case 'string':
        return resolved.format === undefined ? TEXTS[choose(3)] : TEXTS[choose(TEXTS.length)];
      case 'integer':
      case 'number':
        return [1, 0, 80, 1.5, 2 ** 31][choose(20)] ?? 7;
      case 'boolean':
        return choose(3) > 0;
      default:
        return objectOf(resolved, levels);
    }
  };
  const objectOf = (schema: KindSchema, levels: number): unknown => {
    const names = Object.keys(schema.properties ?? {});
    const members = levels === 0 ? [] : Array.from({ length: choose(4) }, () => (names.length === 0 || choose(40) === 0 ? 'other' : names[choose(names.length)]!));
    return Object.fromEntries(members.map((name) => [name, valueOf(schema.properties?.[name] ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {}), levels - 1)]));
  };
  const object = objectOf(objectSchema(kind), 6) as Record<string, unknown>;
  return { ...object, apiVersion: 'v1', kind: kind.kind, metadata: { name: 'a' } } as unknown as KubeObject;
}
