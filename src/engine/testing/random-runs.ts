// Random pipelines for fast-check: steps, groups and loops that wait for one another, with conditions and retries.
import fc from 'fast-check';
import type { JsonObject } from '../../base/mod.ts';
import { constant, group, output, pipelineOf, step, type TaskText } from './pipelines.ts';

export interface TaskShape {
  readonly upstreams: readonly number[];
  readonly sort: 'step' | 'group' | 'loop';
  readonly condition: 'none' | 'true' | 'false';
  readonly isAnyEndFine: boolean;
  readonly usesOutput: boolean;
  readonly retries: number;
  /** Of the group or the loop around the steps. */
  readonly groupRetries: number;
  readonly parallelism: number;
}

export interface RunShape {
  readonly tasks: readonly TaskShape[];
  /** For each step that ends, which of the running ones it is and whether it fails. */
  readonly ends: readonly (readonly [number, boolean])[];
}

const taskShape: fc.Arbitrary<TaskShape> = fc.record({
  upstreams: fc.array(fc.nat(20), { maxLength: 3 }),
  sort: fc.constantFrom('step', 'step', 'step', 'group', 'loop'),
  condition: fc.constantFrom('none', 'none', 'none', 'true', 'false'),
  isAnyEndFine: fc.nat(5).map((n) => n === 0),
  usesOutput: fc.boolean(),
  retries: fc.constantFrom(0, 0, 1, 2),
  groupRetries: fc.constantFrom(0, 0, 1, 2),
  parallelism: fc.constantFrom(0, 1, 2),
});

export const runShape: fc.Arbitrary<RunShape> = fc.record({
  tasks: fc.array(taskShape, { minLength: 1, maxLength: 10 }),
  ends: fc.array(fc.tuple(fc.nat(100), fc.nat(4).map((n) => n === 0)), { minLength: 1, maxLength: 30 }),
});

/** Task number n may only wait for tasks with smaller numbers, so the graph has no cycle. */
export function documentOf({ tasks }: RunShape): JsonObject {
  const entries = tasks.map((shape, number): [string, TaskText] => {
    const upstreams = number === 0 ? [] : [...new Set(shape.upstreams.map((upstream) => upstream % number))];
    const source = upstreams.find((upstream) => tasks[upstream]!.sort === 'step');
    const common = {
      after: upstreams.map((upstream) => `t${upstream}`),
      isAnyEndFine: shape.isAnyEndFine,
      ...(shape.condition === 'none' ? {} : { when: shape.condition }),
    };
    const retryPolicy = { maxRetryCount: shape.retries, backoffDuration: '1s' };
    const ofGroup = { ...common, retryPolicy: { maxRetryCount: shape.groupRetries, backoffDuration: `${number % 2}s` } };
    const x = step({ retryPolicy });
    if (shape.sort === 'group') {
      const z = group({ after: ['x'], isAnyEndFine: true, items: { raw: [1, 2] }, parallelism: 1, tasks: { x: step() } });
      return [`t${number}`, group({ ...ofGroup, tasks: { x, y: step({ after: ['x'] }), z } })];
    }
    if (shape.sort === 'loop') {
      return [`t${number}`, group({ ...ofGroup, items: { raw: ['a', 'b', 'c'] }, parallelism: shape.parallelism, tasks: { x, y: step({ after: ['x'] }) } })];
    }
    const value = shape.usesOutput && source !== undefined ? output(`t${source}`, 'out') : constant('v');
    const inputs = { in: ['STRING', value, { isOptional: true, defaultValue: 'd' }] as const };
    return [`t${number}`, step({ ...common, retryPolicy, inputs, outputs: { out: 'STRING' } })];
  });
  return pipelineOf(Object.fromEntries(entries));
}
