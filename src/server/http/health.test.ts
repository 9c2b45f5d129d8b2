import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerHealth } from './health.ts';

const ask = async (path: string, query = '') => {
  const { status, body } = await answerHealth({ path, query: new URLSearchParams(query) });
  return { status, body: String(body) };
};

test('probes say ok, each check when they are asked to, and know which checks there are', async () => {
  assert.deepEqual(await ask('/readyz'), { status: 200, body: 'ok' });
  assert.deepEqual(await ask('/livez/'), { status: 200, body: 'ok' });
  assert.deepEqual(await ask('/healthz/etcd'), { status: 200, body: 'ok' });
  assert.deepEqual(await ask('/readyz', 'verbose'), { status: 200, body: '[+]ping ok\n[+]log ok\n[+]etcd ok\nreadyz check passed\n' });
  assert.deepEqual(await ask('/livez/ping', 'verbose=1'), { status: 200, body: '[+]ping ok\nlivez check passed\n' });
  assert.match((await ask('/livez', 'verbose&exclude=etcd&exclude=none')).body, /\[\+\]etcd excluded: ok\nwarn: .*"none"\nlivez check passed\n$/);
  const unknown = await ask('/livez/none');
  assert.equal(unknown.status, 404);
  assert.match(unknown.body, /no check none; there are ping/);
});
