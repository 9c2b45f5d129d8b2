// One life of the server under faults: store, API server, records, engine and all controllers over the database that lives on.
import { silentLog, type Clock, type KubeObject } from '../../src/base/mod.ts';
import { builtinKinds, NODES, PODS } from '../../src/api/mod.ts';
import type { Blobs } from '../../src/blobs/mod.ts';
import { createEventRecorder, createInformer, createInformerSet, type Informer } from '../../src/client/mod.ts';
import { createManager } from '../../src/control/mod.ts';
import { createControllers } from '../../src/controllers/mod.ts';
import { createEngine, createRecurringRuns, type Engine } from '../../src/engine/mod.ts';
import { openRecords, type Records } from '../../src/records/mod.ts';
import { createApiServer, type ApiServer } from '../../src/server/mod.ts';
import { openStore, type Store } from '../../src/store/mod.ts';
import { Agent } from './agent.ts';
import { faultyApi } from './faulty-api.ts';
import { FaultyDatabase } from './faulty-database.ts';
import type { Faults } from './faults.ts';
import { Life } from './life.ts';
import type { Machine } from './machine.ts';

export const NODE_NAME = 'node';

/** It writes a hundred roles at each first start, which nobody asks for here. */
const LEFT_OUT: ReadonlySet<string> = new Set(['default-roles-controller']);

export interface ServerPorts {
  readonly time: Clock;
  readonly faults: Faults;
  readonly machine: Machine;
  readonly databasePath: string;
  /** Nothing is written any more: only a restart helps. */
  readonly onBroken: () => void;
}

export class Server {
  readonly life: Life;
  readonly database: FaultyDatabase;
  readonly store: Store;
  readonly api: ApiServer;
  readonly records: Records;
  readonly pods: Informer;
  readonly engine: Engine;
  readonly agent: Agent;
  readonly #ports: ServerPorts;

  /** The process begins; `start` brings it up. */
  constructor(ports: ServerPorts) {
    this.#ports = ports;
    const { faults } = ports;
    this.life = new Life(ports.time);
    const { clock } = this.life;
    this.database = new FaultyDatabase(ports.databasePath, this.life, faults, ports.onBroken);
    this.store = openStore({ database: this.database, clock, log: silentLog });
    this.api = createApiServer({ store: this.store, kinds: builtinKinds, clock, rng: faults, log: silentLog, isAutoNamespace: true });
    this.records = openRecords({ database: this.database, log: silentLog });
    const api = faultyApi(this.api.objectApi, this.life, faults);
    this.pods = createInformer({ api, type: PODS, clock, log: silentLog });
    this.engine = createEngine({ records: this.records, api, pods: this.pods, blobs: NO_BLOBS, clock, log: silentLog, settings: { nodeName: NODE_NAME } });
    this.agent = new Agent({ api, machine: ports.machine, life: this.life, faults, results: this.engine.stepResults });
  }

  /** Rejects when a part does not start; a process would end then. */
  async start(): Promise<void> {
    const { life } = this;
    const { clock } = life;
    await life.unlessOver(registerNode(this.api));
    const api = faultyApi(this.api.controllerApi, life, this.#ports.faults);
    const informers = createInformerSet({ api, clock, log: silentLog });
    const events = createEventRecorder({ api, component: 'simulation', clock, log: silentLog });
    const controllers = createControllers(
      { api, informers, events, clock, log: silentLog },
      { namespacedTypes: () => [PODS], collectedTypes: () => this.api.ownableKinds(), rootCertificates: 'PEM', pipelineNamespace: 'kubeflow', leniency: { isOvercommitOn: true, isGpuOptional: false } },
    );
    await life.unlessOver(informers.start());
    await life.unlessOver(createManager({ parts: controllers.filter(({ name }) => !LEFT_OUT.has(name)), clock, log: silentLog }).start());
    await life.unlessOver(this.engine.start());
    await life.unlessOver(this.agent.start());
    await life.unlessOver(Promise.resolve(createRecurringRuns({ records: this.records, clock, rng: this.#ports.faults, log: silentLog }).start()));
  }

  /** SIGKILL. */
  kill(): void {
    this.life.end();
    this.store.close();
  }
}

async function registerNode({ objectApi }: ApiServer): Promise<void> {
  const capacity = { cpu: '8', memory: '32Gi', pods: '500' };
  const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE_NAME } };
  await objectApi.create(NODES, undefined, node);
  const status = { capacity, allocatable: capacity, conditions: [{ type: 'Ready', status: 'True' }] };
  const outcome = await objectApi.patch({ type: NODES, name: NODE_NAME }, 'merge', { status }, { subresource: 'status' });
  if (!outcome.ok) throw new Error(outcome.status.message);
}

/** The steps of a schedule have no artifacts. */
const NO_BLOBS = { defaultRootUri: 'minio://mlpipeline/v2/artifacts', stat: () => Promise.resolve(undefined) } as unknown as Blobs;
