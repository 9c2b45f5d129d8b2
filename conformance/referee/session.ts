// One small client session, held with two servers; what they answer differently is printed as a table.
// Left out are descriptions of columns, which are each server's own words, and managed fields: for them there is a golden
// file, conformance/golden/apply.json.
import { isJsonObject, type Json } from '../../src/base/mod.ts';
import { connect, type ClusterClient, type WatchEvent } from './cluster-client.ts';
import type { Answer, Step } from './conversation.ts';
import { differences, type Difference } from './difference.ts';
import { normalise } from './normalise.ts';

const NAMESPACE = 'session';
const PLACE = `/api/v1/namespaces/${NAMESPACE}`;
const WATCH_SECONDS = 3;
const SHOWN_CHARS_MAX = 300;
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

interface Act extends Step {
  readonly name: string;
}

const POD: Json = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'worker', labels: { app: 'worker' } },
  // No such node: nobody but the session changes it.
  spec: { nodeName: 'elsewhere', containers: [{ name: 'main', image: 'python:3.12', command: ['true'], resources: { limits: { memory: '64Mi' } } }] },
};

const ACTS: readonly Act[] = [
  { name: 'create namespace', method: 'POST', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } } },
  { name: 'create namespace again', method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: NAMESPACE } } },
  { name: 'create ConfigMap', method: 'POST', path: `${PLACE}/configmaps?fieldManager=session`, body: { metadata: { name: 'settings', labels: { app: 'x' } }, data: { a: '1' } } },
  { name: 'create with a generated name', method: 'POST', path: `${PLACE}/configmaps?dryRun=All`, body: { metadata: { generateName: 'some-' } } },
  { name: 'get ConfigMap', method: 'GET', path: `${PLACE}/configmaps/settings` },
  { name: 'list ConfigMaps', method: 'GET', path: `${PLACE}/configmaps?labelSelector=app%3Dx` },
  { name: 'list as table', method: 'GET', path: `${PLACE}/configmaps?labelSelector=app%3Dx`, accept: TABLE },
  { name: 'merge patch', method: 'PATCH', path: `${PLACE}/configmaps/settings`, contentType: MERGE, body: { data: { b: '2' } } },
  { name: 'merge patch that changes nothing', method: 'PATCH', path: `${PLACE}/configmaps/settings`, contentType: MERGE, body: { data: { b: '2' } } },
  { name: 'JSON patch', method: 'PATCH', path: `${PLACE}/configmaps/settings`, contentType: JSON_PATCH, body: [{ op: 'remove', path: '/data/a' }] },
  { name: 'stale update', method: 'PUT', path: `${PLACE}/configmaps/settings`, body: { metadata: { name: 'settings', resourceVersion: '1' } } },
  { name: 'stale patch', method: 'PATCH', path: `${PLACE}/configmaps/settings`, contentType: MERGE, body: { metadata: { resourceVersion: '1' } } },
  { name: 'unconditional update', method: 'PUT', path: `${PLACE}/configmaps/settings`, body: { metadata: { name: 'settings', finalizers: ['session.example/hold'] }, data: { c: '3' } } },
  { name: 'create Pod', method: 'POST', path: `${PLACE}/pods`, body: POD },
  { name: 'create Pod, unknown field', method: 'POST', path: `${PLACE}/pods?fieldValidation=Strict&dryRun=All`, body: { metadata: { name: 'y' }, spec: { color: 'red' } } },
  { name: 'patch label of Pod', method: 'PATCH', path: `${PLACE}/pods/worker`, contentType: STRATEGIC, body: { metadata: { labels: { tier: 'one' } } } },
  { name: 'patch image of Pod', method: 'PATCH', path: `${PLACE}/pods/worker`, contentType: STRATEGIC, body: { spec: { containers: [{ name: 'main', image: 'python:3.13' }] } } },
  { name: 'patch command of Pod', method: 'PATCH', path: `${PLACE}/pods/worker`, contentType: STRATEGIC, body: { spec: { containers: [{ name: 'main', command: ['false'] }] } } },
  { name: 'status of Pod', method: 'PATCH', path: `${PLACE}/pods/worker/status`, contentType: STRATEGIC, body: { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } } },
  { name: 'status through the main door', method: 'PATCH', path: `${PLACE}/pods/worker`, contentType: MERGE, body: { status: { phase: 'Failed' } } },
  { name: 'list Pods by phase', method: 'GET', path: `${PLACE}/pods?fieldSelector=status.phase%3DRunning` },
  { name: 'delete ConfigMap with a finalizer', method: 'DELETE', path: `${PLACE}/configmaps/settings` },
  { name: 'change it while it goes', method: 'PATCH', path: `${PLACE}/configmaps/settings`, contentType: MERGE, body: { data: { d: '4' } } },
  { name: 'another finalizer while it goes', method: 'PATCH', path: `${PLACE}/configmaps/settings`, contentType: MERGE, body: { metadata: { finalizers: ['session.example/hold', 'session.example/more'] } } },
  { name: 'delete it again', method: 'DELETE', path: `${PLACE}/configmaps/settings` },
  { name: 'take the finalizer away', method: 'PATCH', path: `${PLACE}/configmaps/settings`, contentType: MERGE, body: { metadata: { finalizers: null } } },
  { name: 'get what is gone', method: 'GET', path: `${PLACE}/configmaps/settings` },
  { name: 'delete Pod, other uid', method: 'DELETE', path: `${PLACE}/pods/worker`, body: { preconditions: { uid: '00000000-0000-0000-0000-000000000000' } } },
  { name: 'log, too few lines', method: 'GET', path: `${PLACE}/pods/worker/log?tailLines=-1` },
  { name: 'log, no such container', method: 'GET', path: `${PLACE}/pods/worker/log?container=none` },
  { name: 'delete Pod', method: 'DELETE', path: `${PLACE}/pods/worker` },
  { name: 'delete Pod again, shorter', method: 'DELETE', path: `${PLACE}/pods/worker`, body: { gracePeriodSeconds: 5 } },
  { name: 'delete Pod at once', method: 'DELETE', path: `${PLACE}/pods/worker?gracePeriodSeconds=0` },
  { name: 'create to delete', method: 'POST', path: `${PLACE}/configmaps`, body: { metadata: { name: 'plain' } } },
  { name: 'delete at once', method: 'DELETE', path: `${PLACE}/configmaps/plain`, body: { kind: 'DeleteOptions', apiVersion: 'v1' } },
  { name: 'delete collection', method: 'DELETE', path: `${PLACE}/secrets` },
  { name: 'delete namespace', method: 'DELETE', path: `/api/v1/namespaces/${NAMESPACE}` },
];

