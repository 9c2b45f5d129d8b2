// What pipeline steps may do, on a real API server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG_MAPS, NAMESPACES, ROLE_BINDINGS, ROLES, SERVICE_ACCOUNTS } from '../../../api/mod.ts';
import { until, type KubeObject } from '../../../base/mod.ts';
import { ControllersWorld } from '../../testing/controllers-world.ts';

const account = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });

test('the account of pipeline steps gets its rights when it comes, in its own namespace alone; what was changed in them stays', async (t) => {
  const { api } = await ControllersWorld.start(t);
  for (const name of ['kubeflow', 'other']) await api.create(NAMESPACES, undefined, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await api.create(SERVICE_ACCOUNTS, 'other', account('pipeline-runner'));
  await api.create(SERVICE_ACCOUNTS, 'kubeflow', account('somebody'));
  await api.create(ROLES, 'kubeflow', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'pipeline-runner' }, rules: [] } as KubeObject);
  await api.create(SERVICE_ACCOUNTS, 'kubeflow', account('pipeline-runner'));
  const bindings = async (namespace: string) => {
    const listed = await api.list(ROLE_BINDINGS, namespace);
    return listed.ok ? listed.value.items.map(({ metadata, roleRef, subjects }) => ({ name: metadata.name, roleRef, subjects })) : [];
  };
  const subjects = [{ kind: 'ServiceAccount', name: 'pipeline-runner' }];
  const given = await until('the bindings', async () => {
    const found = await bindings('kubeflow');
    return found.length === 2 ? found : undefined;
  });
  assert.deepEqual(given, [
    { name: 'pipeline-runner-binding', roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'pipeline-runner' }, subjects },
    { name: 'pipeline-runner-edit', roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' }, subjects },
  ]);
  const role = await api.get({ type: ROLES, namespace: 'kubeflow', name: 'pipeline-runner' });
  assert.deepEqual(role.ok && role.value['rules'], []);
  await api.create(CONFIG_MAPS, 'other', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'later' } });
  assert.deepEqual(await bindings('other'), []);
});
