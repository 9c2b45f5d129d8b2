// Opens the rooms and connects their ports: storage first, then the API server, then what lives on it, then the port.
import { randomBytes } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Failure, systemClock, systemRng, type Log } from '../base/mod.ts';
import { builtinKindsWith, CLAIMS, CONFIG_MAPS, ENDPOINT_SLICES, ENDPOINTS, PERSISTENT_VOLUMES, PODS, SECRETS, SERVICES, type KindDefinition } from '../api/mod.ts';
import { openLocalBlobs } from '../blobs/mod.ts';
import { createEventRecorder, createInformerSet } from '../client/mod.ts';
import type { Part } from '../control/mod.ts';
import { createControllers } from '../controllers/mod.ts';
import { createEngine, createRecurringRuns, planRetry } from '../engine/mod.ts';
import { createContentLinks, createKfpRoutes, createSlipwayRoutes } from '../facades/mod.ts';
import { createGateway, staticFileRoutes, type Certificates } from '../gateway/mod.ts';
import { openLogs } from '../logs/mod.ts';
import { createKubelet, createLocalNode, createNodePrograms, MACHINE_NAMES, type LocalNode, type NodePrograms } from '../node/mod.ts';
import { openRecords } from '../records/mod.ts';
import {
  builtinPlugins,
  createApiServer,
  createAuthentication,
  createRoleBasedAuthorizer,
  createServiceAccountTokens,
  createTokenAuthenticator,
  createTokenSigner,
  hostPathAdmission,
} from '../server/mod.ts';
import type { Database } from '../sql/mod.ts';
import { openStore } from '../store/mod.ts';
import type { Route } from '../web/mod.ts';
import { createClusterSource } from './cluster-source.ts';
import type { Config } from './config.ts';
import type { DataDirectory } from './data-directory.ts';
import { ensureSigningKey, isOwner, singleUser } from './identity.ts';
import { definedVariables } from './defined-variables.ts';
import { createLogRetention } from './log-retention.ts';
import { createLoopDelay } from './loop-delay.ts';
import { createPriority } from './priority.ts';
import { ensureNodeName } from './node-name.ts';
import { countSteps, engineMetrics, metricsRoute, nodeMetrics, processMetrics, storeMetrics, volumeMetrics } from './metrics.ts';
import { VERSION } from './version.ts';

export interface RoomsOptions {
  readonly database: Database;
  readonly directory: DataDirectory;
  readonly config: Config;
  readonly certificates: Certificates;
  /** With it clients authenticate over TLS. */
  readonly token: string;
  readonly log: Log;
}

export interface Rooms {
  /** In start order. */
  readonly parts: readonly Part[];
  /** The port that is listened on, once the gateway has started. */
  port(): number;
  /** Everything that is served but the files of the dashboard. */
  readonly routes: readonly Route[];
  /** The resources behind the routes of the Kubernetes API. */
  readonly kinds: readonly KindDefinition[];
}

const DASHBOARD = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));
const CONTENT_KEY_BYTES = 32;
/** Pods of a run that exist at the same time: there is always one for the next free slot. More would wait so long that each says why. */
const PODS_PER_STEP_SLOT = 3;
const clock = systemClock;

export async function openRooms(options: RoomsOptions): Promise<Rooms> {
  const storage = openStorage(options);
  // The server asks the node for logs, the node asks the server for Pods: the kubelet closes the circle.
  const nodeRef: { node?: LocalNode } = {};
  const objects = openObjects(options, storage, nodeRef);
  const engine = createEngine({
    ...storage,
    api: objects.api,
    pods: objects.informers.of(PODS),
    clock,
    log: options.log.with({ component: 'engine' }),
    settings: engineSettings(options),
  });
  const steps = countSteps(engine.stepResults);
  const gatewayRef: { port?: () => number } = {};
  const apiAddress = () => (gatewayRef.port === undefined ? undefined : { host: clientHost(options.config.host), port: gatewayRef.port() });
  const { node, programs } = openNode(options, storage, objects, steps.sink, apiAddress);
  nodeRef.node = node;
  const controllers = openControllers(options, objects);
  const loopDelay = createLoopDelay();
  const metrics = metricsRoute([processMetrics, loopDelay.metrics, storeMetrics(objects.store), engineMetrics(engine), steps.metrics, nodeMetrics({ node, programs }), volumeMetrics({ node, volumesDirectory: options.directory.file('volumes') })]);
  const gateway = await openGateway(options, storage, objects, { node, programs, metrics });
  gatewayRef.port = gateway.port;
  const parts: Part[] = [
    loopDelay,
    { name: 'store', start: () => undefined, stop: () => objects.store.close() },
    { name: 'programs', start: () => undefined, stop: () => programs.stop() },
    { name: 'informers', start: () => objects.informers.start(), stop: () => objects.informers.stop() },
    ...controllers,
    node,
    { name: 'engine', start: () => engine.start(), stop: () => engine.stop() },
    createRecurringRuns({ ...storage, clock, rng: systemRng, log: options.log.with({ component: 'recurring runs' }) }),
    createLogRetention({ logs: storage.logs, isKept: (podUid) => node.hasPod(podUid), config: options.config, clock, log: options.log }),
    gateway.part,
    createPriority(options.log),
  ];
  return { parts, port: gateway.port, routes: gateway.routes, kinds: objects.server.kinds() };
}

