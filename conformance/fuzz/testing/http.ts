// The routes of the server, called in this process: pipelines API, uploads, pages and artifacts, Kubernetes API, connections to Pods. An
// input is the text of a request.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { builtinKinds, PODS } from '../../../src/api/mod.ts';
import { Failure, silentLog, systemClock, systemRng, type KubeObject } from '../../../src/base/mod.ts';
import { openLocalBlobs } from '../../../src/blobs/mod.ts';
import { createContentLinks, createKfpRoutes, createSlipwayRoutes, type ClusterSource } from '../../../src/facades/mod.ts';
import { isGzip, isZip, parsePackage } from '../../../src/facades/testing/entrances.ts';
import { staticFileRoutes } from '../../../src/gateway/mod.ts';
import { openLogs } from '../../../src/logs/mod.ts';
import { openRecords, type RecordWriter } from '../../../src/records/mod.ts';
import { anArtifact, aRecurringRun, anExperiment, aPipeline, aPipelineVersion, aRun, aTask } from '../../../src/records/testing/rows.ts';
import { allowEverything, createApiServer, createServiceAccountTokens, createTokenAuthenticator, createTokenSigner, makeSigningKey } from '../../../src/server/mod.ts';
import { openDatabase } from '../../../src/sql/mod.ts';
import { openStore } from '../../../src/store/mod.ts';
import { createRouteTable, type Route, type RouteTable, type WebResponse } from '../../../src/web/mod.ts';
import type { Entrance, OpenEntrance } from '../entrance.ts';
import { echoKubelet } from './echo-kubelet.ts';
import { call, changeArchive, changeRequest, type ParsedRequest, type TakeOver } from './http-request.ts';

/** What fills up is thrown away after so many inputs. */
const INPUTS_PER_WORLD = 5_000;
const WORLD_DIRECTORY = 'slipway-fuzz-';

interface World {
  readonly routes: RouteTable;
  close(): Promise<void>;
}

interface EntranceSettings {
  /** What was taken stands in the way of the inputs after it, and is thrown away. */
  readonly isTakenOnce?: boolean;
  readonly takeOver?: TakeOver;
}

function httpEntrance(name: string, words: readonly string[], makeWorld: () => Promise<World>, { isTakenOnce = false, takeOver }: EntranceSettings = {}): Entrance {
  return {
    name,
    words,
    change: changeRequest,
    async open(): Promise<OpenEntrance> {
      let [world, count] = [await makeWorld(), 0];
      return {
        async attempt(input) {
          const outcome = await call(world.routes, input, takeOver);
          if (++count % INPUTS_PER_WORLD === 0 || (isTakenOnce && outcome === 'taken')) {
            await world.close();
            world = await makeWorld();
          }
          return outcome;
        },
        close: () => world.close(),
      };
    },
  };
}

interface Wiring {
  readonly routes: readonly Route[];
  /** Ends what would go on by itself. */
  readonly close?: () => void;
}

