import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { until } from '../../base/mod.ts';
import { runProgram, startFixture, type SupervisorFixture } from './supervisor-fixture.ts';

const MIB = 2 ** 20;
/** Grows a little at a time, so that a watcher has the time to see it; ends by itself at four times its limit. */
const HOG = 'import time\nkept = []\nprint("eats", flush=True)\nfor _ in range(60):\n    kept.append(bytearray(b"x" * (4 << 20)))\n    time.sleep(0.05)\nprint("ate", flush=True)\n';
/** Bounded, should no limit hold: five hundred at most, which end soon. It stays until a watcher, who looks twice a second, has seen it. */
const FORK_BOMB = 'import os, time\nfor _ in range(500):\n    try:\n        if os.fork() == 0:\n            time.sleep(20)\n            os._exit(0)\n    except OSError:\n        time.sleep(0.1)\ntime.sleep(20)\n';

function python(fixture: SupervisorFixture, source: string) {
  return { kind: 'exec', argv: [fixture.options.python, '-c', source], env: { PATH: '/usr/bin:/bin' }, cwd: '/' } as const;
}

for (const areGroupsWanted of [true, false]) {
  describe(areGroupsWanted ? 'limits by control groups, where there are' : 'limits by watching', () => {
    test('a container that takes too much memory is killed, and its exit says so; its neighbour goes on', async (t) => {
      const fixture = await startFixture(t, { areGroupsWanted });
      const neighbour = fixture.request(fixture.shell('sleep 60'));
      await fixture.supervisor.startContainer(neighbour);
      const { exit, stdout } = await fixture.run(python(fixture, HOG), { limits: { memoryBytes: 60 * MIB } });
      assert.equal(stdout(), 'eats\n');
      assert.deepEqual([exit.code, exit.signal, exit.overLimit], [null, 9, 'memory']);
      const within = await fixture.run(python(fixture, 'kept = bytearray(b"x" * (4 << 20))'), { limits: { memoryBytes: 60 * MIB } });
      assert.deepEqual([within.exit.code, within.exit.overLimit], [0, undefined]);
      const { containers } = await fixture.supervisor.list();
      assert.equal(containers.find(({ id }) => id === neighbour.id)?.state, 'running');
    });

    test('a container that forks without end does not take the processes of others', async (t) => {
      const fixture = await startFixture(t, { areGroupsWanted });
      const bomb = fixture.request(python(fixture, FORK_BOMB), { limits: { processCountMax: 40 } });
      const started = await fixture.supervisor.startContainer(bomb);
      if (fixture.supervisor.hello.limits?.mode === 'none') {
        const { exit } = await fixture.ended(bomb, started);
        assert.equal(exit.overLimit, 'processes');
      } else {
        const { containers } = await until('the processes of the bomb', async () => {
          const stats = await fixture.supervisor.stats();
          return stats.containers.some(({ processCount }) => processCount >= 40) ? stats : undefined;
        }, { timeoutMs: 30_000 });
        // Init is not one of them.
        assert.ok(containers[0]!.processCount <= 41);
      }
      assert.equal((await fixture.run(fixture.shell('sh -c "echo I can"'))).stdout(), 'I can\n');
      await fixture.supervisor.killContainer(bomb.id);
    });
  });
}

test('control groups have the limits of processors, are joined by commands that enter, and go with the container', async (t) => {
  const fixture = await startFixture(t);
  const { limits } = fixture.supervisor.hello;
  if (limits?.mode === 'none') return t.skip(`no control groups: ${limits.reason}`);
  const request = fixture.request(fixture.shell('sleep 60'), { limits: { memoryBytes: 60 * MIB, cpuMilli: 500, processCountMax: 10 } });
  await fixture.supervisor.startContainer(request);
  const { controlGroups: groups = [] } = await fixture.supervisor.entrance(request.id);
  const read = async (file: string) => (await Promise.all(groups.map((group) => readFile(`${group}/${file}`, 'utf8').catch(() => '')))).join('').trim();
  const expected = limits?.mode === 'v2' ? { 'memory.max': '62914560', 'cpu.max': '50000 100000' } : { 'memory.limit_in_bytes': '62914560', 'cpu.cfs_quota_us': '50000' };
  for (const [file, text] of Object.entries(expected)) if (!file.startsWith('cpu') || limits?.controllers.includes('cpu')) assert.equal(await read(file), text, file);
  await fixture.supervisor.killContainer(request.id);
  await fixture.exitOf(request.id);
  assert.equal(await read('cgroup.procs'), '');
  await until('the end of the groups', async () => (await read('pids.max')) === '');
});

