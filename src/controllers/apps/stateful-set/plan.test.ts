// Which members of a StatefulSet a rolling update replaces next.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../../base/mod.ts';
import { planStatefulSet } from './plan.ts';

const NOW_MS = Date.parse('2030-01-01T12:00:00Z');

const revision = (name: string): KubeObject => ({ apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: { name }, data: { spec: { template: {} } } });

interface Member {
  readonly at: 'old' | 'new';
  readonly isReady?: boolean;
  readonly isLeaving?: boolean;
}

/** The ordinals that go, in the order in which they are told to. `members`: from ordinal 0 on. */
function replaced(rollingUpdate: JsonObject, members: readonly Member[]): readonly number[] {
  const pods = members.map(({ at, isReady = true, isLeaving = false }, ordinal): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `db-${ordinal}`,
      uid: String(ordinal),
      labels: { 'controller-revision-hash': at },
      ...(isLeaving ? { deletionTimestamp: '2030-01-01T12:00:00Z' } : {}),
    },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
  }));
  const set: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', uid: 'u' },
    spec: { replicas: members.length, podManagementPolicy: 'Parallel', template: {}, updateStrategy: { type: 'RollingUpdate', rollingUpdate } },
  };
  const plan = planStatefulSet({ set, pods, current: revision('old'), update: revision('new'), claim: () => undefined }, NOW_MS);
  return plan.deletions.map(({ metadata }) => Number(metadata.uid));
}

const OLD: Member = { at: 'old' };
const NEW: Member = { at: 'new' };
const STARTING: Member = { at: 'new', isReady: false };
const BROKEN: Member = { at: 'old', isReady: false };

test('from the highest ordinal down, one at a time, down to the partition', () => {
  assert.deepEqual(replaced({}, [OLD, OLD, OLD]), [2]);
  assert.deepEqual(replaced({}, [OLD, OLD, { at: 'old', isLeaving: true }]), []);
  assert.deepEqual(replaced({}, [OLD, OLD, STARTING]), []);
  assert.deepEqual(replaced({}, [OLD, OLD, NEW]), [1]);
  assert.deepEqual(replaced({}, [BROKEN, OLD, BROKEN]), [2]);
  assert.deepEqual(replaced({}, [BROKEN, OLD, OLD]), [2], 'whatever becomes of those below');
  assert.deepEqual(replaced({ partition: 2 }, [OLD, OLD, NEW]), []);
});

test('as many as may be missing, with those that are missing already, wherever they are', () => {
  assert.deepEqual(replaced({ maxUnavailable: 2 }, [OLD, OLD, OLD, OLD]), [3, 2]);
  assert.deepEqual(replaced({ maxUnavailable: '50%' }, [OLD, OLD, OLD, OLD, OLD]), [4, 3]);
  assert.deepEqual(replaced({ maxUnavailable: '10%' }, [OLD, OLD, OLD]), [2], 'one at least');
  assert.deepEqual(replaced({ maxUnavailable: 2 }, [STARTING, OLD, OLD, OLD]), [3]);
  assert.deepEqual(replaced({ maxUnavailable: 2, partition: 2 }, [BROKEN, BROKEN, OLD, OLD]), []);
});

test('with such a limit an old member that does not work is replaced, also when no more may be missing', () => {
  const one = { maxUnavailable: 1 };
  assert.deepEqual(replaced(one, [OLD, OLD, BROKEN]), [2]);
  assert.deepEqual(replaced(one, [BROKEN, OLD, OLD]), [0]);
  assert.deepEqual(replaced(one, [BROKEN, BROKEN, OLD]), [1], 'one at a time');
  assert.deepEqual(replaced(one, [BROKEN, OLD, STARTING]), [0]);
});
