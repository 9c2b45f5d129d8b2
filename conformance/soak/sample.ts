// What the server and its supervisor hold, and how late the loop is.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../../sim/installation.ts';

/** Of /proc/stat. */
const MS_PER_TICK = 10;

export interface Sample {
  readonly takenAtMs: number;
  readonly memoryBytes: number;
  readonly descriptorCount: number;
  readonly supervisorMemoryBytes: number;
  readonly supervisorDescriptorCount: number;
  /** By upper bound in seconds, cumulative, since the start. */
  readonly loopDelays: ReadonlyMap<number, number>;
  /** How long the server's main thread was ready to run and had no processor, since the start. */
  readonly waitedMs: number;
  /** What the hypervisor gave to others while this machine's processors had work, of all together, since the boot. */
  readonly stolenMs: number;
}

export async function takeSample({ url, pid, dataDir }: Installation): Promise<Sample> {
  const supervisor = (JSON.parse(readFileSync(join(dataDir, 'supervisor', 'supervisor.json'), 'utf8')) as { pid: number }).pid;
  return {
    takenAtMs: performance.now(),
    memoryBytes: memoryOf(pid!),
    descriptorCount: descriptorsOf(pid!),
    supervisorMemoryBytes: memoryOf(supervisor),
    supervisorDescriptorCount: descriptorsOf(supervisor),
    loopDelays: parseDelays(await (await fetch(`${url}/metrics`)).text()),
    waitedMs: Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6,
    stolenMs: Number(readFileSync('/proc/stat', 'utf8').split(/\s+/)[8]) * MS_PER_TICK,
  };
}

function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function parseDelays(metrics: string): ReadonlyMap<number, number> {
  const found = metrics.matchAll(/^slipway_loop_delay_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm);
  return new Map([...found].map(([, bound, count]) => [bound === '+Inf' ? Infinity : Number(bound), Number(count)]));
}

/** The largest bucket is open: more than a second. */
export function delayText(delayMs: number): string {
  return delayMs === Infinity ? '> 1000 ms' : `≤ ${delayMs} ms`;
}

export interface Stretch {
  readonly before: Sample;
  readonly after: Sample;
}

/** Upper bound in milliseconds of the delay that 99.9% of the timers of these stretches stayed below. */
export function delayOver(stretches: readonly Stretch[]): number {
  const bounds = [...(stretches[0]?.after.loopDelays.keys() ?? [])];
  const counts = bounds.map((bound) => [bound, stretches.reduce((sum, { before, after }) => sum + (after.loopDelays.get(bound) ?? 0) - (before.loopDelays.get(bound) ?? 0), 0)] as const);
  const total = counts.at(-1)?.[1] ?? 0;
  return 1000 * (counts.find(([, count]) => count >= 0.999 * total)?.[0] ?? 0);
}
