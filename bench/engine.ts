// npm run bench -- engine [loop pandas scale cached chain artifacts timeline]: the engine's figures, all of them unless some are named.
// Example: npm run bench -- engine chain cached
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../src/base/mod.ts';
import { ensureKfpSdk } from '../src/main/mod.ts';
import { MeasuredServer } from './engine/measured-server.ts';
import { measureArtifacts, measureCached, measureChain, measureLoop, measureScale, type Bench, type Figure } from './engine/sections.ts';
import { measureTimeline } from './engine/timeline.ts';

const PIPELINES = fileURLToPath(new URL('./engine/pipelines.py', import.meta.url));
const SECTIONS: Readonly<Record<string, (bench: Bench) => Promise<readonly Figure[]>>> = {
  chain: measureChain,
  cached: measureCached,
  timeline: measureTimeline,
  loop: (bench) => measureLoop(bench, false),
  pandas: (bench) => measureLoop(bench, true),
  artifacts: measureArtifacts,
  scale: measureScale,
};

export async function run(args: readonly string[]): Promise<void> {
  const unknown = args.filter((name) => !Object.hasOwn(SECTIONS, name));
  if (unknown.length > 0) throw new Failure('Usage', `there is no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}`);
  const { python } = await ensureKfpSdk({ onProgress: (sentence) => console.log(sentence) });
  const pipelines = mkdtempSync(join(tmpdir(), 'slipway-engine-bench-'));
  execFileSync(python, [PIPELINES, pipelines]);
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Linux ${release()}, Node ${process.version}\n`);
  try {
    for (const [name, measure] of Object.entries(SECTIONS)) {
      if (args.length > 0 && !args.includes(name)) continue;
      const server = new MeasuredServer();
      try {
        await server.start();
        print(await measure({ python, pipelines, server }));
      } finally {
        await server.remove();
      }
    }
  } finally {
    rmSync(pipelines, { recursive: true });
  }
}

function print(figures: readonly Figure[]): void {
  for (const { name, value, goal } of figures) console.log(`| ${name} | ${value} | ${goal} |`);
  console.log(`(load ${loadavg()[0]!.toFixed(0)})`);
}
