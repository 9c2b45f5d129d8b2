// Wires the rooms: the only place that knows every door. Starts in dependency order, stops in reverse.
import { rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { systemClock, systemRng, toRfc3339, type Log } from '../base/mod.ts';
import { builtinKinds } from '../api/mod.ts';
import { openLocalBlobs } from '../blobs/mod.ts';
import { createEventRecorder, createInformerSet } from '../client/mod.ts';
import { createManager, type Part } from '../control/mod.ts';
import { createControllers } from '../controllers/mod.ts';
import { createEngine, planRetry } from '../engine/mod.ts';
import { createKfpRoutes } from '../facades/mod.ts';
import { createGateway, ensureCertificates, staticFileRoutes, type Certificates } from '../gateway/mod.ts';
import { openLogs } from '../logs/mod.ts';
import { createKubelet, createLocalNode, createNodePrograms, type LocalNode } from '../node/mod.ts';
import { openRecords } from '../records/mod.ts';
import { createApiServer, createAuthentication } from '../server/mod.ts';
import { openDatabase, type Database } from '../sql/mod.ts';
import { openStore } from '../store/mod.ts';
import type { Route } from '../web/mod.ts';
import type { Config } from './config.ts';
import { openDataDirectory, type DataDirectory } from './data-directory.ts';
import { ensureToken, singleUser } from './identity.ts';
import { definedVariables } from './kfp-sdk.ts';
import { kubeconfigText } from './kubeconfig.ts';
import { VERSION } from './version.ts';

export interface Slipway {
  /** For browsers and kfp: http://localhost:8080. */
  readonly url: string;
  readonly port: number;
  /** Stops everything but the Pods: the supervisor holds them for the next start. Idempotent. */
  stop(): Promise<void>;
}

const DASHBOARD = fileURLToPath(new URL('../../dashboard', import.meta.url));
const PODS = { group: '', version: 'v1', resource: 'pods' } as const;

/** Resolves when everything answers. Throws Failure with a sentence for people; then nothing of it runs any more. */
export async function startSlipway(config: Config, log: Log): Promise<Slipway> {
  const directory = openDataDirectory(config.dataDir);
  try {
    return await startOn(directory, config, log);
  } catch (error) {
    directory.release();
    throw error;
  }
}

async function startOn(directory: DataDirectory, config: Config, log: Log): Promise<Slipway> {
  const certificates = await ensureCertificates({ directory: directory.path, hosts: certificateHosts(config), clock: systemClock });
  const database = openDatabase({ path: directory.file('slipway.db'), log: log.with({ component: 'sql' }) });
  const rooms = await openRooms(database, directory, config, certificates, log);
  const manager = createManager({ parts: rooms.parts, clock: systemClock, log: log.with({ component: 'main' }) });
  const stop = async () => {
    rmSync(directory.file('server.json'), { force: true });
    await manager.stop();
    await database.close();
    directory.release();
  };
  try {
    await manager.start();
    const port = rooms.port();
    const url = `http://${config.host === '127.0.0.1' ? 'localhost' : config.host}:${port}`;
    writeKubeconfig(directory, config, certificates, rooms.token, port);
    directory.writeServerRecord({ pid: process.pid, url, startedAt: toRfc3339(systemClock.now()) });
    log.info('ready', { url, dataDir: directory.path });
    return { url, port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openRooms(database: Database, directory: DataDirectory, config: Config, certificates: Certificates, log: Log) {
  const ports = { clock: systemClock, rng: systemRng };
  const logOf = (component: string) => log.with({ component });
  const token = ensureToken(directory.file('token'));
  const user = singleUser();
  const records = openRecords({ database, log: logOf('records') });
  const blobs = openLocalBlobs({ directory: directory.file('artifacts'), defaultRootUri: config.pipelineRoot, log: logOf('blobs') });
  const logs = openLogs({ directory: directory.file('logs'), clock: systemClock, log: logOf('logs') });
  // The server asks the node for logs, the node asks the server for Pods: the kubelet closes the circle when it exists.
  let node: LocalNode | undefined;
  const kubelet = createKubelet({
    logs,
    containerState: (podUid, container) => node?.workers.get(podUid)?.containerState(container),
    nowMs: () => systemClock.now(),
  });
  const store = openStore({ database, clock: systemClock, log: logOf('store') });
  const server = createApiServer({ ...ports, store, kinds: builtinKinds, kubelet: () => kubelet, isAutoNamespace: true, log: logOf('server') });
  const api = server.objectApi;
  const informers = createInformerSet({ api, clock: systemClock, log: logOf('client') });
  const eventsOf = (component: string) => createEventRecorder({ api, component, clock: systemClock, log: logOf('client') });
  const nodeName = hostname().toLowerCase();
  const engine = createEngine({
    records,
    api,
    pods: informers.of(PODS),
    blobs,
    clock: systemClock,
    log: logOf('engine'),
    settings: { podNamespace: config.pipelineNamespace, nodeName },
  });
  const { programs, environments, connectSupervisor } = createNodePrograms({
    dataDir: directory.path,
    recipesFile: config.recipesFile,
    environmentsBytesMax: config.environmentsBytesMax,
    variables: definedVariables(),
    clock: systemClock,
    log: logOf('node'),
  });
  node = createLocalNode({
    name: nodeName,
    version: VERSION,
    api,
    pods: informers.of(PODS),
    connectSupervisor,
    programs,
    logs,
    blobs,
    stepResults: engine.stepResults,
    events: eventsOf('kubelet'),
    podsDirectory: directory.file('pods'),
    clock: systemClock,
    log: logOf('node'),
  });
  const controllers = createControllers(
    { api, informers, events: eventsOf('slipway'), clock: systemClock, log: logOf('controllers') },
    { namespacedTypes: () => server.kinds().filter((kind) => kind.isNamespaced && kind.verbs.includes('deletecollection')), rootCertificates: certificates.authority },
  );
  const kfp = createKfpRoutes({ ...ports, records, log: logOf('kfp'), logs, blobs, planRetry, version: { tag: VERSION, commit: '' } });
  const routes: Route[] = [...kfp, ...server.routes, ...(await staticFileRoutes(DASHBOARD))];
  let port = config.port;
  const gateway = createGateway({
    host: config.host,
    port: config.port,
    routes,
    certificates,
    allowedHosts: config.allowedHosts,
    authenticate: createAuthentication({ tokens: new Map([[token, user]]), loopbackIdentity: user }),
    clock: systemClock,
    log: logOf('gateway'),
  });
  const parts: Part[] = [
    { name: 'store', start: () => undefined, stop: () => store.close() },
    { name: 'environments', start: () => undefined, stop: () => environments.stop() },
    { name: 'informers', start: () => informers.start(), stop: () => informers.stop() },
    ...controllers,
    node,
    { name: 'engine', start: () => engine.start(), stop: () => engine.stop() },
    {
      name: 'gateway',
      start: async () => {
        ({ port } = await gateway.start());
      },
      stop: () => gateway.stop(),
    },
  ];
  return { parts, token, port: () => port };
}

function certificateHosts(config: Config): readonly string[] {
  const own = ['localhost', '127.0.0.1', '::1', ...config.allowedHosts];
  return ['0.0.0.0', '::', ...own].includes(config.host) ? own : [...own, config.host];
}

function writeKubeconfig(directory: DataDirectory, config: Config, certificates: Certificates, token: string, port: number): void {
  const host = ['0.0.0.0', '::', '127.0.0.1', 'localhost'].includes(config.host) ? '127.0.0.1' : config.host;
  const text = kubeconfigText({ server: `https://${host}:${port}`, authority: certificates.authority, token, namespace: 'default' });
  writeFileSync(directory.file('kubeconfig'), text, { mode: 0o600 });
}
