// npm run fuzz [-- OPTION …]: changed inputs at every entrance. Prints a line for each; exit code 1 when an input crashed it, took longer
// than a second, or failed in a way that nobody expected.
//   --inputs N       at each entrance (10,000)
//   --minutes M      for all of them at most (60)
//   --seed S         replays (by the time of day)
//   --entrance NAME  only this one
//   --from I         the first input; with --inputs 1 one is tried again
//   --keep           adds what was found to the corpus, which npm test replays
// Example: npm run fuzz -- --inputs 84000 --seed 71 --minutes 80
import { parseArgs } from 'node:util';
import { Failure } from '../../src/base/mod.ts';
import { readCount } from '../../tools/read-count.ts';
import { fuzz, keepInput, type Finding } from './campaign.ts';
import { ENTRANCES } from './entrances.ts';

const { values } = parseArgs({
  options: { inputs: { type: 'string' }, seed: { type: 'string' }, entrance: { type: 'string' }, minutes: { type: 'string' }, from: { type: 'string' }, keep: { type: 'boolean' } },
});
const count = readCount('--inputs', values.inputs, 10_000);
const seed = readCount('--seed', values.seed, Date.now() % 1_000_000, 0);
const from = readCount('--from', values.from, 0, 0);
const entrances = ENTRANCES.filter(({ name }) => values.entrance === undefined || name === values.entrance);
if (entrances.length === 0) throw new Failure('Usage', `there is no entrance "${values.entrance}"; there are: ${ENTRANCES.map(({ name }) => name).join(', ')}`);

console.log(`fuzz: ${count} inputs at ${entrances.length} entrances, seed ${seed} (replay with: npm run fuzz -- --seed ${seed} --inputs ${count})`);
const secondsMax = (60 * readCount('--minutes', values.minutes, 60)) / entrances.length;
const findings: Finding[] = [];
let total = 0;
for (const entrance of entrances) {
  const report = await fuzz(entrance, { seed, from, count, secondsMax });
  total += report.inputCount;
  findings.push(...report.findings);
  const [rate, busyRate] = [report.seconds, report.busySeconds].map((seconds) => String(Math.round(report.inputCount / seconds)).padStart(6));
  const taken = Math.round((100 * report.takenCount) / report.inputCount);
  console.log(`${entrance.name.padEnd(16)} ${String(report.inputCount).padStart(8)} inputs  ${rate}/s (${busyRate} per second of processor time)  ${String(taken).padStart(3)}% taken  ${report.findings.length} findings`);
}
for (const { entrance, number, what, input } of findings) {
  console.log(`\n${entrance} input ${number ?? 'of the corpus'} (npm run fuzz -- --entrance ${entrance} --seed ${seed} --from ${number ?? 0} --inputs 1)`);
  console.log(`  ${what.split('\n').slice(0, 8).join('\n  ')}`);
  console.log(`  input: ${JSON.stringify(input.toString('latin1').slice(0, 600))}`);
  if (values.keep === true && number !== undefined) console.log(`  kept as ${keepInput(entrance, input)}`);
}
console.log(`\n${total} inputs, ${findings.length} findings`);
process.exit(findings.length === 0 ? 0 : 1);
