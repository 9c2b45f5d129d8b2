import { test } from 'node:test';
import assert from 'node:assert/strict';
import { builtinKinds, objectSchema } from '../../api/mod.ts';
import type { Json } from '../../base/mod.ts';
import { fieldsOf, lostFields, withoutFields } from './field-set.ts';

const POD_SCHEMA = objectSchema(builtinKinds.find((kind) => kind.resource === 'pods')!);

test('fields of a document, lists by their keys', () => {
  const fields = fieldsOf(POD_SCHEMA, {
    metadata: { labels: { a: 'b' }, finalizers: ['x/y'] },
    spec: { containers: [{ name: 'main', command: ['a', 'b'] }], restartPolicy: 'Never', nodeName: null },
  });
  assert.deepEqual(fields, {
    'f:metadata': { 'f:labels': { 'f:a': {} }, 'f:finalizers': { 'v:"x/y"': {} } },
    'f:spec': { 'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:name': {}, 'f:command': {} } }, 'f:restartPolicy': {} },
  });
});

test('lost fields go, unless somebody else holds them; the rest stays', () => {
  const live: Json = {
    metadata: { labels: { a: '1', b: '2', c: '3' }, finalizers: ['x/y', 'x/z'] },
    spec: { containers: [{ name: 'm', image: 'i', tty: true }, { name: 's', image: 'j' }], volumes: [{ name: 'v' }] },
  };
  const lost = {
    'f:metadata': { 'f:labels': { 'f:a': {}, 'f:b': {} }, 'f:finalizers': { 'v:"x/y"': {} } },
    'f:spec': {
      'f:containers': { 'k:{"name":"m"}': { '.': {}, 'f:tty': {}, 'f:image': {} }, 'k:{"name":"s"}': { '.': {}, 'f:image': {} } },
      'f:volumes': { 'k:{"name":"v"}': { '.': {} } },
    },
  };
  const other = { 'f:metadata': { 'f:labels': { 'f:b': {} } }, 'f:spec': { 'f:containers': { 'k:{"name":"m"}': { '.': {}, 'f:image': {} } } } };
  assert.deepEqual(withoutFields(live, lost, [other]), {
    metadata: { labels: { b: '2', c: '3' }, finalizers: ['x/z'] },
    spec: { containers: [{ name: 'm', image: 'i' }] },
  });
});

test('an item that stays loses only its fields', () => {
  const before = fieldsOf(POD_SCHEMA, { spec: { containers: [{ name: 'm', image: 'i', tty: true }] } });
  const after = fieldsOf(POD_SCHEMA, { spec: { containers: [{ name: 'm', image: 'i' }] } });
  const lost = lostFields(before, after);
  assert.deepEqual(lost, { 'f:spec': { 'f:containers': { 'k:{"name":"m"}': { 'f:tty': {} } } } });
  assert.deepEqual(withoutFields({ spec: { containers: [{ name: 'm', image: 'i', tty: true, stdin: true }] } }, lost, []), {
    spec: { containers: [{ name: 'm', image: 'i', stdin: true }] },
  });
  assert.deepEqual(lostFields(after, before), {});
});
