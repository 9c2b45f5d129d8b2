import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureStatus, success, toRfc3339, type Clock, type KubeObject, type ObjectApi } from '../../base/mod.ts';
import { PodTokens, tokenKey } from './pod-tokens.ts';

const POD: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { serviceAccountName: 'builder' } };

test('tokens are renewed after four fifths of their time; what fails leaves the one before', async () => {
  let nowMs = Date.parse('2030-01-01T00:00:00Z');
  const clock: Clock = { now: () => nowMs, steadyMs: () => 0, schedule: () => () => undefined, sleep: async () => undefined };
  const requests: KubeObject[] = [];
  let isBroken = false;
  const create: ObjectApi['create'] = async (_type, _namespace, object) => {
    requests.push(object);
    if (isBroken) return { ok: false, status: failureStatus('NotFound', 'serviceaccounts "builder" not found') };
    return success({ ...object, status: { token: `token ${requests.length}`, expirationTimestamp: toRfc3339(nowMs + 1_000_000) } });
  };
  const source = { path: 'vault-token', audience: 'vault', expirationSeconds: 1000 };
  const volumes = [{ name: 'v', projected: { sources: [{ serviceAccountToken: source }, { serviceAccountToken: { ...source, path: 'again' } }] } }];
  const tokens = new PodTokens({ api: { create } as ObjectApi, clock, pod: () => POD });
  const text = async () => (await tokens.all(volumes)).get(tokenKey(source));

  assert.equal(tokens.dueInMs(), Number.POSITIVE_INFINITY);
  assert.equal(await text(), 'token 1');
  assert.deepEqual(requests[0]!.spec, { audiences: ['vault'], expirationSeconds: 1000, boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'u' } });
  assert.equal(tokens.dueInMs(), 800_000);
  assert.equal(await text(), 'token 1');
  assert.equal(requests.length, 1, 'not due yet, and the same for both');

  nowMs += 800_000;
  isBroken = true;
  await assert.rejects(text(), /serviceaccounts "builder" not found/);
  isBroken = false;
  assert.equal(await text(), 'token 3');
  nowMs -= 86_400_000;
  assert.equal(tokens.dueInMs(), 0, 'the clock was set back: it is not valid yet');
  assert.equal(await text(), 'token 4');
  assert.equal(tokens.dueInMs(), 800_000);
  assert.equal((await tokens.all([{ name: 'w', emptyDir: {} }])).size, 0);
});
