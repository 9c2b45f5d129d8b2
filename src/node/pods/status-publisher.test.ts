import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureStatus, silentLog, success, systemClock, type JsonObject, type KubeObject, type ObjectApi } from '../../base/mod.ts';
import { createStatusPublisher } from './status-publisher.ts';

const POD: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', uid: 'u' } };

/** Only `patch` is asked for; the first `failures` of them are refused. */
function publisher(failures = 0) {
  const written: JsonObject[] = [];
  const abort = new AbortController();
  const patch: ObjectApi['patch'] = async (_ref, _kind, body) => {
    await Promise.resolve();
    if (failures-- > 0) return { ok: false, status: failureStatus('ServiceUnavailable', 'not now') };
    written.push((body as unknown as { status: JsonObject }).status);
    return success(POD);
  };
  const api = { patch } as unknown as ObjectApi;
  return { written, abort, ...createStatusPublisher({ api, pod: POD, clock: systemClock, log: silentLog, signal: abort.signal }) };
}

test('the newest status is written, intermediate ones are dropped, the same is never written twice', async () => {
  const { written, publish, flush } = publisher();
  for (const phase of ['Pending', 'Running', 'Succeeded']) publish({ phase });
  await flush();
  assert.deepEqual(written, [{ phase: 'Pending' }, { phase: 'Succeeded' }]);
  publish({ phase: 'Succeeded' });
  await flush();
  publish({ phase: 'Succeeded' });
  publish({ phase: 'Failed' });
  await flush();
  assert.deepEqual(written.slice(2), [{ phase: 'Failed' }]);
});

test('a refused write is tried again; an abort ends the waiting', async () => {
  const retried = publisher(2);
  retried.publish({ phase: 'Running' });
  await retried.flush();
  assert.deepEqual(retried.written, [{ phase: 'Running' }]);
  const aborted = publisher(Number.POSITIVE_INFINITY);
  aborted.publish({ phase: 'Running' });
  aborted.abort.abort(new Error('gone'));
  await aborted.flush();
  assert.deepEqual(aborted.written, []);
});
