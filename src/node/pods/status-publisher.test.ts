import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureStatus, silentLog, success, systemClock, until, type JsonObject, type KubeObject, type ObjectApi } from '../../base/mod.ts';
import { Slots } from './slots.ts';
import { StatusPublisher } from './status-publisher.ts';

const POD: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', uid: 'u' } };

/** The first `failures` patches are refused; `uid` is that of the Pod that has the name. */
function publisher(failures = 0, { reason = 'ServiceUnavailable', uid = 'u' }: { readonly reason?: 'ServiceUnavailable' | 'Conflict'; readonly uid?: string } = {}) {
  const written: unknown[] = [];
  const abort = new AbortController();
  const patch: ObjectApi['patch'] = async (_ref, _kind, body) => {
    await Promise.resolve();
    if (failures-- > 0) return { ok: false, status: failureStatus(reason, 'not now') };
    written.push((body as unknown as { status: JsonObject }).status['phase']);
    return success(POD);
  };
  const get: ObjectApi['get'] = async () => success({ ...POD, metadata: { ...POD.metadata, uid } });
  const api = { get, patch } as unknown as ObjectApi;
  return { written, abort, statuses: new StatusPublisher({ api, pod: POD, clock: systemClock, log: silentLog, settleMs: 20, writes: new Slots(1, ''), signal: abort.signal }) };
}

test('what changes again within a moment is written once, the same is never written twice', async () => {
  const { written, statuses } = publisher();
  for (const phase of ['Pending', 'Running']) statuses.publish(() => ({ phase }));
  await until('the first write', () => written.length > 0);
  statuses.publish(() => ({ phase: 'Running' }));
  await statuses.publishNow({ phase: 'Succeeded' });
  await statuses.publishNow({ phase: 'Succeeded' });
  assert.deepEqual(written, ['Running', 'Succeeded']);
});

test('a status that is taken back before it was written does not stop later ones', async () => {
  const { written, statuses } = publisher();
  await statuses.publishNow({ phase: 'Running' });
  statuses.publish(() => ({ phase: 'Pending' }));
  statuses.publish(() => ({ phase: 'Running' }));
  await systemClock.sleep(30);
  statuses.publish(() => ({ phase: 'Failed' }));
  await until('the later status', () => written.includes('Failed'));
  assert.deepEqual(written, ['Running', 'Failed']);
});

test('a refused write is tried again; an abort ends the waiting', async () => {
  const retried = publisher(2);
  await retried.statuses.publishNow({ phase: 'Running' });
  assert.deepEqual(retried.written, ['Running']);
  const aborted = publisher(Number.POSITIVE_INFINITY);
  const waiting = aborted.statuses.publishNow({ phase: 'Running' });
  aborted.abort.abort(new Error('gone'));
  await waiting;
  assert.deepEqual(aborted.written, []);
});

test('a conflict with others who write is tried again, one with another Pod of the name is the end', async () => {
  const busy = publisher(2, { reason: 'Conflict' });
  await busy.statuses.publishNow({ phase: 'Succeeded' });
  assert.deepEqual(busy.written, ['Succeeded']);
  const replaced = publisher(2, { reason: 'Conflict', uid: 'other' });
  await replaced.statuses.publishNow({ phase: 'Succeeded' });
  assert.deepEqual(replaced.written, []);
});
