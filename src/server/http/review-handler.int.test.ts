import { test } from 'node:test';
import assert from 'node:assert/strict';
import { httpServer } from '../testing/http-client.ts';

const ACCESS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';

test('a question is read as strictly as an object', async (t) => {
  const { call } = await httpServer(t, { authorize: ({ user }) => ({ isAllowed: user !== 'mallory' }) });
  const spec = { user: 'alice', resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'a' } };
  const ask = (body: object, query = '') => call('POST', ACCESS + query, { body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', ...body } });
  const answered = await ask({ spec });
  assert.deepEqual([answered.code, answered.json['spec'], answered.json['status']], [201, spec, { allowed: true }]);
  assert.deepEqual((await ask({ spec: { ...spec, user: 'mallory', extra: { a: ['b'] } } })).json['status'], { allowed: false });
  assert.match(String((await ask({ kind: 'SelfSubjectAccessReview', spec })).json['message']), /cannot be handled as a SubjectAccessReview/);
  assert.equal((await ask({ spec: { ...spec, user: 5 } })).code, 400);
  assert.equal((await ask({ spec: { ...spec, groups: 'a' } })).code, 400);
  assert.equal((await ask({ spec: { ...spec, resourceAttribute: {} } }, '?fieldValidation=Strict')).code, 400);
  const warned = await ask({ spec: { ...spec, resourceAttribute: {} } });
  assert.match(warned.headers.get('warning') ?? '', /unknown field \\"spec.resourceAttribute\\"/);
  assert.deepEqual(warned.json['spec'], spec);
});
