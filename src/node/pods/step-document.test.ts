import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { STEP_ANNOTATION } from '../../api/mod.ts';
import { stepDocument } from '../testing/step-document.ts';
import { stepDocumentOf } from './step-document.ts';

function read(text: string) {
  return stepDocumentOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', annotations: { [STEP_ANNOTATION]: text } } });
}

test('the document of a step is read as it was written', () => {
  const document = { ...stepDocument('train'), inputArtifacts: [{ key: 'data', uri: 'gs://b/data', path: '/data' }] };
  assert.deepEqual(read(JSON.stringify(document)), document);
  assert.equal(stepDocumentOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }), undefined);
});

test('a document with one field that is missing or something else is none', () => {
  const good = stepDocument('train') as unknown as Record<string, unknown>;
  for (const field of Object.keys(good)) {
    for (const value of [undefined, null, 7.5, {}, [7], [{}], '']) assert.equal(read(JSON.stringify({ ...good, [field]: value })), undefined, `${field}: ${JSON.stringify(value)}`);
  }
});

test('whatever stands there, reading never throws', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void read(text)));
});
