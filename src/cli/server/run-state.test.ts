import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEvent, outcomeOf, viewOf, type RunEvents } from './run-state.ts';

const RUN = { run_id: 'r1', display_name: 'iris', state: 'RUNNING', created_at: '2026-11-23T12:00:00Z', finished_at: '1970-01-01T00:00:00Z' };

function task(id: string, type: string, state: string, rest: object = {}): object {
  const { started_at, attempt, message, ...other } = rest as { started_at?: string; attempt?: number; message?: string };
  return {
    task_id: id,
    name: id,
    type,
    scope_path: id === 'root' ? 'root' : `root.${id}`,
    parent_task_id: 'root',
    status_metadata: { message, custom_properties: { state, started_at, attempt } },
    ...other,
  };
}

function play(...events: [type: string, body: object][]): RunEvents {
  let state: RunEvents | undefined;
  for (const [type, body] of events) state = applyEvent(state, { type, data: JSON.stringify(body) });
  assert.ok(state !== undefined);
  return state;
}

const ROOT = task('root', 'ROOT', 'RUNNING', { parent_task_id: '' });

test('a snapshot, then changes', () => {
  const state = play(
    ['snapshot', { run: RUN, tasks: [ROOT, task('load', 'RUNTIME', 'RUNNING', { started_at: '2026-11-23T12:00:01.500Z' })] }],
    ['task', task('load', 'RUNTIME', 'SUCCEEDED', { started_at: '2026-11-23T12:00:01.500Z', end_time: '2026-11-23T12:00:02Z', message: 'exit code 0' })],
    ['task', task('train', 'RUNTIME', 'WAITING', { attempt: 2, message: 'retry 2 of 5 in 8 s' })],
    ['task_deleted', { task_id: 'unknown' }],
    ['run', { ...RUN, state: 'FAILED', finished_at: '2026-11-23T12:00:09Z', state_message: 'train failed' }],
    ['something new', { task_id: 'load' }],
  );
  const startMs = Date.parse(RUN.created_at);
  assert.deepEqual(viewOf(state), {
    id: 'r1',
    name: 'iris',
    state: 'FAILED',
    message: 'train failed',
    createdAtMs: startMs,
    finishedAtMs: startMs + 9_000,
    steps: [
      { id: 'load', name: 'load', place: 'load', state: 'SUCCEEDED', message: '', attempt: 0, startedAtMs: startMs + 1_500, finishedAtMs: startMs + 2_000, lastLine: '' },
      { id: 'train', name: 'train', place: 'train', state: 'WAITING', message: 'retry 2 of 5 in 8 s', attempt: 2, lastLine: '' },
    ],
  });
});

test('groups are shown while they are empty, and name the iterations of what is in them', () => {
  const tasks = [
    ROOT,
    task('if', 'CONDITION', 'RUNNING'),
    task('report', 'RUNTIME', 'RUNNING', { parent_task_id: 'if' }),
    task('else', 'CONDITION', 'SKIPPED', { message: 'condition false: 1 > 2' }),
    task('unfolding', 'CONDITION', 'RUNNING'),
    task('later', 'LOOP', 'WAITING'),
    task('loop', 'LOOP', 'RUNNING'),
    task('i3', 'DAG', 'RUNNING', { name: 'loop', display_name: 'loop [3]', parent_task_id: 'loop', type_attributes: { iteration_index: '3' } }),
    task('inner', 'DAG', 'RUNNING', { parent_task_id: 'i3' }),
    task('fit', 'RUNTIME', 'RUNNING', { parent_task_id: 'inner', scope_path: 'root.loop[3].inner.fit' }),
  ];
  const { steps } = viewOf(play(['snapshot', { run: RUN, tasks }]));
  assert.deepEqual(steps.map(({ name }) => name), ['report', 'else', 'later', 'loop [3] › inner › fit']);
  assert.equal(steps.at(-1)?.place, 'loop[3].inner.fit');
});

test('steps stand in the order in which they began', () => {
  const at = (second: number) => `2026-11-23T12:00:0${second}Z`;
  const tasks = [
    ROOT,
    task('evaluate', 'RUNTIME', 'WAITING'),
    task('train', 'RUNTIME', 'RUNNING', { started_at: at(3) }),
    task('tune', 'RUNTIME', 'PENDING'),
    task('skipped', 'RUNTIME', 'SKIPPED', { end_time: at(2) }),
    task('load', 'RUNTIME', 'SUCCEEDED', { started_at: at(1), end_time: at(2) }),
  ];
  const names = viewOf(play(['snapshot', { run: RUN, tasks }])).steps.map(({ name }) => name);
  assert.deepEqual(names, ['load', 'skipped', 'train', 'tune', 'evaluate']);
});

test('events before the first snapshot are dropped', () => {
  assert.equal(applyEvent(undefined, { type: 'run', data: '{}' }), undefined);
});

test('a deleted run', () => {
  assert.equal(play(['snapshot', { run: RUN, tasks: [] }], ['deleted', { run_id: 'r1' }]).isDeleted, true);
});

test('what a run yields: its outputs and the metrics of its steps', () => {
  const metric = { type: 'Metric', metadata: { accuracy: 0.95, note: 'text' } };
  const state = play([
    'snapshot',
    {
      run: RUN,
      tasks: [
        { ...ROOT, outputs: { parameters: [{ parameter_key: 'Output', value: 0.95 }] } },
        { ...task('evaluate', 'RUNTIME', 'SUCCEEDED'), outputs: { artifacts: [{ artifact_key: 'metrics', artifacts: [metric] }] } },
      ],
    },
  ]);
  assert.deepEqual(outcomeOf(state), { outputs: { Output: 0.95 }, metrics: { accuracy: 0.95 } });
});
