// npm run conformance:pods [-- --column COLUMN [WORDS]]: writes docs/reference/pods.md: every feature of Pods as processes, as processes without
// root, and as containers, by running it.
//   --column COLUMN [WORDS]  runs one column (process or container) alone, or only its rows with these words in their names, and prints its results
// Example: npm run conformance:pods -- --column process subPath
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describeError, systemClock } from '../../../base/mod.ts';
import { startPodman } from '../../containers/testing/podman-world.ts';
import { PASSWORD, startRegistry } from '../../containers/testing/registry.ts';
import { NodeWorld } from '../node-world.ts';
import type { Feature } from './feature.ts';
import { AREAS } from './features.ts';
import { Lab, type LabImages } from './lab.ts';
import { podsReference, type Column, type Results } from './table.ts';

const NOBODY = 65_534;
const AT_ONCE_MAX = 4;
/** An engine on a busy machine does not answer at once. */
const WARM_UP_TRIES = 5;
const WARM_UP_PAUSE_MS = 6_000;

async function runColumn(kind: string, words: string): Promise<Results | string> {
  if (kind === 'process') return runAll(await new NodeWorld().start(), { image: 'busybox', otherImage: 'alpine' }, words);
  const podman = await startPodman();
  if (typeof podman === 'string') return podman;
  const registry = await startRegistry(podman);
  try {
    if (typeof registry === 'string') return registry;
    const otherImage = podman.image.replace(/:1$/, ':2');
    await podman.podman('tag', podman.image, otherImage);
    const locked = { host: registry.locked, image: `${registry.locked}/team/app:1`, auth: PASSWORD };
    return await runAll(await new NodeWorld({ containerEngine: podman.socket }).start(), { image: podman.image, otherImage, locked, borrowed: '/usr' }, words);
  } finally {
    if (typeof registry !== 'string') registry.close();
    await podman.close();
  }
}

/** The last one restarts the server, so it is alone. */
async function runAll(world: NodeWorld, images: LabImages, words: string): Promise<Results> {
  const lab = new Lab(world, images);
  await warmUp(lab);
  const results: Record<string, string> = {};
  const features = AREAS.flatMap((area) => area.features).filter(({ name }) => name.includes(words));
  const waiting = features.slice(0, -1);
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results[next.name] = await outcomeOf(next, lab);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE_MAX }, worker));
    const last = features.at(-1);
    if (last !== undefined) results[last.name] = await outcomeOf(last, lab);
  } finally {
    await world.close();
  }
  return results;
}

async function warmUp(lab: Lab): Promise<void> {
  for (let attempt = 1; attempt <= WARM_UP_TRIES; attempt++) {
    await lab.start(`warm-${attempt}`, 'true');
    if ((await lab.world.ended(`warm-${attempt}`)).status?.['phase'] === 'Succeeded') return;
    await systemClock.sleep(WARM_UP_PAUSE_MS);
  }
}

/** '' when it holds. */
async function outcomeOf({ name, check, note }: Feature, lab: Lab): Promise<string> {
  try {
    await check(lab);
    process.stderr.write(`✓ ${name}\n`);
    return '';
  } catch (error) {
    const sentence = describeError(error).split('\n')[0]!;
    process.stderr.write(`✗ ${name}: ${describeError(error)}\n`);
    return note ?? sentence;
  }
}

/** In a process of its own, as another user when wanted. */
async function columnOf(kind: string, user?: number): Promise<Column> {
  const environment = user === undefined ? process.env : { ...process.env, HOME: '/tmp' };
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--column', kind], { stdio: ['ignore', 'pipe', 'inherit'], env: environment, ...(user === undefined ? {} : { uid: user, gid: user }) });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return code === 0 ? (JSON.parse(text) as Column) : { missing: 'it could not be run' };
}

const [, , , wanted, words = ''] = process.argv;
if (process.argv[2] === '--column' && wanted !== undefined) {
  const results = await runColumn(wanted, words);
  process.stdout.write(JSON.stringify(typeof results === 'string' ? { missing: results } : { results }));
} else {
  const isRoot = process.geteuid?.() === 0;
  const asRoot = isRoot ? await columnOf('process') : { missing: 'this page was written without root' };
  const columns = { process: asRoot, 'process without root': await columnOf('process', isRoot ? NOBODY : undefined), container: await columnOf('container') };
  writeFileSync(join(import.meta.dirname, '../../../../docs/reference/pods.md'), podsReference(AREAS, columns));
}