test('a group that was joined beforehand gets the limits of its container, also those that were not expected', async (t) => {
  const fixture = await startFixture(t);
  const { limits } = fixture.supervisor.hello;
  if (limits?.mode === 'none') return t.skip(`no control groups: ${limits.reason}`);
  for (const wanted of [{ processCountMax: 7 }, { processCountMax: 8 }, { processCountMax: 9, memoryBytes: 70 * MIB }, { processCountMax: 10, memoryBytes: 80 * MIB }, {}]) {
    const request = fixture.request(fixture.shell('sleep 60'), { limits: wanted });
    const { pid } = await fixture.supervisor.startContainer(request);
    const { controlGroups: groups = [] } = await fixture.supervisor.entrance(request.id);
    const read = async (...files: string[]) => (await Promise.all(groups.flatMap((group) => files.map((file) => readFile(`${group}/${file}`, 'utf8').catch(() => ''))))).join('').trim();
    if ('processCountMax' in wanted) assert.equal(await read('pids.max'), String(wanted.processCountMax));
    if ('memoryBytes' in wanted) assert.equal(await read('memory.limit_in_bytes', 'memory.max'), String(wanted.memoryBytes));
    for (const group of groups) assert.match(await readFile(`${group}/cgroup.procs`, 'utf8'), new RegExp(`^${pid}$`, 'm'));
    await fixture.supervisor.killContainer(request.id);
  }
});

/** A tree of files in place of the kernel's, for machines whose kernel has version 1: what is chosen, and what is written there. */
test('control groups of version 2 are made in the nearest place whose children have the controllers', async (t) => {
  const fixture = await startFixture(t);
  const root = `${fixture.dataDir}/machine/`;
  const group = `${root}sys/fs/cgroup/user.slice/user@7.service`;
  await mkdir(`${group}/app.slice/terminal.scope`, { recursive: true });
  await mkdir(`${root}proc/self`, { recursive: true });
  await writeFile(`${root}proc/self/mountinfo`, '31 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n');
  await writeFile(`${root}proc/self/cgroup`, '0::/user.slice/user@7.service/app.slice/terminal.scope\n');
  await writeFile(`${group}/cgroup.subtree_control`, 'cpu memory pids\n');
  await writeFile(`${group}/app.slice/cgroup.subtree_control`, '\n');
  const script = `import sys; sys.path.insert(0, sys.argv[1])
from slipway_supervisor.cgroups import choose_cgroups
from slipway_supervisor.memberships import Memberships
chosen = choose_cgroups(sys.argv[2])
print(chosen.mode, *chosen.controllers)
group = chosen.name_group({})
main = Memberships(group.paths)
main.expect()
main.take(chosen.settings(group, {'memoryBytes': 1048576, 'processCountMax': 9, 'cpuMilli': 1500}))
print(*main.paths)`;
  const { stdout } = await runProgram(fixture.options.python, ['-c', script, import.meta.dirname, root]);
  const [mode, path = ''] = stdout.trim().split('\n');
  assert.equal(mode, 'v2 cpu memory pids');
  assert.ok(path.startsWith(`${group}/slipway-`), path);
  const written = Object.fromEntries(await Promise.all((await readdir(path)).map(async (name) => [name, await readFile(`${path}/${name}`, 'utf8')] as const)));
  assert.deepEqual(written, { 'cgroup.procs': '0', 'memory.max': '1048576', 'memory.swap.max': '0', 'memory.oom.group': '1', 'pids.max': '9', 'cpu.max': '150000 100000' });
});
