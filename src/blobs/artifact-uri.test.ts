import assert from 'node:assert/strict';
import { sep } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../base/mod.ts';
import { localPathOfUri, segmentsOfInnerPath } from './artifact-uri.ts';

test('a URI is a path below its scheme and bucket', () => {
  assert.equal(localPathOfUri('/store', 'minio://mlpipeline/v2/artifacts/iris/model'), '/store/minio/mlpipeline/v2/artifacts/iris/model');
  assert.equal(localPathOfUri('/store', 's3://bucket/key/'), '/store/s3/bucket/key');
  assert.equal(localPathOfUri('/store', 'gs://bucket/a b/%2e%2e/ü?x=1#y'), '/store/gs/bucket/a b/%2e%2e/ü?x=1#y');
});

test('URIs that are not kept here or could leave the tree are refused', () => {
  const refused = [
    '',
    'minio',
    'minio:/bucket/key',
    '/etc/passwd',
    'file:///etc/passwd',
    'https://example.org/x',
    'MINIO://bucket/key',
    'minio://',
    'minio://bucket',
    'minio://bucket/',
    'minio:///key',
    'minio://bucket//key',
    'minio://bucket/key//',
    'minio://../key',
    'minio://bucket/../../etc/passwd',
    'minio://bucket/..',
    'minio://bucket/./key',
    'minio://bucket/a\0b',
    'minio://bucket/a\nb',
    `minio://bucket/${'x'.repeat(256)}`,
    `minio://bucket/${'ü'.repeat(128)}`,
    `minio://bucket/${'x/'.repeat(100)}y`,
    `minio://bucket/${'x/'.repeat(5000)}y`,
  ];
  for (const uri of refused) assert.throws(() => localPathOfUri('/store', uri), { reason: 'InvalidUri' }, uri.slice(0, 60));
});

test('whatever the URI, its path stays below the store', () => {
  const part = fc.oneof(fc.constantFrom('..', '.', '', '/', '\0', '%2e%2e', '..\\', 'minio:', 'key'), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(fc.constantFrom('minio', 's3', 'gs'), fc.array(part, { maxLength: 8 }), (scheme, parts) => {
      try {
        const path = localPathOfUri('/store', `${scheme}://${parts.join('/')}`);
        assert.ok(path.startsWith(`/store${sep}${scheme}${sep}`), path);
        assert.ok(!path.split(sep).includes('..'));
      } catch (error) {
        assert.ok(error instanceof Failure && error.reason === 'InvalidUri', String(error));
      }
    }),
  );
});

test('paths below an artifact', () => {
  assert.deepEqual(segmentsOfInnerPath(''), []);
  assert.deepEqual(segmentsOfInnerPath('a/b.txt'), ['a', 'b.txt']);
  for (const path of ['/', '/etc/passwd', '..', 'a/../b', 'a//b', 'a/', '.', 'a\0']) {
    assert.throws(() => segmentsOfInnerPath(path), { reason: 'InvalidUri' }, path);
  }
});
