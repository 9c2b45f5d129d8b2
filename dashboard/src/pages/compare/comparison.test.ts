import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, RunWithTasks } from '../../api/messages.ts';
import { axesOf, comparisonOf } from './comparison.ts';

function run(parameters: Record<string, Json>, accuracy: number | undefined): RunWithTasks {
  const artifact = { artifact_id: 'a', type: 'Metric', metadata: { accuracy: accuracy ?? 0 } };
  const score = { type: 'RUNTIME' as const, scope_path: 'root.score', outputs: { artifacts: [{ artifact_key: 'metrics', artifacts: [artifact] }] } };
  return { runtime_config: { parameters }, tasks: accuracy === undefined ? [] : [score] };
}

test('what differs is told from what does not, and what a run lacks is left open', () => {
  const { parameters, metrics } = comparisonOf([run({ rate: 0.1, mode: 'fast' }, 0.9), run({ rate: 0.2, mode: 'fast' }, undefined)]);
  assert.deepEqual(parameters, [
    { name: 'rate', values: [0.1, 0.2], isDifferent: true },
    { name: 'mode', values: ['fast', 'fast'], isDifferent: false },
  ]);
  assert.deepEqual(metrics, [{ name: 'score · metrics · accuracy', values: [0.9, undefined], isDifferent: true }]);
});

test('axes are the numbers that differ', () => {
  const rows = comparisonOf([run({ rate: 1, epochs: 3 }, 0.5), run({ rate: 3, epochs: 3 }, 0.7), run({ rate: 2, epochs: 3 }, 0.6)]);
  const axes = axesOf([...rows.parameters, ...rows.metrics]);
  assert.deepEqual(axes.map(({ name }) => name), ['rate', 'score · metrics · accuracy']);
  assert.deepEqual(axes[0]?.places, [0, 1, 0.5]);
});
