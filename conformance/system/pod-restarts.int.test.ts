// The server is killed with SIGKILL while Pods of every kind run: at rest, and at each crash point that Pods pass. The next server takes all
// of them up again: the same processes, their logs without a gap, their probes, ports and terminals, and at last their exit codes.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { noKubectl } from '../../src/server/testing/kubectl.ts';
import { CRASH_POINTS, until } from '../../src/base/mod.ts';
import { startPodman } from '../../src/node/testing/entrances.ts';
import { Installation } from '../../sim/installation.ts';
import { Kubectl } from './support/kubectl.ts';
import * as kinds from './support/lasting-pods.ts';
import { LOCKED, lockedProblem } from './support/locked-machine.ts';
import { networkProblem } from './support/network-problem.ts';

/** The others are passed by pipelines alone; sim/crash-points.int.test.ts kills there. */
const POINTS = CRASH_POINTS.filter((point) => /^(sql|node\.fork|node\.exit-record)\./.test(point));
/** A start of the server commits a few times; after so many more the trigger is on its way. */
const COMMITS_BEFORE = 12;
const TRIGGERS_MAX = 40;
const PODS = '/api/v1/namespaces/default/pods';

const noNetwork = networkProblem() || false;
const podman = noKubectl === false ? await startPodman() : noKubectl;

interface Machine {
  readonly title: string;
  readonly skip: string | false;
  readonly containerEngine: string;
  readonly within: readonly string[];
  readonly kinds: readonly { readonly kind: kinds.LastingKind; readonly skip: string | false }[];
}

const MACHINES: readonly Machine[] = [
  {
    title: 'with namespaces',
    skip: noKubectl,
    containerEngine: typeof podman === 'string' ? 'off' : podman.socket,
    within: [],
    kinds: [
      ...[kinds.single, kinds.accompanied, kinds.probed, kinds.terminal, kinds.member].map((kind) => ({ kind, skip: false as const })),
      { kind: kinds.addressed, skip: noNetwork },
      { kind: kinds.container, skip: typeof podman === 'string' ? podman : false },
    ],
  },
  { title: 'without namespaces', skip: noKubectl || lockedProblem(), containerEngine: 'off', within: LOCKED, kinds: [{ kind: kinds.single, skip: false }] },
];

after(async () => {
  if (typeof podman !== 'string') await podman.close();
});

for (const machine of MACHINES) {
  describe(`Pods on a machine ${machine.title}, and a server that is killed`, { skip: machine.skip }, () => {
    const tried = machine.kinds.filter(({ skip }) => skip === false).map(({ kind }) => kind);
    const identities = new Map<string, unknown>();
    let world: kinds.LastingPods;

    before(async () => {
      const installation = new Installation(undefined, { keepsPort: true, containerEngine: machine.containerEngine });
      const signs = mkdtempSync(join(tmpdir(), 'slipway-signs-'));
      world = { installation, kubectl: new Kubectl(installation), signs, port: await freePort(), image: typeof podman === 'string' ? '' : podman.image, isPlain: machine.within.length > 0 };
      await installation.start({}, machine.within);
      for (const kind of tried) for (const [path, object] of kind.objects(world)) await installation.request('POST', path, object);
      for (const kind of tried) await kinds.isUp(world, kind);
      await Promise.all(tried.map(async (kind) => kind.goesOn?.(world)));
      for (const kind of tried) identities.set(kind.pod, await kinds.identityOf(world, kind));
    });

    after(async () => {
      if (machine.skip !== false) return;
      world.kubectl.remove();
      await world.installation.remove();
      rmSync(world.signs, { recursive: true, force: true });
    });

    /** Of each kind beside the others. */
    const allOf = async (t: TestContext, check: (kind: kinds.LastingKind) => Promise<void>): Promise<void> => {
      await Promise.all(tried.map((kind) => t.test(kind.title, () => check(kind))));
    };

    const isAdopted = async (kind: kinds.LastingKind): Promise<void> => {
      assert.deepEqual(await kinds.identityOf(world, kind), identities.get(kind.pod), 'the same processes, started once');
      if (kind.isSilent !== true) await kinds.countsOn(world, kind.pod);
    };

    for (const { kind, skip } of machine.kinds) if (skip !== false) test(kind.title, { skip }, () => undefined);

    test('at rest', { timeout: 180_000, concurrency: true }, async (t) => {
      await world.installation.kill();
      await world.installation.start({}, machine.within);
      await allOf(t, async (kind) => {
        await isAdopted(kind);
        await kind.goesOn?.(world);
      });
    });

    for (const point of POINTS) {
      test(`at ${point}`, { timeout: 180_000, concurrency: true }, async (t) => {
        const { installation } = world;
        await installation.kill();
        const nth = point.startsWith('sql.') ? COMMITS_BEFORE : 1;
        // The commits of a start may be enough.
        await installation.start({ SLIPWAY_CRASH_AT: `${point}:${nth}` }, machine.within).catch(() => undefined);
        const triggers = await trigger(world, point.replaceAll('.', '-'));
        await until(`${point} to be passed`, () => !installation.isRunning, { timeoutMs: 60_000 });
        assert.equal(installation.signal, 'SIGKILL');
        await installation.start({}, machine.within);
        await allOf(t, isAdopted);
        for (const name of triggers) await endedOnce(world, name);
      });
    }

    test('exit codes and logs are those of the processes', { timeout: 180_000, concurrency: true }, async (t) => {
      await allOf(t, async (kind) => {
        await kind.goesOn?.(world);
        if (kind.isSilent !== true) await kinds.countOf(world.installation, kind.pod);
        assert.equal(await kinds.exitOf(world, kind), kinds.EXIT_CODE);
      });
    });
  });
}

/** Short Pods until the server is gone; the names of those that it has taken. */
async function trigger(world: kinds.LastingPods, point: string): Promise<readonly string[]> {
  const { installation } = world;
  const names: string[] = [];
  for (let count = 0; count < TRIGGERS_MAX && installation.isRunning; count++) {
    const name = `short-${point}-${count}`;
    if (await installation.request('POST', PODS, kinds.shortPod(world, name)).then(() => true, () => false)) names.push(name);
    await until('the kill, or the next Pod', () => !installation.isRunning, { timeoutMs: 300 }).catch(() => undefined);
  }
  return names;
}

/** Of the machine, when it was looked for. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function endedOnce({ installation, signs }: kinds.LastingPods, name: string): Promise<void> {
  const exitCode = await until(`${name} to end`, async () => (await kinds.readPod(installation, name)).status.containerStatuses?.[0]?.state.terminated?.exitCode, { timeoutMs: 60_000 });
  assert.equal(exitCode, 3, name);
  assert.equal(readFileSync(join(signs, name), 'utf8'), 'ran\n', `${name} ran once`);
}
