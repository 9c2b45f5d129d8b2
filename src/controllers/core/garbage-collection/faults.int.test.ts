// The garbage collector where things come late or fail at first.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { CONFIG_MAPS, SECRETS } from '../../../api/mod.ts';
import { failureStatus, silentLog, systemClock, until, type ObjectApi } from '../../../base/mod.ts';
import { createEventRecorder, createInformerSet } from '../../../client/mod.ts';
import { must, testServer } from '../../../server/testing/test-server.ts';
import { createGarbageCollector } from './controller.ts';

const OWNER = { type: SECRETS, namespace: 'default', name: 'owner' };
const DEPENDENT = { type: CONFIG_MAPS, namespace: 'default', name: 'dependent' };
const LATE_MS = 300;

/** A Secret that owns a ConfigMap; `start` begins to collect, through an API that has the given faults. */
async function ownerAndDependent(t: TestContext) {
  const server = testServer(t);
  const { objectApi: api } = server;
  const owner = must(await api.create(SECRETS, 'default', { apiVersion: 'v1', kind: 'Secret', metadata: { name: OWNER.name } }));
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Secret', name: OWNER.name, uid: owner.metadata.uid! }];
  must(await api.create(CONFIG_MAPS, 'default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: DEPENDENT.name, ownerReferences } }));
  const start = async (faults: Partial<ObjectApi>) => {
    const ports = { api: { ...api, ...faults }, clock: systemClock, log: silentLog };
    const collector = createGarbageCollector({ ...ports, informers: createInformerSet(ports), events: createEventRecorder({ ...ports, component: 'test' }) }, () => server.ownableKinds());
    await collector.start();
    t.after(() => collector.stop());
  };
  return { api, start };
}

test('after a restart in the middle of a deletion, dependents that are seen late are set free before their owner goes', async (t) => {
  const { api, start } = await ownerAndDependent(t);
  must(await api.delete(OWNER, { propagationPolicy: 'Orphan' }));
  await start({
    async list(type, ...rest) {
      if (type.resource === CONFIG_MAPS.resource) await systemClock.sleep(LATE_MS);
      return api.list(type, ...rest);
    },
  });
  await until('the owner to be gone', async () => !(await api.get(OWNER)).ok);
  assert.equal(must(await api.get(DEPENDENT)).metadata.ownerReferences, undefined);
});

test('a deletion that fails is tried again', async (t) => {
  const { api, start } = await ownerAndDependent(t);
  let failureCount = 0;
  await start({
    async delete(ref, options) {
      if (failureCount++ < 2) return { ok: false, status: failureStatus('InternalError', 'a webhook does not answer') };
      return api.delete(ref, options);
    },
  });
  must(await api.delete(OWNER));
  await until('the dependent to be gone', async () => !(await api.get(DEPENDENT)).ok);
  assert.equal(failureCount, 3);
});
