// npm run soak [-- OPTION …]: runs, watches, uploads, logs, objects and clients that go away on a server of its own, then a full disk (as
// root). Prints what the server holds; exit code 1 when memory or descriptors grow, its loop is late, something fails, or the disk is not survived.
//   --minutes N      how long (60)
//   --every SECONDS  between two lines (60)
//   --without-disk   leaves the full disk out
// Example: npm run soak -- --minutes 5 --every 20
import { parseArgs } from 'node:util';
import { availableParallelism } from 'node:os';
import { formatSize, systemClock } from '../../src/base/mod.ts';
import { Installation } from '../../sim/installation.ts';
import { readCount } from '../../tools/read-count.ts';
import { fillDisk } from './full-disk.ts';
import { complainOfGrowth } from './growth.ts';
import { applyLoads } from './loads.ts';
import { delayOver, delayText, takeSample, type Sample, type Stretch } from './sample.ts';

const MIB = 1024 * 1024;
const DELAY_MS_MAX = 20;
/** With more of it the machine is busy with others, and the loop is late because of them. The own steps of this load take 7% on two cores. */
const WAITED_SHARE_MAX = 0.15;
/** Of the time of all processors; on a virtual machine others can take it, and every late timer of such minutes may be theirs. */
const STOLEN_SHARE_MAX = 0.02;

const { values } = parseArgs({ options: { minutes: { type: 'string' }, every: { type: 'string' }, 'without-disk': { type: 'boolean' } } });
const minutes = readCount('--minutes', values.minutes, 60);
const everyMs = 1000 * readCount('--every', values.every, 60);
const complaints: string[] = [];
await soak();
if (values['without-disk'] !== true) await tryDisk();
for (const complaint of complaints) console.log(`✗ ${complaint}`);
console.log(complaints.length === 0 ? 'soak: all is flat' : `soak: ${complaints.length} complaints`);
process.exit(complaints.length === 0 ? 0 : 1);

async function soak(): Promise<void> {
  const installation = new Installation();
  await installation.start();
  const over = new AbortController();
  const [counts, faults, samples] = [new Map<string, number>(), [] as string[], [] as Sample[]];
  const loads = applyLoads({ installation, signal: over.signal, counts, faults });
  try {
    let before = await takeSample(installation);
    samples.push(before);
    for (const endMs = performance.now() + minutes * 60_000; performance.now() < endMs; ) {
      await systemClock.sleep(everyMs);
      const sample = await takeSample(installation);
      samples.push(sample);
      report(before, sample, counts, faults.length);
      before = sample;
    }
  } finally {
    over.abort();
    await loads;
    judge(samples, faults, installation.output);
    await installation.remove();
  }
}

function report(before: Sample, sample: Sample, counts: ReadonlyMap<string, number>, faultCount: number): void {
  const done = [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
  const server = `server ${formatSize(sample.memoryBytes)}, ${sample.descriptorCount} descriptors`;
  const supervisor = `supervisor ${formatSize(sample.supervisorMemoryBytes)}, ${sample.supervisorDescriptorCount}`;
  console.log(`${server}; ${supervisor}; ${latenessText({ before, after: sample })}; ${done}; ${faultCount} faults`);
}

function latenessText(stretch: Stretch): string {
  const [waited, stolen] = [waitedShare(stretch), stolenShare(stretch)].map((share) => `${Math.round(100 * share)}%`);
  const disturbance = isDisturbed(stretch) ? ` (no processor for ${waited} of the time, the hypervisor took ${stolen})` : '';
  return `loop p99.9 ${delayText(delayOver([stretch]))}${disturbance}`;
}

function waitedShare({ before, after }: Stretch): number {
  return (after.waitedMs - before.waitedMs) / (after.takenAtMs - before.takenAtMs);
}

function stolenShare({ before, after }: Stretch): number {
  return (after.stolenMs - before.stolenMs) / (after.takenAtMs - before.takenAtMs) / availableParallelism();
}

function isDisturbed(stretch: Stretch): boolean {
  return waitedShare(stretch) > WAITED_SHARE_MAX || stolenShare(stretch) > STOLEN_SHARE_MAX;
}

/** All of it has to hold, or else all stretches together in which the machine was not taken by others, if they are the larger part. */
function judgeLateness(samples: readonly Sample[]): void {
  const stretches = samples.slice(1).map((after, index) => ({ before: samples[index]!, after }));
  const whole = { before: samples[0]!, after: samples.at(-1)! };
  const calm = stretches.filter((stretch) => !isDisturbed(stretch));
  console.log(`all of it: ${latenessText(whole)}; the ${calm.length} of ${stretches.length} stretches that were ours: p99.9 ${delayText(delayOver(calm))}`);
  if (delayOver([whole]) <= DELAY_MS_MAX) return;
  if (2 * calm.length < stretches.length) console.log('the loop is not judged: most of the time others had the machine');
  else if (delayOver(calm) > DELAY_MS_MAX) complaints.push('the loop is late on a machine that is not busy');
}

function judge(samples: readonly Sample[], faults: readonly string[], output: string): void {
  if (samples.length > 1) judgeLateness(samples);
  const checks = [
    complainOfGrowth('memory of the server', samples.map(({ memoryBytes }) => memoryBytes), { ratioMax: 1.1, differenceMax: 24 * MIB }),
    complainOfGrowth('number of descriptors of the server', samples.map(({ descriptorCount }) => descriptorCount), { ratioMax: 1.1, differenceMax: 20 }),
    complainOfGrowth('memory of the supervisor', samples.map(({ supervisorMemoryBytes }) => supervisorMemoryBytes), { ratioMax: 1.1, differenceMax: 8 * MIB }),
    complainOfGrowth('number of descriptors of the supervisor', samples.map(({ supervisorDescriptorCount }) => supervisorDescriptorCount), { ratioMax: 1.1, differenceMax: 20 }),
  ];
  complaints.push(...checks.filter((complaint) => complaint !== undefined), ...faults.slice(0, 5));
  if (/"level":[56]0|request failed/.test(output)) complaints.push(`the server found a fault in itself: ${/^.*("level":[56]0|request failed).*$/m.exec(output)?.[0].slice(0, 400)}`);
}

async function tryDisk(): Promise<void> {
  try {
    const seen = await fillDisk();
    console.log(seen === undefined ? 'full disk: not tried, for a file system can not be mounted here (root?)' : `full disk: ${seen}`);
  } catch (error) {
    complaints.push(`full disk: ${error instanceof Error ? error.message : String(error)}`);
  }
}
