import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { failureStatus, success, toRfc3339, type Clock, type KubeObject, type ObjectApi } from '../../base/mod.ts';
import { TokenFiles } from './token-files.ts';

const POD: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { serviceAccountName: 'builder' } };

test('tokens are renewed after four fifths of their time; what fails is tried again', async (t) => {
  const podDirectory = mkdtempSync(join(tmpdir(), 'slipway-tokens-'));
  t.after(() => rmSync(podDirectory, { recursive: true }));
  mkdirSync(join(podDirectory, 'volumes', 'v'), { recursive: true });
  let nowMs = Date.parse('2030-01-01T00:00:00Z');
  const clock: Clock = { now: () => nowMs, schedule: () => () => undefined, sleep: async () => undefined };
  const requests: KubeObject[] = [];
  let isBroken = false;
  const create: ObjectApi['create'] = async (_type, _namespace, object) => {
    requests.push(object);
    if (isBroken) return { ok: false, status: failureStatus('NotFound', 'serviceaccounts "builder" not found') };
    return success({ ...object, status: { token: `token ${requests.length}`, expirationTimestamp: toRfc3339(nowMs + 1_000_000) } });
  };
  const source = { serviceAccountToken: { path: 'vault-token', audience: 'vault', expirationSeconds: 1000 } };
  const files = new TokenFiles({ api: { create } as ObjectApi, clock, pod: () => POD, podDirectory }, [{ name: 'v', projected: { defaultMode: 0o400, sources: [source] } }]);
  const file = join(podDirectory, 'volumes', 'v', 'vault-token');

  assert.ok(files.refreshAtMs <= nowMs, 'of unknown age: due at once');
  await files.write();
  assert.equal(readFileSync(file, 'utf8'), 'token 1');
  assert.equal(statSync(file).mode & 0o777, 0o400);
  assert.deepEqual(requests[0]!.spec, { audiences: ['vault'], expirationSeconds: 1000, boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'u' } });
  assert.equal(files.refreshAtMs, nowMs + 800_000);
  assert.equal(await files.refresh(), undefined);
  assert.equal(requests.length, 1, 'not due yet');

  nowMs += 800_000;
  isBroken = true;
  assert.match((await files.refresh())!, /serviceaccounts "builder" not found/);
  assert.equal(readFileSync(file, 'utf8'), 'token 1', 'the old one stays');
  nowMs = files.refreshAtMs;
  isBroken = false;
  assert.equal(await files.refresh(), undefined);
  assert.equal(readFileSync(file, 'utf8'), 'token 3');
});

test('a Pod without tokens asks for none; a path that is more than a name is refused', async () => {
  const options = { api: {} as ObjectApi, clock: { now: () => 0 } as Clock, pod: () => POD, podDirectory: '/nowhere' };
  assert.equal(new TokenFiles(options, [{ name: 'v', emptyDir: {} }]).refreshAtMs, Number.POSITIVE_INFINITY);
  for (const path of ['../token', 'a/b', '.hidden', '']) {
    const files = new TokenFiles(options, [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path } }] } }]);
    await assert.rejects(files.write(), /writes tokens to a plain file name/);
  }
});