async function worldOf(wire: (directory: string, database: ReturnType<typeof openDatabase>) => Promise<Wiring> | Wiring): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), WORLD_DIRECTORY));
  const database = openDatabase({ path: ':memory:', log: silentLog, synchronous: 'OFF' });
  const { routes, close } = await wire(directory, database);
  return {
    routes: createRouteTable(routes),
    async close() {
      close?.();
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const NO_CLUSTER: ClusterSource = { read: () => Promise.resolve({} as never), examine: () => Promise.resolve([]) };
const ARTIFACT_URI = 'minio://mlpipeline/v2/artifacts/p/a';
const POD_UID = 'pod-uid';

/** One artifact of each kind, an experiment, a pipeline and a run with a log, under the ids that the corpus asks for. */
function pipelinesWorld(): Promise<World> {
  return worldOf(async (directory, database) => {
    const records = openRecords({ database, log: silentLog });
    const blobs = openLocalBlobs({ directory, defaultRootUri: 'minio://mlpipeline/v2/artifacts', log: silentLog });
    const place = blobs.localPathOf(ARTIFACT_URI);
    await blobs.prepare(ARTIFACT_URI);
    for (const [file, content] of [['a.csv', 'a,b\n1,2\n'], ['b.json', '[{"a":1}]'], ['c.html', '<p>'], ['d.txt', 'd']] as const) writeFileSync(join(place, file), content);
    await records.write(putRows);
    const logs = openLogs({ directory: join(directory, 'logs'), clock: systemClock, log: silentLog });
    writeFileSync(await logs.fileFor({ podUid: POD_UID, container: 'main', restart: 0 }), '2026-11-29T12:00:00.000000001Z stdout F a line\n');
    const options = { records, blobs, logs, clock: systemClock, rng: systemRng, log: silentLog };
    const contentLinks = createContentLinks({ domain: 'localhost', key: Buffer.alloc(32, 7), clock: systemClock });
    const kfp = createKfpRoutes({ ...options, planRetry: () => ({ ok: false, message: 'no engine' }), version: { tag: '0', commit: '' } } as never);
    return { routes: [...kfp, ...createSlipwayRoutes({ ...options, cluster: NO_CLUSTER, contentLinks })] };
  });
}

function putRows(writer: RecordWriter): void {
  for (const [artifactId, type, uri] of [['all', 'system.Dataset', ARTIFACT_URI], ['csv', 'system.Dataset', `${ARTIFACT_URI}/a.csv`], ['html', 'system.HTML', `${ARTIFACT_URI}/c.html`], ['far', 'system.Model', 'https://far.example/m']] as const) {
    writer.putArtifact(anArtifact({ artifactId, name: artifactId, type, uri, sizeBytes: 8, runId: 'run', producerTaskId: 'task', producerKey: artifactId }));
  }
  writer.putExperiment(anExperiment({ experimentId: 'experiment' }));
  writer.putRecurringRun(aRecurringRun({ recurringRunId: 'series' }));
  writer.putPipeline(aPipeline({ pipelineId: 'pipeline' }));
  writer.putPipelineVersion(aPipelineVersion({ pipelineVersionId: 'version', pipelineId: 'pipeline' }));
  writer.putRun(aRun({ runId: 'run', state: 'RUNNING' }));
  const values = { parameters: { n: 1 }, artifacts: { data: ['csv'] } };
  writer.putTask(aTask({ taskId: 'task', runId: 'run', type: 'RUNTIME', state: 'SUCCEEDED', podName: 'pod', podUid: POD_UID, inputs: values, outputs: values }));
}

export const pipelinesEntrance = httpEntrance(
  'pipelines-api',
  ['filter=', 'page_token=', 'sort_by=', 'page_size=', '%7B%22predicates%22%3A', '"operation":"IN"', '"string_values":{"values":', 'display_name', 'created_at desc', 'namespace=', 'experiment_id', 'view=', 'runtime_config', 'pipeline_spec', 'pipeline_version_reference', ':archive', ':retry', ':terminate', 'tags', 'ISSUBSTRING', 'timestamp_value', '2026-01-01T00:00:00Z'],
  pipelinesWorld,
);

/** A form with the boundary of the corpus; the file in it is small text, which is parsed in this process. */
export const formEntrance = httpEntrance('form', ['------fuzz', '\r\n', 'Content-Disposition: form-data; name="uploadfile"; filename="', 'Content-Type: ', 'filename*=utf-8\'\'', 'name=', 'Content-Transfer-Encoding: base64'], pipelinesWorld, { isTakenOnce: true });

/** The input is the uploaded file, read as in the worker that the server starts for archives. */
export const uploadEntrance: Entrance = {
  name: 'upload',
  words: ['PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06', 'ustar', 'pipeline.yaml', '../', '\x1f\x8b', 'root:', 'pipelineInfo', '---\n'],
  change: changeArchive,
  open: () =>
    Promise.resolve({
      async attempt(input) {
        try {
          parsePackage(isZip(input) ? 'p.zip' : isGzip(input) ? 'p.tar.gz' : 'p.yaml', input);
          return 'taken';
        } catch (error) {
          if (error instanceof Failure) return 'refused';
          throw error;
        }
      },
      close: () => Promise.resolve(),
    }),
};

/** Whatever a browser or a script may ask for: pages, artifacts, logs, events, with any path. */
export const urlEntrance = httpEntrance(
  'url',
  ['/slipway/v1/artifacts/', '/content', '/table', '/entries', '/archive', '/apis/v2beta1/runs/', '/log', '/events', '?path=', '..%2f', '%00', '%c0%af', '//', '/./', ':', 'range: bytes=0-', 'bytes=-1', 'limit=', 'offset=', 'follow=true', 'tailLines=', 'artifact-', '/artifact/', '.localhost'],
  async () => {
    const world = await pipelinesWorld();
    const pages = createRouteTable(await staticFileRoutes(join(import.meta.dirname, '../../../dashboard/public'), { contentDomain: 'localhost' }));
    return { ...world, routes: { match: (method, path) => (world.routes.match(method, path).kind === 'found' ? world.routes : pages).match(method, path) } };
  },
);

/** With one Pod `running` in the namespace default, on a kubelet that echoes. */
function kubernetesWorld(): Promise<World> {
  return worldOf(async (_, database) => {
    const store = openStore({ database, clock: systemClock, log: silentLog });
    const serviceAccountTokens = createServiceAccountTokens({ store, signer: createTokenSigner(makeSigningKey()), clock: systemClock, rng: systemRng });
    const server = createApiServer({
      store, kinds: builtinKinds, authorize: allowEverything, serviceAccountTokens, authenticateToken: createTokenAuthenticator(new Map(), serviceAccountTokens),
      clock: systemClock, rng: systemRng, log: silentLog, kubelet: () => echoKubelet, isAutoNamespace: true,
    });
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'running' }, spec: { containers: [{ name: 'main', image: 'busybox' }] } };
    await server.objectApi.create(PODS, 'default', pod as unknown as KubeObject);
    await server.objectApi.patch({ type: PODS, namespace: 'default', name: 'running' }, 'merge', { status: { phase: 'Running' } }, { subresource: 'status' });
    return { routes: server.routes, close: () => store.close() };
  });
}

