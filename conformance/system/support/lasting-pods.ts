// Pods of every kind that count aloud until a file lets them go, and what has to be true of each whenever the server is back.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until, type JsonObject } from '../../../src/base/mod.ts';
import type { Installation } from '../../../sim/installation.ts';
import type { Kubectl } from './kubectl.ts';

export interface LastingPods {
  readonly installation: Installation;
  readonly kubectl: Kubectl;
  /** On this machine, and at the same path in every Pod: what tests and Pods tell each other. */
  readonly signs: string;
  /** Of the machine, for the Pod that is reached from it. */
  readonly port: number;
  /** Of a container. */
  readonly image: string;
  /** Nothing can be mounted; Pods see the directory of signs as it is. */
  readonly isPlain: boolean;
}

export interface LastingKind {
  readonly title: string;
  readonly pod: string;
  readonly objects: (world: LastingPods) => readonly (readonly [path: string, object: JsonObject])[];
  /** What goes on besides counting. */
  readonly goesOn?: (world: LastingPods) => Promise<void>;
  /** It says nothing unless it is spoken to. */
  readonly isSilent?: boolean;
  /** Default: its file is made. */
  readonly letGo?: (world: LastingPods) => Promise<void>;
}

/** What they all end with. */
export const EXIT_CODE = 5;
const PODS = '/api/v1/namespaces/default/pods';
const WAIT = { timeoutMs: 60_000, intervalMs: 50 };

/** Counts until it may go; what it prints shows every line that was lost or came twice. */
function counting({ signs }: LastingPods, pod: string, each = ''): string {
  return `i=0; until test -e ${signs}/go-${pod}; do echo tick $i; ${each} i=$((i+1)); sleep 0.1; done; exit ${EXIT_CODE}`;
}

function podOf({ signs, isPlain }: LastingPods, name: string, container: JsonObject, more: JsonObject = {}): JsonObject {
  const main = { name: 'main', image: 'busybox', ...container };
  const parts = isPlain ? { containers: [main] } : { volumes: [{ name: 'signs', hostPath: { path: signs } }], containers: [{ ...main, volumeMounts: [{ name: 'signs', mountPath: signs }] }] };
  const spec = { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, ...parts, ...more };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
}

/** Ends at once with exit code 3; says in a file of its name how often it ran. */
export function shortPod(world: LastingPods, name: string): JsonObject {
  return podOf(world, name, shell(`echo ran >> ${world.signs}/${name}; exit 3`));
}

const shell = (script: string): JsonObject => ({ command: ['sh', '-c', script] });

export const single: LastingKind = {
  title: 'one process',
  pod: 'single',
  objects: (world) => [[PODS, podOf(world, 'single', shell(counting(world, 'single')), { hostNetwork: true })]],
};

export const container: LastingKind = {
  title: 'a container of podman',
  pod: 'contained',
  objects: (world) => [[PODS, podOf(world, 'contained', { image: world.image, imagePullPolicy: 'Never', ...shell(counting(world, 'contained')) })]],
  async goesOn({ kubectl }) {
    assert.equal(await kubectl.ok('exec contained -- cat /proc/1/comm'), 'sh\n');
  },
};

export const addressed: LastingKind = {
  title: 'with an address of its own and a port',
  pod: 'addressed',
  objects: (world) => [[PODS, podOf(world, 'addressed', { ...shell(`python3 -u -m http.server 8080 --directory ${world.signs} >/dev/null 2>&1 & ${counting(world, 'addressed')}`), ports: [{ containerPort: 8080, hostPort: world.port }] })]],
  async goesOn({ port }) {
    const isServed = () => fetch(`http://127.0.0.1:${port}/`).then(({ ok }) => ok, () => false);
    await until('the port to be served', isServed, WAIT);
  },
};

export const accompanied: LastingKind = {
  title: 'with an init container and a sidecar',
  pod: 'accompanied',
  objects(world) {
    const volumeMounts = [{ name: 'signs', mountPath: world.signs }];
    const initContainers = [
      { name: 'prepare', image: 'busybox', ...shell(`echo prepared >> ${world.signs}/prepared`), volumeMounts },
      { name: 'beside', image: 'busybox', restartPolicy: 'Always', ...shell('i=0; while :; do echo tick $i; i=$((i+1)); sleep 0.1; done') },
    ];
    return [[PODS, podOf(world, 'accompanied', shell(counting(world, 'accompanied')), { initContainers })]];
  },
  async goesOn(world) {
    assert.equal(readFileSync(join(world.signs, 'prepared'), 'utf8'), 'prepared\n', 'the init container ran once');
    await countsOn(world, 'accompanied', 'beside');
  },
};

export const probed: LastingKind = {
  title: 'with probes',
  pod: 'probed',
  objects(world) {
    const probe = (script: string) => ({ exec: { command: ['sh', '-c', script] }, periodSeconds: 1, timeoutSeconds: 20, failureThreshold: 1 });
    const probes = { livenessProbe: probe(`echo alive >> ${world.signs}/looks`), readinessProbe: probe(`test ! -e ${world.signs}/busy`) };
    return [[PODS, podOf(world, 'probed', { ...shell(counting(world, 'probed')), ...probes })]];
  },
  async goesOn({ installation, signs }) {
    const looks = () => (existsSync(join(signs, 'looks')) ? readFileSync(join(signs, 'looks'), 'utf8').length : 0);
    const isReady = async () => (await readPod(installation, 'probed')).status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
    const before = looks();
    await until('the liveness probe to look again', () => looks() > before, WAIT);
    await until('the Pod to be ready', isReady, WAIT);
    writeFileSync(join(signs, 'busy'), '');
    await until('the Pod not to be ready', async () => !(await isReady()), WAIT);
    rmSync(join(signs, 'busy'));
    await until('the Pod to be ready again', isReady, WAIT);
  },
};

