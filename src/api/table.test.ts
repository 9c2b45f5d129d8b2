import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invalidStatus } from './causes.ts';
import type { KindDefinition } from './kind.ts';
import { builtinKinds } from './kinds.ts';
import { checkTypes } from './schema/check.ts';
import { applyDefaults } from './schema/defaults.ts';
import { findUnknownFields, pruneUnknown } from './unknown-fields.ts';
import { tableOf } from './table.ts';
import { textColumn } from './columns.ts';
import { validateObject } from './validation.ts';
import { ALL_VERBS } from './verbs.ts';
import type { KubeObject } from '../base/mod.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');

/** A kind that nobody has heard of, in one value. */
const lighthouseKind: KindDefinition = {
  group: 'sea.example',
  version: 'v1',
  resource: 'lighthouses',
  kind: 'Lighthouse',
  singular: 'lighthouse',
  shortNames: [],
  categories: [],
  isNamespaced: true,
  verbs: ALL_VERBS,
  subresources: [],
  schema: {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: { type: 'object', required: ['color'], properties: { color: { type: 'string', enum: ['red', 'white'] }, heightMeters: { type: 'integer', default: 30 } } },
    },
  },
  hasGeneration: true,
  validate: (object) => (object.metadata.name === 'faros' ? [{ reason: 'FieldValueForbidden', message: 'Forbidden: it fell', field: 'metadata.name' }] : []),
  columns: [{ ...textColumn('Light', 'Its color.', (object) => String(object.spec?.['color'])) }],
  fieldSelectors: {},
};

function lighthouse(spec: object, metadata: object = {}): KubeObject {
  return { apiVersion: 'sea.example/v1', kind: 'Lighthouse', metadata: { name: 'skagen', namespace: 'dk', ...metadata }, spec } as KubeObject;
}

test('a made-up kind gets types, unknown fields, defaults, validation and a table from its one definition', () => {
  const body = lighthouse({ color: 'red', colour: 'red' });
  assert.deepEqual(checkTypes(lighthouseKind, body), []);
  assert.deepEqual(findUnknownFields(lighthouseKind, body), ['spec.colour']);
  const admitted = applyDefaults(lighthouseKind, pruneUnknown(lighthouseKind, body));
  assert.deepEqual(admitted, lighthouse({ color: 'red', heightMeters: 30 }));
  assert.deepEqual(validateObject(lighthouseKind, admitted), []);
  assert.deepEqual(validateObject(lighthouseKind, lighthouse({ color: 'green' }, { name: 'faros' })), [
    { reason: 'FieldValueNotSupported', message: 'Unsupported value: "green": supported values: "red", "white"', field: 'spec.color' },
    { reason: 'FieldValueForbidden', message: 'Forbidden: it fell', field: 'metadata.name' },
  ]);
  assert.deepEqual(tableOf(lighthouseKind, [admitted], NOW, { includeObject: 'None', metadata: { resourceVersion: '7' } }), {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '7' },
    columnDefinitions: [{ name: 'Light', type: 'string', format: '', description: 'Its color.', priority: 0 }],
    rows: [{ cells: ['red'], object: null }],
  });
});

test('a kind without columns shows name and age; rows carry what the client asked for', () => {
  const kind = { columns: [] };
  const object = lighthouse({ color: 'red' }, { creationTimestamp: '2026-01-01T00:00:00Z' });
  const rowsOf = (options: object) => tableOf(kind, [object], NOW, options)['rows'];
  assert.deepEqual(rowsOf({}), [{ cells: ['skagen', '10m'], object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata } }]);
  assert.deepEqual(rowsOf({ includeObject: 'Object' }), [{ cells: ['skagen', '10m'], object }]);
  assert.deepEqual(tableOf(kind, [], NOW, { withoutColumnDefinitions: true })['columnDefinitions'], []);
});

test('the refusal reads as kubectl shows it', () => {
  const causes = [
    { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.color' },
    { reason: 'FieldValueForbidden', message: 'Forbidden: no', field: 'spec' },
  ];
  const status = invalidStatus(lighthouseKind, 'x', causes);
  assert.equal(status.message, 'Lighthouse.sea.example "x" is invalid: [spec.color: Required value, spec: Forbidden: no]');
  assert.deepEqual(status.details, { name: 'x', group: 'sea.example', kind: 'Lighthouse', causes });
  assert.equal(status.code, 422);
  assert.equal(invalidStatus({ group: '', kind: 'Pod' }, 'p', causes.slice(0, 1)).message, 'Pod "p" is invalid: spec.color: Required value');
});

test('the kinds agree with themselves', () => {
  const resources = builtinKinds.map(({ group, version, resource }) => `${resource}.${version}.${group}`);
  assert.equal(new Set(resources).size, resources.length);
  for (const kind of builtinKinds) {
    assert.equal(kind.singular, kind.kind.toLowerCase());
    assert.deepEqual(findUnknownFields(kind, { apiVersion: 'v1', kind: kind.kind, metadata: { name: 'x' } }), []);
    const object = { apiVersion: 'v1', kind: kind.kind, metadata: { name: 'x' } } as KubeObject;
    const once = applyDefaults(kind, object);
    assert.deepEqual(applyDefaults(kind, once), once, `${kind.kind} defaults twice`);
    for (const column of kind.columns) assert.notEqual(column.cell(object, NOW), undefined, `${kind.kind} ${column.name}`);
    for (const selector of Object.values(kind.fieldSelectors)) assert.equal(typeof selector(object), 'string');
  }
});
