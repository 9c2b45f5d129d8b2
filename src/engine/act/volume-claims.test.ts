import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureStatus, systemClock, type KubeObject, type ObjectApi, type StatusReason } from '../../base/mod.ts';
import { createClaim } from './volume-claims.ts';

const CLAIM: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'team' } };

test('a quota may have room for a claim later; what is not permitted stays so', async () => {
  const outcomeOf = (reason: StatusReason, message: string) => createClaim({ api: { create: async () => ({ ok: false, status: failureStatus(reason, message) }) } as unknown as ObjectApi, clock: systemClock }, CLAIM);
  const full = await outcomeOf('Forbidden', 'persistentvolumeclaims "data" is forbidden: exceeded quota: disks');
  assert.equal(full.kind, 'postponed');
  assert.match(full.kind === 'postponed' ? full.message : '', /exceeded quota: disks/);
  assert.deepEqual(await outcomeOf('Forbidden', 'not yours'), { kind: 'refused', message: 'the claim was refused: not yours' });
});
