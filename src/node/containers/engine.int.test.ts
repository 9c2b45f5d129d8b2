// The engine is found, started where it need not run all the time, and found again.
import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silentLog, systemClock } from '../../base/mod.ts';
import { EngineFinder } from './engine.ts';
import { podmanSocketPath } from './podman-service.ts';
import { startPodman } from './testing/podman-world.ts';

const podman = await startPodman();
const problem = typeof podman === 'string' ? podman : await serviceOfSystem();
const skip = problem ?? false;
const directory = typeof podman === 'string' ? '' : join(podman.directory, 'own');
after(async () => {
  if (typeof podman !== 'string') await podman.close();
});

async function serviceOfSystem(): Promise<string | undefined> {
  const isThere = await access('/run/podman/podman.sock').then(() => true, () => false);
  return isThere ? 'this machine runs a podman service, which would be found first' : undefined;
}

function finder(setting: string): EngineFinder {
  assert.ok(typeof podman !== 'string');
  const { CONTAINER_HOST: _, DOCKER_HOST: __, XDG_RUNTIME_DIR: ___, ...variables } = podman.variables as Record<string, string>;
  return new EngineFinder({ setting, variables, directory, clock: systemClock, log: silentLog });
}

test('podman that nobody has started is started, is found by the next server, and started anew when it has ended', { skip }, async (t) => {
  assert.ok(typeof podman !== 'string');
  const first = finder('auto');
  const engine = await first.need();
  t.after(() => podman.stopOwn(directory));
  assert.deepEqual([engine.kind, engine.canWriteLogs], ['podman', true]);
  assert.match(engine.version, /^\d+\.\d+/);
  const services = async () => podman.servicesIn(directory);
  const [pid] = await services();
  await finder('auto').need();
  assert.deepEqual(await services(), [pid]);
  await podman.stopOwn(directory);
  assert.ok(Array.isArray(await first.api.call('GET', '/containers/json')));
  assert.notDeepEqual(await services(), [pid]);
});

test('none is used when it is switched off, or does not answer', { skip }, async () => {
  assert.equal(await finder('off').find(), undefined);
  await assert.rejects(finder(podmanSocketPath(join(directory, 'nowhere'))).need(), { reason: 'EngineUnavailable' });
});
