// The whole corpus at every entrance, and a few changed inputs: what a campaign once found stays mended. `npm run fuzz` is the
// campaign.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './campaign.ts';
import { ENTRANCES } from './entrances.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';

const INPUT_COUNT = 40;
const SECONDS_MAX = 5;
const SEED = Number(process.env['SLIPWAY_SEED'] ?? 1);

for (const entrance of ENTRANCES) {
  test(`${entrance.name}: the corpus and ${INPUT_COUNT} inputs made of it (SLIPWAY_SEED=${SEED})`, { timeout: 120_000 }, async () => {
    const { findings, takenCount } = await fuzz(entrance, { seed: SEED, from: 0, count: INPUT_COUNT, secondsMax: SECONDS_MAX });
    assert.deepEqual(findings.map(({ number, what, input }) => ({ number, what, input: input.toString('latin1').slice(0, 300) })), []);
    assert.ok(takenCount > 0, 'nothing was taken: the corpus no longer fits');
  });
}

test('what nobody expects is a finding: thrown or slow', { timeout: 60_000 }, async () => {
  const behaviours: Record<string, () => unknown> = {
    thrown: () => {
      throw new TypeError('x is undefined');
    },
    slow: () => Array.from({ length: 300_000 }, (_, index) => index).sort((a, b) => b - a),
  };
  for (const [name, behave] of Object.entries(behaviours)) {
    const open = () => Promise.resolve({ attempt: async () => (behave(), 'taken' as const), close: () => Promise.resolve() });
    const { findings } = await fuzz({ name: 'path', words: ['x'], open }, { seed: 1, from: 0, count: 0, secondsMax: 60, inputMsMax: 1 });
    assert.ok(findings.length > 0, `${name} was not noticed`);
  }
});

test('an input follows from seed and number alone', () => {
  const [entrance] = ENTRANCES;
  const corpus = [Buffer.from('{"a":{"b":[1,2,"three"]}}'), Buffer.from('plain text')];
  const inputs = (seed: number) => Array.from({ length: 50 }, (_, number) => mutate(entrance!, corpus, new Random(seed, number)).toString('latin1'));
  assert.deepEqual(inputs(1), inputs(1));
  assert.notDeepEqual(inputs(1), inputs(2));
  assert.ok(new Set(inputs(1)).size > 40);
});
