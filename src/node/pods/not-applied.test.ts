import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { notAppliedWarning } from './not-applied.ts';

test('what a container runs without is said', () => {
  const saidOf = (spec: JsonObject, own: JsonObject = {}) =>
    notAppliedWarning({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'main', ...own }], ...spec } }, 'main');
  assert.equal(saidOf({}), undefined);
  assert.equal(saidOf({ hostUsers: true, securityContext: { sysctls: [], seccompProfile: { type: 'RuntimeDefault' } } }), undefined);
  assert.equal(
    saidOf({ securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }, { name: 'net.core.somaxconn', value: '1024' }] } }),
    'container main runs without the sysctls kernel.msgmax, net.core.somaxconn: kernel settings stay as they are',
  );
  const own = { securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: 'deny-write' } } };
  assert.equal(
    saidOf({ hostUsers: false, securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'profiles/audit.json' } } }, own),
    'container main runs without a user namespace of its own (hostUsers: false); without the seccomp profile profiles/audit.json; without the AppArmor profile deny-write',
  );
});
