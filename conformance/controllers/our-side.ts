// Our controllers on an API server in memory, without a node and, as upstream's controller manager, without a scheduler.
import { silentLog, systemClock, systemRng, type ObjectApi } from '../../src/base/mod.ts';
import { builtinKinds } from '../../src/api/mod.ts';
import { createEventRecorder, createInformerSet } from '../../src/client/mod.ts';
import { createManager } from '../../src/control/mod.ts';
import { createControllers } from '../../src/controllers/mod.ts';
import { createApiServer } from '../../src/server/mod.ts';
import { openDatabase } from '../../src/sql/mod.ts';
import { openStore } from '../../src/store/mod.ts';

export async function startOurs(): Promise<{ readonly api: ObjectApi; stop(): Promise<void> }> {
  const ports = { clock: systemClock, rng: systemRng, log: silentLog };
  const database = openDatabase({ path: ':memory:', log: silentLog, synchronous: 'OFF' });
  const store = openStore({ database, ...ports });
  const server = createApiServer({ store, kinds: builtinKinds, isAutoNamespace: true, ...ports });
  const api = server.objectApi;
  const informers = createInformerSet({ api, ...ports });
  const events = createEventRecorder({ api, component: 'conformance', ...ports });
  const options = { namespacedTypes: () => [], collectedTypes: () => server.ownableKinds(), pipelineNamespace: 'kubeflow', rootCertificates: 'PEM', leniency: { isOvercommitOn: true, isGpuOptional: false } };
  const parts = createControllers({ api, informers, events, ...ports }, options).filter(({ name }) => name !== 'pod-scheduling-controller');
  const manager = createManager({ parts, ...ports });
  await informers.start();
  await manager.start();
  return {
    api,
    async stop() {
      await manager.stop();
      await informers.stop();
      await events.flush();
      store.close();
      await database.close();
    },
  };
}