const WATCHES: readonly string[] = [
  `${PLACE}/pods?watch=true&fieldSelector=metadata.name%3Dworker`,
  `${PLACE}/configmaps?watch=true&labelSelector=app%3Dx`,
  `${PLACE}/configmaps?watch=true&fieldSelector=metadata.name%3Dsettings&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
];

type Row = Difference & { readonly name: string };

interface Session {
  readonly answers: readonly Answer[];
  readonly watched: readonly (readonly WatchEvent[])[];
}

/** Prints the table; the number of acts that ended differently. */
export async function compareSessions(theirKubeconfig: string, ourKubeconfig: string): Promise<number> {
  const theirs = await hold(connect(theirKubeconfig));
  const ours = await hold(connect(ourKubeconfig));
  const rows = [
    ...ACTS.flatMap(({ name }, index) => compare(name, theirs.answers[index], ours.answers[index])),
    ...WATCHES.flatMap((_path, index) => compareEvents(`watch ${index + 1}`, theirs.watched[index]!, ours.watched[index]!)),
  ];
  for (const line of describe(rows)) console.log(line);
  const differentCount = new Set(rows.map((row) => row.name)).size;
  const count = ACTS.length + WATCHES.length;
  console.log(`${count - differentCount} of ${count} answers are the same; the others differ as above (where | theirs | ours | in)`);
  return differentCount;
}

async function hold(client: ClusterClient): Promise<Session> {
  const answers: Answer[] = [await client.send(ACTS[0]!)];
  const watches = Promise.all(WATCHES.map((path) => client.watch(`${path}&timeoutSeconds=${WATCH_SECONDS}`)));
  for (const act of ACTS.slice(1)) answers.push(await client.send(act));
  return { answers, watched: await watches };
}

function compare(name: string, right: unknown, wrong: unknown): readonly Row[] {
  return differences(comparable(right), comparable(wrong)).map((difference) => ({ name, ...difference }));
}

/** The same kinds of events in the same order, then the objects; when the kinds differ, only they are shown. */
function compareEvents(name: string, right: readonly WatchEvent[], wrong: readonly WatchEvent[]): readonly Row[] {
  const [rightTypes, wrongTypes] = [right, wrong].map((events) => events.map(({ type }) => type).join(' '));
  if (rightTypes !== wrongTypes) return [{ name, path: 'events', theirs: rightTypes, ours: wrongTypes }];
  return right.flatMap((event, index) => compare(name, { body: event.object }, { body: wrong[index]!.object }));
}

/** One line for one difference, however many answers show it. */
function describe(all: readonly Row[]): readonly string[] {
  const namesByLine = new Map<string, Set<string>>();
  for (const { name, path, theirs: right, ours: wrong } of all) {
    const line = `${path.replace(/^body\.(items\[\d+\]\.)?/, '')} | ${shown(right)} | ${shown(wrong)}`;
    namesByLine.set(line, (namesByLine.get(line) ?? new Set()).add(name));
  }
  return [...namesByLine].map(([line, names]) => `${line} | ${[...names].join(', ')}`);
}

function comparable(value: unknown): Json {
  return withoutNoise(normalise(value as Json));
}

function withoutNoise(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNoise);
  if (!isJsonObject(value)) return value;
  const { managedFields: _managed, columnDefinitions, ...rest } = value;
  const cleaned = Object.fromEntries(Object.entries(rest).map(([key, member]) => [key, withoutNoise(member!)]));
  if (cleaned['generateName'] !== undefined) cleaned['name'] = '<generated>';
  return Array.isArray(columnDefinitions) ? { ...cleaned, columnDefinitions: columnDefinitions.map(withoutDescription) } : cleaned;
}

/** Column descriptions are text; ours is our own. */
function withoutDescription(column: Json): Json {
  const { description: _description, ...rest } = isJsonObject(column) ? column : {};
  return rest;
}

function shown(value: Json | undefined): string {
  const text = value === undefined ? '(nothing)' : JSON.stringify(value);
  return text.length <= SHOWN_CHARS_MAX ? text : `${text.slice(0, SHOWN_CHARS_MAX)}…`;
}