type Storage = ReturnType<typeof openStorage>;
type Objects = ReturnType<typeof openObjects>;

function openStorage({ database, directory, config, log }: RoomsOptions) {
  return {
    records: openRecords({ database, log: log.with({ component: 'records' }) }),
    blobs: openLocalBlobs({ directory: directory.file('artifacts'), defaultRootUri: config.pipelineRoot, log: log.with({ component: 'blobs' }) }),
    logs: openLogs({ directory: directory.file('logs'), limits: config.logLimits, clock, log: log.with({ component: 'logs' }) }),
  };
}

function openObjects({ database, directory, config, certificates, token, log }: RoomsOptions, { logs }: Storage, nodeRef: { readonly node?: LocalNode }) {
  const kubelet = createKubelet({
    logs,
    containerState: (podUid, container) => nodeRef.node?.containerState(podUid, container),
    runtime() {
      if (nodeRef.node === undefined) throw new Failure('SupervisorLost', 'the node of this machine has not started yet');
      return nodeRef.node.runtime;
    },
    dial: (podUid, port) => {
      if (nodeRef.node === undefined) throw new Failure('NotReachable', 'the node of this machine has not started yet');
      return nodeRef.node.dial(podUid, port);
    },
    nowMs: () => clock.now(),
  });
  const store = openStore({ database, clock, log: log.with({ component: 'store' }) });
  const signer = createTokenSigner(ensureSigningKey(directory.file('service-account-key.pem')));
  const serviceAccountTokens = createServiceAccountTokens({ store, signer, clock, rng: systemRng });
  const authenticateToken = createTokenAuthenticator(new Map([[token, singleUser()]]), serviceAccountTokens);
  const server = createApiServer({
    store,
    authorize: createRoleBasedAuthorizer(store),
    authenticateToken,
    serviceAccountTokens,
    rootCertificates: certificates.authority,
    kinds: builtinKindsWith({ serviceRange: config.ranges.services }),
    kubelet: () => kubelet,
    usage: () => nodeRef.node?.usage,
    nodeReports: () => nodeRef.node?.reports,
    admission: [...builtinPlugins, hostPathAdmission(config.hostPath)],
    isAutoNamespace: true,
    clock,
    rng: systemRng,
    log: log.with({ component: 'server' }),
  });
  const api = server.objectApi;
  const clientLog = log.with({ component: 'client' });
  return {
    store,
    server,
    api,
    authenticateToken,
    informers: createInformerSet({ api, clock, log: clientLog }),
    eventsOf: (component: string) => createEventRecorder({ api, component, clock, log: clientLog }),
  };
}

function nodeName(directory: DataDirectory): string {
  return ensureNodeName(directory.file('node-name'), hostname());
}

/** Names and addresses by which Pods with an address of their own reach the server: as a Service, and as the machine. */
export function podHosts(config: Config): readonly string[] {
  const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];
  return [config.ranges.api, ...service, ...MACHINE_NAMES];
}

/** Where programs on this machine reach the server. */
export function clientHost(host: string): string {
  return ['0.0.0.0', '::', '127.0.0.1', 'localhost'].includes(host) ? '127.0.0.1' : host;
}

function engineSettings({ config, directory }: RoomsOptions) {
  return {
    podNamespace: config.pipelineNamespace,
    nodeName: nodeName(directory),
    podsPerRunMax: PODS_PER_STEP_SLOT * config.stepsAtOnce,
    isCacheEnabled: config.isPipelineCacheOn,
    terminatedRunState: config.terminatedRunState,
    finalStatusSuccessWord: config.finalStatusSuccess,
  };
}

