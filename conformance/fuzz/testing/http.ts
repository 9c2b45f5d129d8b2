// The routes of the server, called in this process: pipelines API, uploads, pages and artifacts, Kubernetes API. An input is the
// text of a request; what a route throws, and any 5xx that is not foreseen, is a finding.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { builtinKinds } from '../../../src/api/mod.ts';
import { Failure, silentLog, systemClock, systemRng } from '../../../src/base/mod.ts';
import { openLocalBlobs } from '../../../src/blobs/mod.ts';
import { createContentLinks, createKfpRoutes, createSlipwayRoutes, type ClusterSource } from '../../../src/facades/mod.ts';
import { isGzip, isZip, parsePackage } from '../../../src/facades/testing/entrances.ts';
import { staticFileRoutes } from '../../../src/gateway/mod.ts';
import { openLogs } from '../../../src/logs/mod.ts';
import { openRecords } from '../../../src/records/mod.ts';
import { allowEverything, createApiServer } from '../../../src/server/mod.ts';
import { openDatabase } from '../../../src/sql/mod.ts';
import { openStore } from '../../../src/store/mod.ts';
import { createRouteTable, readBody, type Route, type RouteTable, type WebRequest } from '../../../src/web/mod.ts';
import type { Entrance, OpenEntrance } from '../entrance.ts';
import type { Random } from '../random.ts';

/** What fills up is thrown away after so many inputs. */
const INPUTS_PER_WORLD = 5_000;
/** Not possible here, no engine, no kubelet. */
const FORESEEN = [501, 503, 504];
const CHUNK_COUNT_MAX = 20;
const REFUSALS_OF_THE_GATEWAY = ['BodyTooLarge', 'BodyIncomplete', 'StorageFull'];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const WORLD_DIRECTORY = 'slipway-fuzz-';

interface World {
  readonly routes: RouteTable;
  close(): Promise<void>;
}

