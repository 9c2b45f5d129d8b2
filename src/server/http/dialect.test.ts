// The small parsers of the HTTP dialect.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatContinueToken, parseContinueToken } from '../verbs/continue-token.ts';
import { answerShape } from './accept.ts';
import { readQuery, watchQueryOf, writeOptionsOf } from './query.ts';
import { Warnings } from './respond.ts';

const KUBECTL_TABLE =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

test('the first acceptable shape wins', () => {
  assert.deepEqual(answerShape(undefined), { kind: 'json' });
  assert.deepEqual(answerShape('application/vnd.kubernetes.protobuf,application/json'), { kind: 'json' });
  assert.deepEqual(answerShape('application/vnd.kubernetes.protobuf, */*'), { kind: 'json' });
  assert.deepEqual(answerShape(KUBECTL_TABLE), { kind: 'table', apiVersion: 'meta.k8s.io/v1' });
  assert.deepEqual(answerShape('application/json;as=Table;v=v2;g=meta.k8s.io, application/json'), { kind: 'json' });
  assert.deepEqual(answerShape('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'), { kind: 'partial', apiVersion: 'meta.k8s.io/v1' });
  assert.equal(answerShape('application/vnd.kubernetes.protobuf'), undefined);
  assert.equal(answerShape('text/html'), undefined);
});

test('booleans are those of Go, and Python writes True', () => {
  for (const text of ['1', 't', 'T', 'true', 'TRUE', 'True']) {
    const query = readQuery(new URLSearchParams({ sendInitialEvents: text }), watchQueryOf);
    assert.equal(query.ok && query.value.sendInitialEvents, true, text);
  }
  for (const text of ['0', 'f', 'F', 'false', 'FALSE', 'False']) {
    const query = readQuery(new URLSearchParams({ sendInitialEvents: text }), watchQueryOf);
    assert.equal(query.ok && query.value.sendInitialEvents, false, text);
  }
  const refused = readQuery(new URLSearchParams({ sendInitialEvents: 'yes' }), watchQueryOf);
  assert.ok(!refused.ok && refused.status.code === 400);
  assert.match(refused.status.message, /sendInitialEvents: Invalid value: "yes"/);
});

test('a parameter of a closed set names what it may be', () => {
  const refused = readQuery(new URLSearchParams({ fieldValidation: 'strict' }), writeOptionsOf);
  assert.ok(!refused.ok);
  assert.match(refused.status.message, /fieldValidation: Unsupported value: "strict": supported values: "Strict", "Warn", "Ignore"/);
});

test('continue tokens come back, and nothing else is one', () => {
  fc.assert(
    fc.property(fc.nat(), fc.string(), (revision, afterKey) => {
      assert.deepEqual(parseContinueToken(formatContinueToken({ revision, afterKey })), { revision, afterKey });
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => assert.equal(parseContinueToken(text), undefined)));
});

test('warnings become one header that can be sent', () => {
  const warnings = new Warnings();
  warnings.add('unknown field "spec.föö"');
  warnings.add('a\nb');
  warnings.add('a\nb');
  assert.equal(warnings.headers()['warning'], '299 - "unknown field \\"spec.f??\\"", 299 - "a?b"');
});