export const kubernetesEntrance = httpEntrance(
  'kubernetes-api',
  ['labelSelector=', 'fieldSelector=', 'resourceVersion=', 'limit=', 'continue=', 'watch=true', 'allowWatchBookmarks=', 'timeoutSeconds=', 'sendInitialEvents=true', 'resourceVersionMatch=', 'dryRun=All', 'fieldManager=', 'force=true', 'application/merge-patch+json', 'application/json-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml', 'application/vnd.kubernetes.protobuf', 'k8s\0', '$patch', '$retainKeys', 'metadata', 'finalizers', 'managedFields', 'ownerReferences', '/status', '/scale', 'propagationPolicy=', 'as=Table;v=v1;g=meta.k8s.io', 'x-kubernetes-validations', 'impersonate-user', 'expirationSeconds', 'audiences'],
  kubernetesWorld,
);

const SPEAK_MS = 50;

/** The client says what its request has for a body, and goes. Whoever waits for more from it learns a moment later that the connection broke. */
async function carryOver(answer: WebResponse, { method, target, headers, body }: ParsedRequest): Promise<'taken' | 'refused'> {
  const [client, socket] = duplexPair();
  let receivedCount = 0;
  client.on('error', () => undefined).on('data', (chunk: Buffer) => (receivedCount += chunk.length));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const message = { method, url: target, headers: { ...headers } } as unknown as IncomingMessage;
  answer.takeOver!({ message, socket: Object.assign(socket, { setTimeout: () => undefined, setNoDelay: () => undefined }), head: Buffer.alloc(0) });
  client.end(body);
  await Promise.race([closed, systemClock.sleep(SPEAK_MS)]);
  socket.destroy();
  await closed;
  return receivedCount > 0 ? 'taken' : 'refused';
}

/** exec, attach and port-forward: the request, and what its client says once the connection is its own. */
export const upgradeEntrance = httpEntrance(
  'upgrade',
  ['/exec?command=id', '/attach', '/portforward', 'ports=80', 'stdin=true', 'tty=true', 'container=', 'websocket', 'SPDY/3.1', 'v5.channel.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io', 'SPDY/3.1+portforward.k8s.io', 'portforward.k8s.io', '\x82\x85\0\0\0\0', '\x88\x82\0\0\0\0', '\x80\x03\0\x01\0\0\0\0'],
  kubernetesWorld,
  { takeOver: carryOver },
);