/** `isTakenOnce`: what was taken stands in the way of the inputs after it, and is thrown away. */
function httpEntrance(name: string, words: readonly string[], makeWorld: () => Promise<World>, { isTakenOnce = false } = {}): Entrance {
  return {
    name,
    words,
    change: changeRequest,
    async open(): Promise<OpenEntrance> {
      let [world, count] = [await makeWorld(), 0];
      return {
        async attempt(input) {
          const outcome = await call(world.routes, input);
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

interface ParsedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** `METHOD target`, lines of headers, an empty line, the body. Headers stay latin1, as a parser of HTTP leaves them. */
function parseRequest(input: Buffer): ParsedRequest {
  const end = input.indexOf('\n\n');
  const [line = '', ...lines] = input.subarray(0, end < 0 ? input.length : end).toString('latin1').split('\n');
  const [method, target] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)];
  const headers = Object.fromEntries(lines.map((header) => [header.slice(0, header.indexOf(':')).toLowerCase(), header.slice(header.indexOf(':') + 1).trim()]));
  return { method, target, headers, body: end < 0 ? Buffer.alloc(0) : input.subarray(end + 2) };
}

/** Method, target, headers and body change apart, so that most requests stay requests. */
function changeRequest(input: Buffer, random: Random, change: (part: Buffer) => Buffer): Buffer {
  const { method, target, headers, body } = parseRequest(input);
  const place = body.length === 0 ? random.below(3) : random.below(10);
  const changed = {
    method: place === 9 ? random.pick(METHODS) : method,
    target: place < 2 ? change(Buffer.from(target, 'latin1')).toString('latin1').replaceAll('\n', '%0a') : target,
    headers: place === 2 ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, change(Buffer.from(value, 'latin1')).toString('latin1').replaceAll('\n', ' ')])) : headers,
    body: place > 2 && place < 9 ? change(body) : body,
  };
  const head = [`${changed.method} ${changed.target}`, ...Object.entries(changed.headers).map(([name, value]) => `${name}: ${value}`), '', ''].join('\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), changed.body]);
}

/** What is inside a gzip changes, not only the compressed bytes. */
function changeArchive(input: Buffer, random: Random, change: (part: Buffer) => Buffer): Buffer {
  if (input[0] !== 0x1f || random.chance(0.3)) return change(input);
  try {
    return gzipSync(change(gunzipSync(input, { maxOutputLength: 1024 * 1024 })), { level: 1 });
  } catch {
    return change(input);
  }
}

async function call(routes: RouteTable, input: Buffer): Promise<'taken' | 'refused'> {
  const { method, target, headers, body } = parseRequest(input);
  const queryStart = target.indexOf('?');
  const path = queryStart < 0 ? target : target.slice(0, queryStart);
  const match = routes.match(method, path);
  if (match.kind !== 'found') return 'refused';
  const abort = new AbortController();
  const stream = Object.assign(Readable.from(body.length === 0 ? [] : [body]), { headers: { 'content-length': String(body.length) } });
  const request: WebRequest = {
    method,
    path,
    params: match.params,
    query: new URLSearchParams(queryStart < 0 ? '' : target.slice(queryStart + 1)),
    headers: { 'content-length': String(body.length), ...headers },
    identity: { user: 'tester', groups: ['system:masters'] },
    isTls: false,
    isUpgrade: false,
    stream,
    body: () => readBody(stream as never, match.route.bodyBytesMax),
    signal: abort.signal,
  };
  try {
    const answer = await match.route.handle(request);
    if (answer.status >= 500 && !FORESEEN.includes(answer.status)) throw new Error(`answered ${answer.status}: ${await textOf(answer.body)}`);
    await read(answer.body, abort);
    return answer.status < 400 ? 'taken' : 'refused';
  } catch (error) {
    if (error instanceof Failure && REFUSALS_OF_THE_GATEWAY.includes(error.reason)) return 'refused';
    throw error;
  } finally {
    abort.abort();
    stream.destroy();
  }
}

type Body = string | Uint8Array | AsyncIterable<string | Uint8Array> | undefined;

async function textOf(body: Body): Promise<string> {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? Buffer.from(body).toString() : 'a stream';
}

/** Streams may be endless: a client that goes away after a moment. */
async function read(body: Body, abort: AbortController): Promise<void> {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return;
  const timer = setTimeout(() => abort.abort(), 5);
  try {
    let count = 0;
    for await (const _ of body) if (++count >= CHUNK_COUNT_MAX) break;
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
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

/** One artifact of each kind, one experiment and one pipeline, under the ids that the corpus asks for. */
function pipelinesWorld(): Promise<World> {
  return worldOf(async (directory, database) => {
    const records = openRecords({ database, log: silentLog });
    const blobs = openLocalBlobs({ directory, defaultRootUri: 'minio://mlpipeline/v2/artifacts', log: silentLog });
    const place = blobs.localPathOf(ARTIFACT_URI);
    await blobs.prepare(ARTIFACT_URI);
    for (const [file, content] of [['a.csv', 'a,b\n1,2\n'], ['b.json', '[{"a":1}]'], ['c.html', '<p>'], ['d.txt', 'd']] as const) writeFileSync(join(place, file), content);
    await records.write((writer) => {
      for (const [artifactId, type, uri] of [['all', 'system.Dataset', ARTIFACT_URI], ['csv', 'system.Dataset', `${ARTIFACT_URI}/a.csv`], ['html', 'system.HTML', `${ARTIFACT_URI}/c.html`], ['far', 'system.Model', 'https://far.example/m']] as const) {
        writer.putArtifact({ artifactId, namespace: '', creator: '', createdAtMs: 1, name: artifactId, type, schemaVersion: '', uri, metadata: {}, sizeBytes: 8 } as never);
      }
    });
    const logs = openLogs({ directory: join(directory, 'logs'), clock: systemClock, log: silentLog });
    const options = { records, blobs, logs, clock: systemClock, rng: systemRng, log: silentLog };
    const contentLinks = createContentLinks({ domain: 'localhost', key: Buffer.alloc(32, 7), clock: systemClock });
    const kfp = createKfpRoutes({ ...options, planRetry: () => ({ ok: false, message: 'no engine' }), version: { tag: '0', commit: '' } } as never);
    return { routes: [...kfp, ...createSlipwayRoutes({ ...options, cluster: NO_CLUSTER, contentLinks })] };
  });
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
  ['/slipway/v1/artifacts/', '/content', '/table', '/entries', '/archive', '/apis/v2beta1/runs/', '/log', '/events', '?path=', '..%2f', '%00', '%c0%af', '//', '/./', ':', 'range: bytes=0-', 'bytes=-1', 'limit=', 'offset=', 'follow=true', 'tailLines=', 'artifact-'],
  async () => {
    const world = await pipelinesWorld();
    const pages = createRouteTable(await staticFileRoutes(join(import.meta.dirname, '../../../dashboard/public'), { contentDomain: 'localhost' }));
    return { ...world, routes: { match: (method, path) => (world.routes.match(method, path).kind === 'found' ? world.routes : pages).match(method, path) } };
  },
);

export const kubernetesEntrance = httpEntrance(
  'kubernetes-api',
  ['labelSelector=', 'fieldSelector=', 'resourceVersion=', 'limit=', 'continue=', 'watch=true', 'allowWatchBookmarks=', 'timeoutSeconds=', 'sendInitialEvents=true', 'resourceVersionMatch=', 'dryRun=All', 'fieldManager=', 'force=true', 'application/merge-patch+json', 'application/json-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml', 'application/vnd.kubernetes.protobuf', 'k8s\0', '$patch', '$retainKeys', 'metadata', 'finalizers', 'managedFields', 'ownerReferences', '/status', '/scale', 'propagationPolicy=', 'as=Table;v=v1;g=meta.k8s.io', 'x-kubernetes-validations'],
  () =>
    worldOf((_, database) => {
      const store = openStore({ database, clock: systemClock, log: silentLog });
      const server = createApiServer({ store, kinds: builtinKinds, authorize: allowEverything, clock: systemClock, rng: systemRng, log: silentLog, kubelet: () => undefined, isAutoNamespace: true });
      return { routes: server.routes, close: () => store.close() };
    }),
);