export const terminal: LastingKind = {
  title: 'with input and a terminal',
  pod: 'terminal',
  isSilent: true,
  objects: (world) => [[PODS, podOf(world, 'terminal', { ...shell(`while read word; do echo heard $word; test "$word" = leave && exit ${EXIT_CODE}; done`), stdin: true, tty: true })]],
  goesOn: (world) => say(world, `word-${Date.now()}`),
  letGo: (world) => say(world, 'leave'),
};

/** Attaches, says a word and waits for the answer in the log. */
async function say({ installation, kubectl }: LastingPods, word: string): Promise<void> {
  const attached = kubectl.start(['attach', '-i', 'terminal'], `${word}\n`);
  try {
    await until(`the answer to ${word}`, async () => (await readLog(installation, 'terminal')).includes(`heard ${word}`), WAIT);
  } finally {
    attached.stop();
    await attached.done;
  }
}

export const member: LastingKind = {
  title: 'a member of a StatefulSet with a claim',
  pod: 'member-0',
  objects(world) {
    const labels = { app: 'member' };
    const { spec } = podOf(world, 'member', shell(counting(world, 'member-0', 'echo $i > /data/count;'))) as { spec: { containers: readonly [{ volumeMounts: readonly JsonObject[] }] } & JsonObject };
    const [main] = spec.containers;
    const containers = [{ ...main, volumeMounts: [...main.volumeMounts, { name: 'data', mountPath: '/data' }] }];
    const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } } };
    const template = { metadata: { labels }, spec: { ...spec, restartPolicy: 'Always', containers } };
    const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'member' }, spec: { serviceName: 'member', selector: { matchLabels: labels }, template, volumeClaimTemplates: [claim] } };
    return [['/apis/apps/v1/namespaces/default/statefulsets', set as unknown as JsonObject]];
  },
  async goesOn({ kubectl }) {
    const count = async () => Number(await kubectl.ok('exec member-0 -- cat /data/count'));
    const before = await count();
    await until('the claim to be written', async () => (await count()) > before, WAIT);
    assert.equal(await kubectl.ok('get statefulset member -o jsonpath={.status.readyReplicas}'), '1');
  },
};

interface PodView {
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly ContainerView[];
    readonly initContainerStatuses?: readonly ContainerView[];
  };
}

interface ContainerView {
  readonly name: string;
  readonly restartCount: number;
  readonly containerID?: string;
  readonly state: StateView;
  readonly lastState?: StateView;
}

interface StateView {
  readonly running?: { readonly startedAt: string };
  readonly terminated?: { readonly exitCode: number };
}

export function readPod(installation: Installation, name: string): Promise<PodView> {
  return installation.request('GET', `${PODS}/${name}`);
}

async function readLog(installation: Installation, pod: string, container = 'main'): Promise<string> {
  const response = await fetch(`${installation.url}${PODS}/${pod}/log?container=${container}`);
  assert.equal(response.status, 200, await response.clone().text());
  return response.text();
}

/** How far it has counted. Fails when a line is missing or came twice. */
export async function countOf(installation: Installation, pod: string, container = 'main'): Promise<number> {
  const lines = (await readLog(installation, pod, container)).split('\n').filter((line) => line !== '');
  assert.deepEqual(lines, lines.map((_, index) => `tick ${index}`), `the log of ${pod} ${container}`);
  return lines.length;
}

/** It goes on counting. */
export async function countsOn({ installation }: LastingPods, pod: string, container = 'main'): Promise<void> {
  const before = await countOf(installation, pod, container);
  await until(`${pod} to count on`, async () => (await countOf(installation, pod, container)) > before + 1, WAIT);
}

/** What stays the same as long as its processes live. */
export async function identityOf({ installation }: LastingPods, { pod }: LastingKind): Promise<unknown> {
  const { phase, containerStatuses = [], initContainerStatuses = [] } = (await readPod(installation, pod)).status;
  return { phase, containers: [...containerStatuses, ...initContainerStatuses].map(({ name, restartCount, containerID, state }) => ({ name, restartCount, containerID, state })) };
}

export async function isUp({ installation }: LastingPods, { pod }: LastingKind): Promise<void> {
  const isRunning = async () => (await readPod(installation, pod).catch(() => undefined))?.status.containerStatuses?.every(({ state }) => state.running !== undefined) === true;
  await until(`${pod} to run`, isRunning, WAIT);
}

/** Lets it go; resolves with the exit code of its main container. */
export async function exitOf(world: LastingPods, { pod, letGo }: LastingKind): Promise<number> {
  if (letGo === undefined) writeFileSync(join(world.signs, `go-${pod}`), '');
  else await letGo(world);
  return until(`${pod} to end`, async () => {
    const main = (await readPod(world.installation, pod)).status.containerStatuses?.find(({ name }) => name === 'main');
    return (main?.state.terminated ?? main?.lastState?.terminated)?.exitCode;
  }, WAIT);
}
