// The longest turn of the loop, in processor time, that one large request costs: lists of thousands, bodies near the limit, rules near theirs.
import { join } from 'node:path';
import { MeasuredServer, numbersUpTo } from '../engine/measured-server.ts';
import { connect, send, type SentBody, type Server } from './connection.ts';

const LISTED = 10_000;
/** The first is not counted: it compiles. */
const ROUNDS = 4;
const PARALLEL = 16;
const PLACE = '/api/v1/namespaces/turns';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const PARTIAL = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
const APPLY = 'application/apply-patch+yaml';
const WIDGETS = '/apis/turns.example/v1/namespaces/turns/widgets';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/turns/deployments';

interface Case {
  readonly name: string;
  readonly method: string;
  path(round: number): string;
  readonly body?: (round: number) => SentBody;
  readonly accept?: string;
}

/** What the case before has made. */
const UPDATED = 'deployment-of-15-000-variables-1';

const CASES: readonly Case[] = [
  list('list of ConfigMaps', `${PLACE}/configmaps`),
  list('list of ConfigMaps, metadata alone', `${PLACE}/configmaps`, PARTIAL),
  list('list of ConfigMaps by label', `${PLACE}/configmaps?labelSelector=app%3Dbench`),
  list('page of 500 ConfigMaps', `${PLACE}/configmaps?limit=500`),
  list('watch of ConfigMaps that begins with all', `${PLACE}/configmaps?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1`),
  list('table of Pods', `${PLACE}/pods`, TABLE),
  list('table of custom resources', WIDGETS, TABLE),
  create('ConfigMap of 40,000 keys', `${PLACE}/configmaps`, (name) => ({ metadata: { name }, data: members(40_000, (index) => `value ${index}`) })),
  create('Pod of 15,000 variables', `${PLACE}/pods`, (name) => ({ metadata: { name }, spec: { nodeName: 'elsewhere', containers: [container(15_000)] } })),
  create('Deployment of 15,000 variables', DEPLOYMENTS, deployment),
  create('custom resource of 10,000 items', WIDGETS, widget(10_000)),
  create('custom resource with a rule at its limit', WIDGETS, (name) => ({ ...widget(0)(name), spec: { items: [], pairs: numbersUpTo(300) } })),
  { name: 'update of the Deployment', method: 'PUT', path: () => `${DEPLOYMENTS}/${UPDATED}`, body: (round) => json(changed(deployment(UPDATED), round)) },
  { name: 'apply of a Deployment', method: 'PATCH', path: () => `${DEPLOYMENTS}/applied?fieldManager=bench&force=true`, body: (round) => ({ ...json(changed(deployment('applied'), round)), type: APPLY }) },
  { name: 'YAML of 900 KB', method: 'POST', path: () => `${PLACE}/configmaps`, body: (round) => yamlOf(round) },
];

export async function runTurns(): Promise<void> {
  const server = new MeasuredServer();
  try {
    await server.start();
    const ours = connect(join(server.installation.dataDir, 'kubeconfig'), PARALLEL);
    await prepare(ours);
    console.log('| Request | longest turn of three, median | above 10 ms |\n| --- | --- | --- |');
    for (const asked of CASES) console.log(await rowOf(server, ours, asked));
  } finally {
    await server.remove();
  }
}

async function rowOf(server: MeasuredServer, ours: Server, asked: Case): Promise<string> {
  const rounds: { readonly longestMs: number; readonly longCount: number }[] = [];
  for (const round of numbersUpTo(ROUNDS)) {
    await server.watchTurns();
    const status = await send(ours, asked.method, asked.path(round), asked.body?.(round), asked.accept === undefined ? {} : { accept: asked.accept });
    if (status >= 300) throw new Error(`${asked.name}: ${status}`);
    if (round > 0) rounds.push(await server.turns());
  }
  const [, median] = rounds.toSorted((a, b) => a.longestMs - b.longestMs);
  return `| ${asked.name} | ${median!.longestMs.toFixed(1)} ms | ${median!.longCount} |`;
}

async function prepare(ours: Server): Promise<void> {
  await demand(ours, '/api/v1/namespaces', { metadata: { name: 'turns' } });
  await demand(ours, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', WIDGET_DEFINITION);
  const labels = { app: 'bench' };
  await createAll(ours, `${PLACE}/configmaps`, (name) => ({ metadata: { name, labels }, data: { settings: 'x'.repeat(200) } }));
  await createAll(ours, `${PLACE}/pods`, (name) => ({ metadata: { name, labels }, spec: { nodeName: 'elsewhere', containers: [container(0)] } }));
  await createAll(ours, WIDGETS, widget(2));
}

async function createAll(ours: Server, path: string, body: (name: string) => object): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < LISTED) await demand(ours, path, body(`listed-${next++}`));
  };
  await Promise.all(numbersUpTo(PARALLEL).map(work));
}

async function demand(ours: Server, path: string, body: object): Promise<void> {
  const status = await send(ours, 'POST', path, json(body));
  if (status >= 300) throw new Error(`POST ${path}: ${status}`);
}

function list(name: string, path: string, accept?: string): Case {
  return { name: `${name} (${LISTED})`, method: 'GET', path: () => path, ...(accept === undefined ? {} : { accept }) };
}

function create(name: string, path: string, body: (name: string) => object): Case {
  return { name, method: 'POST', path: () => path, body: (round) => json(body(`${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${round}`)) };
}

function json(value: object): SentBody {
  return { text: JSON.stringify(value) };
}

function yamlOf(round: number): SentBody {
  const lines = numbersUpTo(12_000).map((index) => `  key-${index}: ${'value '.repeat(10)}${index}\n`);
  return { type: 'application/yaml', text: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml-${round}\ndata:\n${lines.join('')}` };
}

function members(count: number, value: (index: number) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(numbersUpTo(count).map((index) => [`key-${index}`, value(index)]));
}

function container(variableCount: number): object {
  return { name: 'main', image: 'busybox', env: numbersUpTo(variableCount).map((index) => ({ name: `VARIABLE_${index}`, value: `value ${index}` })) };
}

interface Workload {
  readonly metadata: object;
  readonly spec: object;
}

function deployment(name: string): Workload & { readonly apiVersion: string; readonly kind: string } {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [container(15_000)] } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas: 0, selector: { matchLabels: labels }, template } };
}

function changed<T extends Workload>(object: T, round: number): T {
  return { ...object, spec: { ...object.spec, minReadySeconds: round } };
}

function widget(itemCount: number): (name: string) => object {
  const items = numbersUpTo(itemCount).map((index) => ({ name: `item-${index}`, size: index, text: 'some words about it' }));
  return (name) => ({ apiVersion: 'turns.example/v1', kind: 'Widget', metadata: { name }, spec: { items, pairs: [1] } });
}

const ITEM = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string', maxLength: 64, pattern: '^[a-z0-9-]+$' }, size: { type: 'integer', minimum: 0 }, text: { type: 'string', maxLength: 256 } },
  'x-kubernetes-validations': [{ rule: 'self.size >= 0 && self.name.size() > 0' }],
};
const PAIRS = {
  type: 'array',
  maxItems: 300,
  items: { type: 'integer' },
  'x-kubernetes-validations': [{ rule: 'self.size() < 300 || self.all(a, self.exists(b, b == 299 - a))' }],
};
const SPEC = { type: 'object', properties: { items: { type: 'array', maxItems: 10_000, items: ITEM }, pairs: PAIRS } };
const WIDGET_DEFINITION = {
  metadata: { name: 'widgets.turns.example' },
  spec: {
    group: 'turns.example',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: SPEC } } } }],
  },
};
