// Directories of the machine as volumes, with one user and with several, on a real server.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { must, pod, PODS, testServer } from '../testing/test-server.ts';
import { builtinPlugins } from './builtin-plugins.ts';
import { hostPathAdmission, type HostPathPolicy } from './host-paths.ts';

const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const;
const VOLUMES = [{ name: 'own', emptyDir: {} }, { name: 'host', hostPath: { path: '/srv' } }];

function serverWith(context: TestContext, policy: HostPathPolicy) {
  const { objectApi } = testServer(context, { admission: [...builtinPlugins, hostPathAdmission(policy)] });
  let count = 0;
  /** The refusal's sentence, or nothing. */
  const refusal = async (volumes: readonly JsonObject[] = VOLUMES): Promise<string | undefined> => {
    const outcome = await objectApi.create(PODS, 'a', pod(`p${++count}`, { volumes }));
    return outcome.ok ? undefined : `${outcome.status.code} ${outcome.status.message}`;
  };
  const bind = async (kind: 'ClusterRoleBinding' | 'RoleBinding', name: string, subject: JsonObject, role = 'edit') => {
    const resource = kind === 'RoleBinding' ? 'rolebindings' : 'clusterrolebindings';
    const roleRef = { apiGroup: RBAC.group, kind: 'ClusterRole', name: role };
    must(await objectApi.create({ ...RBAC, resource }, kind === 'RoleBinding' ? 'a' : undefined, { apiVersion: `${RBAC.group}/v1`, kind, metadata: { name }, roleRef, subjects: [subject] }));
    return () => objectApi.delete({ type: { ...RBAC, resource }, ...(kind === 'RoleBinding' ? { namespace: 'a' } : {}), name }).then(must);
  };
  return { refusal, bind };
}

const person = (kind: 'User' | 'Group', name: string) => ({ kind, apiGroup: RBAC.group, name });

test('the owner alone may mount directories of the machine, accounts of programs notwithstanding', async (t) => {
  const { refusal, bind } = serverWith(t, 'auto');
  assert.equal(await refusal(), undefined);
  await bind('ClusterRoleBinding', 'operator', { kind: 'ServiceAccount', name: 'operator', namespace: 'a' });
  await bind('ClusterRoleBinding', 'accounts', person('Group', 'system:serviceaccounts'));
  await bind('ClusterRoleBinding', 'scheduler', person('User', 'system:kube-scheduler'));
  await bind('ClusterRoleBinding', 'system:discovery', person('Group', 'system:authenticated'), 'system:discovery');
  assert.equal(await refusal(), undefined);
});

test('a binding that lets a user or a group in turns them off, in one sentence, until it is gone', async (t) => {
  const { refusal, bind } = serverWith(t, 'auto');
  const unbind = await bind('RoleBinding', 'jane', person('User', 'jane'));
  assert.equal(
    await refusal(),
    '403 pods "p1" is forbidden: spec.volumes[1].hostPath: directories of the machine are not mounted here ' +
      '(there are several users: the rolebinding a/jane names the user "jane"); use a persistentVolumeClaim, or start Slipway with --host-path true',
  );
  assert.equal(await refusal([VOLUMES[0]!]), undefined, 'other volumes are as before');
  await unbind();
  assert.equal(await refusal(), undefined);
  for (const group of ['team', 'system:authenticated']) {
    const undo = await bind('ClusterRoleBinding', 'team', person('Group', group));
    assert.match((await refusal()) ?? '', new RegExp(`the clusterrolebinding team names the group "${group}"`));
    await undo();
  }
});

test('the setting goes before both', async (t) => {
  const [on, off] = [serverWith(t, 'true'), serverWith(t, 'false')];
  await on.bind('RoleBinding', 'jane', person('User', 'jane'));
  assert.equal(await on.refusal(), undefined);
  assert.match((await off.refusal()) ?? '', /^403 .*not mounted here \(--host-path false\); use a persistentVolumeClaim$/);
});
