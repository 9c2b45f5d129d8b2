import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { volumeOwnersOf } from './volume-owners.ts';

const GROUP = 61_236;
const FILE_COUNT = 300;
const asRoot = process.geteuid?.() === 0 ? {} : { skip: 'only root can give files away' };

function ownersFor(more: JsonObject = {}) {
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { securityContext: { fsGroup: GROUP, ...more } } };
  return volumeOwnersOf(pod)!;
}

test('the root of a volume gets its group last, so that a walk that was cut off is done again', asRoot, async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-owners-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'deep'));
  for (let number = 0; number < FILE_COUNT; number++) writeFileSync(join(root, 'deep', String(number)), '', { mode: 0o600 });
  symlinkSync('/etc/hostname', join(root, 'link'));
  await ownersFor({ fsGroupChangePolicy: 'OnRootMismatch' }).giveAll(root);
  const changedAt = (path: string) => statSync(join(root, path), { bigint: true }).ctimeNs;
  const { gid, mode } = statSync(join(root, 'deep', '0'));
  assert.deepEqual([gid, mode & 0o777, statSync(root).gid, statSync('/etc/hostname').gid === GROUP], [GROUP, 0o660, GROUP, false]);
  for (let number = 0; number < FILE_COUNT; number++) assert.ok(changedAt('.') >= changedAt(`deep/${number}`));
  writeFileSync(join(root, 'late'), '', { mode: 0o600 });
  await ownersFor({ fsGroupChangePolicy: 'OnRootMismatch' }).giveAll(root);
  assert.equal(statSync(join(root, 'late')).mode & 0o777, 0o600, 'the root is right: nothing is looked at');
  await ownersFor().giveAll(root);
  assert.equal(statSync(join(root, 'late')).mode & 0o777, 0o660);
});
