// What the node itself adds to a step: from the creation of its Pod to its result and to its last status. One after the
// other, so nothing overlaps; the API server is in memory.
//   node src/node/node.bench.ts [count]
import { performance } from 'node:perf_hooks';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { machineUv } from './environments/testing/machine.ts';
import { NodeWorld } from './testing/node-world.ts';
import { stepDocument } from './testing/step-document.ts';
import { makeWheel } from './testing/wheel.ts';
import type { JsonObject } from '../base/mod.ts';

const COUNT_DEFAULT = 100;
const EXECUTOR = "if __name__ == '__main__':\n    open('/tmp/outputs/text', 'w').write('done')\n";
const IMAGE = 'bench/kfp';

const count = Number(process.argv[2] ?? COUNT_DEFAULT);
const root = await mkdtemp(join(tmpdir(), 'slipway-node-bench-'));
const wheels = join(root, 'wheels');
await makeWheel(wheels, 'kfp', '2.99.0', { files: { 'kfp.py': '', 'kfp/__init__.py': '', 'kfp/dsl/__init__.py': '', 'kfp/dsl/executor_main.py': EXECUTOR } });
await machineUv(join(root, 'tools'));

const told = new Map<string, () => void>();
const world = await new NodeWorld({
  variables: { PIP_FIND_LINKS: wheels },
  async onReport({ taskId }) {
    told.get(taskId)?.();
  },
}).start();
try {
  await writeFile(world.recipesFile, stringify({ recipes: [{ image: IMAGE, interpreter: 'python3', packages: ['kfp==2.99.0'] }] }));
  const shell = { image: 'busybox', command: ['sh', '-c', 'echo -n done > /tmp/outputs/text'] };
  const python = { image: IMAGE, command: ['python3', '-m', 'kfp.dsl.executor_main'] };
  await measure('busybox', shell);
  await measure('forked Python', python);
} finally {
  await world.close();
  await rm(root, { recursive: true, force: true });
}

async function measure(what: string, container: JsonObject): Promise<void> {
  for (let index = 0; index < 10; index++) await runStep(`warm-up-${container['image'] === IMAGE ? 'p' : 's'}-${index}`, container);
  const results: number[] = [];
  const ends: number[] = [];
  const startMs = performance.now();
  const { user, system } = process.cpuUsage();
  for (let index = 0; index < count; index++) {
    const { resultMs, endMs } = await runStep(`${container['image'] === IMAGE ? 'python' : 'shell'}-${index}`, container);
    results.push(resultMs);
    ends.push(endMs);
  }
  const cpu = process.cpuUsage({ user, system });
  const perStepCpu = (cpu.user + cpu.system) / 1000 / count;
  console.log(
    `${what}: ${((performance.now() - startMs) / count).toFixed(1)} ms a step; to the result ${quantiles(results)}; to Succeeded ${quantiles(ends)}; ` +
      `server CPU ${perStepCpu.toFixed(1)} ms a step`,
  );
}

async function runStep(name: string, container: JsonObject): Promise<{ resultMs: number; endMs: number }> {
  const startMs = performance.now();
  let resultMs = 0;
  const result = new Promise<void>((resolve) => {
    told.set(name, () => {
      resultMs = performance.now() - startMs;
      resolve();
    });
  });
  const ended = world.endSeen(name);
  await world.step(name, '', { ...stepDocument(name), outputArtifacts: [] }, container);
  await result;
  await ended;
  told.delete(name);
  return { resultMs, endMs: performance.now() - startMs };
}

function quantiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(1);
  return `p50 ${at(0.5)} p95 ${at(0.95)} ms`;
}
