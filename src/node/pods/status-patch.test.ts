import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { builtinKinds, objectSchema, strategicMergePatch } from '../../api/mod.ts';
import { statusPatch } from './status-patch.ts';

const POD = builtinKinds.find(({ kind }) => kind === 'Pod')!;

function written(before: JsonObject, status: JsonObject, last?: JsonObject): JsonObject {
  const outcome = strategicMergePatch(objectSchema(POD), { status: before }, { status: statusPatch(status, last) });
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.message);
  return outcome.value['status'] as JsonObject;
}

test('conditions of others stay; of an own one nothing stays that it no longer says', () => {
  const target = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' };
  const before = { conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: 'main' }, target] };
  const { conditions } = written(before, { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }, { type: 'Initialized', status: 'True' }] });
  const byType = Object.fromEntries((conditions as readonly JsonObject[]).map((condition) => [condition['type'], condition]));
  assert.deepEqual(byType, { Ready: { type: 'Ready', status: 'True' }, Initialized: { type: 'Initialized', status: 'True' }, DisruptionTarget: target });
});

test('a condition that was there for a while goes when it holds no more', () => {
  const before = { conditions: [{ type: 'PodResizePending', status: 'True', reason: 'Deferred' }, { type: 'Ready', status: 'True' }, { type: 'Own', status: 'True' }] };
  const { conditions } = written(before, { conditions: [{ type: 'Ready', status: 'True' }] }, before);
  assert.deepEqual((conditions as readonly JsonObject[]).map(({ type }) => type), ['Ready', 'Own']);
});

test('a new address takes the place of the one before; states of containers are replaced', () => {
  const waiting = { name: 'main', state: { waiting: { reason: 'ContainerCreating' } } };
  const before = { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }], hostIPs: [{ ip: '127.0.0.1' }], containerStatuses: [waiting] };
  const running = { name: 'main', state: { running: { startedAt: '2030-01-01T00:00:00Z' } } };
  const after = { podIP: '10.0.0.2', podIPs: [{ ip: '10.0.0.2' }], hostIPs: [{ ip: '127.0.0.1' }], containerStatuses: [running] };
  assert.deepEqual(written(before, after), after);
});

test('the first status is written as it is', () => {
  const first = { phase: 'Pending', podIPs: [{ ip: '10.0.0.1' }], conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }] };
  assert.deepEqual(written({}, first), first);
});