function openNode(
  { directory, config, log }: RoomsOptions,
  { logs, blobs }: Storage,
  { api, informers, eventsOf }: Objects,
  stepResults: Parameters<typeof createLocalNode>[0]['stepResults'],
  apiAddress: NonNullable<Parameters<typeof createLocalNode>[0]['apiAddress']>,
) {
  const nodeLog = log.with({ component: 'node' });
  const programs = createNodePrograms({
    dataDir: directory.path,
    logs,
    recipesFile: config.recipesFile,
    containerEngine: config.containerEngine,
    environmentsBytesMax: config.environmentsBytesMax,
    warmParentsBytesMax: config.warmParentsBytesMax,
    variables: definedVariables(),
    clock,
    log: nodeLog,
  });
  const node = createLocalNode({
    name: nodeName(directory),
    version: VERSION,
    api,
    pods: informers.of(PODS),
    connectSupervisor: programs.connectSupervisor,
    programs: programs.programs,
    containers: programs.containers,
    logs,
    blobs,
    stepResults,
    events: eventsOf('kubelet'),
    podsDirectory: directory.file('pods'),
    claims: informers.of(CLAIMS),
    volumes: informers.of(PERSISTENT_VOLUMES),
    configObjects: [informers.identitiesOf(CONFIG_MAPS), informers.identitiesOf(SECRETS)],
    volumesDirectory: directory.file('volumes'),
    services: informers.of(SERVICES),
    slices: informers.of(ENDPOINT_SLICES),
    endpoints: informers.of(ENDPOINTS),
    ranges: config.ranges,
    machineHost: isIPv4(config.host) ? config.host : '127.0.0.1',
    apiAddress,
    stepsAtOnce: config.stepsAtOnce,
    processesPerContainerMax: config.processesPerContainerMax,
    devices: config.devices,
    isGpuOptional: config.isGpuOptional,
    clock,
    log: nodeLog,
  });
  return { node, programs };
}

function openControllers({ certificates, config, log }: RoomsOptions, { server, informers, eventsOf }: Objects) {
  return createControllers(
    { api: server.controllerApi, informers, events: eventsOf('slipway'), clock, log: log.with({ component: 'controllers' }) },
    {
      namespacedTypes: () => server.kinds().filter((kind) => kind.isNamespaced && kind.verbs.includes('deletecollection')),
      collectedTypes: () => server.ownableKinds(),
      rootCertificates: certificates.authority,
      pipelineNamespace: config.pipelineNamespace,
      apiServiceAddress: config.ranges.api,
      leniency: config,
    },
  );
}

async function openGateway(options: RoomsOptions, storage: Storage, { server, authenticateToken }: Objects, running: { readonly node: LocalNode; readonly programs: NodePrograms; readonly metrics: Route }) {
  const { config, certificates, log, directory } = options;
  const version = { tag: VERSION, commit: '' };
  const kfp = createKfpRoutes({ ...storage, clock, rng: systemRng, log: log.with({ component: 'kfp' }), planRetry, version });
  const own = createSlipwayRoutes({
    ...storage,
    cluster: createClusterSource({ ...running, nodeName: nodeName(directory), directory, containerEngine: config.containerEngine, clock, log: log.with({ component: 'cluster' }) }),
    contentLinks: createContentLinks({ domain: config.contentDomain, key: randomBytes(CONTENT_KEY_BYTES), clock }),
    clock,
    log: log.with({ component: 'slipway' }),
  });
  const routes = [running.metrics, ...kfp, ...own, ...server.routes];
  const gateway = createGateway({
    host: config.host,
    port: config.port,
    routes: [...routes, ...(await staticFileRoutes(DASHBOARD, { ...config, answerAtRoot: server.pathIndex }))],
    certificates,
    allowedHosts: [...podHosts(config), ...config.allowedHosts],
    contentDomain: config.contentDomain,
    isUser: isOwner,
    authenticate: createAuthentication({ authenticateToken, loopbackIdentity: singleUser() }),
    clock,
    log: log.with({ component: 'gateway' }),
  });
  let port = config.port;
  const part: Part = {
    name: 'gateway',
    start: async () => {
      ({ port } = await gateway.start());
    },
    stop: () => gateway.stop(),
  };
  return { part, port: () => port, routes };
}
