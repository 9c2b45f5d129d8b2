import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostNamespacesWarning } from './host-namespaces.ts';

test('what of the machine is not shared is said', () => {
  const saidOf = (spec: Record<string, boolean>) => hostNamespacesWarning({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec }, 'main');
  assert.equal(saidOf({ hostNetwork: true }), undefined);
  assert.equal(saidOf({ hostPID: true }), 'container main runs without hostPID: it sees the processes of its Pod only, not those of the machine');
  assert.match(String(saidOf({ hostPID: true, hostIPC: true })), /hostPID.*; without hostIPC/);
});
