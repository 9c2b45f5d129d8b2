// Windows and limits of an autoscaler's steps.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../base/mod.ts';
import { beginHistory, settle, withRecommendation, withStep, type ScalingHistory } from './pace.ts';

const NOW_MS = 10_000_000;
const ago = (seconds: number) => NOW_MS - seconds * 1000;
const recommended = (...each: readonly (readonly [replicas: number, secondsAgo: number])[]): ScalingHistory => ({ recommendations: each.map(([replicas, seconds]) => ({ replicas, atMs: ago(seconds) })), steps: [] });
const stepped = (...each: readonly (readonly [change: number, secondsAgo: number])[]): ScalingHistory => ({ recommendations: [], steps: each.map(([change, seconds]) => ({ change, atMs: ago(seconds) })) });
const wish = (current: number, wanted: number, min = 1, max = 100) => ({ current, wanted, min, max });
const said = (behavior: JsonObject | undefined, ...rest: [ReturnType<typeof wish>, ScalingHistory]) => {
  const { replicas, able, limited } = settle(behavior, ...rest, NOW_MS);
  return [replicas, able.reason, `${limited.isTrue} ${limited.reason}`];
};
const rules = (up: JsonObject, down: JsonObject = {}): JsonObject => ({
  scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 1000, periodSeconds: 15 }], ...up },
  scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }], ...down },
});

test('without a behavior: at most twice as many at a time, fewer only after five minutes', () => {
  assert.deepEqual(said(undefined, wish(1, 9), recommended()), [4, 'ReadyForNewScale', 'true ScaleUpLimit']);
  assert.deepEqual(said(undefined, wish(5, 30), recommended()), [10, 'ReadyForNewScale', 'true ScaleUpLimit']);
  assert.deepEqual(said(undefined, wish(5, 30, 1, 8), recommended()), [8, 'ReadyForNewScale', 'true TooManyReplicas']);
  assert.deepEqual(said(undefined, wish(5, 6), recommended()), [6, 'ReadyForNewScale', 'false DesiredWithinRange']);
  assert.deepEqual(said(undefined, wish(5, 2), recommended([5, 299])), [5, 'ScaleDownStabilized', 'false DesiredWithinRange']);
  assert.deepEqual(said(undefined, wish(5, 2), recommended([5, 301], [3, 20])), [3, 'ScaleDownStabilized', 'false DesiredWithinRange']);
  assert.deepEqual(said(undefined, wish(5, 1, 2), recommended([5, 301])), [2, 'ReadyForNewScale', 'true TooFewReplicas']);
});

test('windows of a behavior hold back both ways; that of the way down is five minutes unless it says so', () => {
  const up = rules({ stabilizationWindowSeconds: 60 });
  assert.deepEqual(said(up, wish(5, 9), recommended([6, 50])), [6, 'ScaleUpStabilized', 'false DesiredWithinRange']);
  assert.deepEqual(said(up, wish(5, 9), recommended([6, 70])), [9, 'ReadyForNewScale', 'false DesiredWithinRange']);
  assert.deepEqual(said(up, wish(5, 2), recommended([9, 250])), [5, 'ScaleDownStabilized', 'false DesiredWithinRange'], 'never more than there are');
  assert.deepEqual(said(rules({}, { stabilizationWindowSeconds: 0 }), wish(5, 2), recommended([9, 1])), [2, 'ReadyForNewScale', 'false DesiredWithinRange']);
});

test('policies limit what changes within their period', () => {
  const pods = (value: number, periodSeconds = 60) => ({ type: 'Pods', value, periodSeconds });
  const percent = (value: number, periodSeconds = 60) => ({ type: 'Percent', value, periodSeconds });
  assert.deepEqual(said(rules({ policies: [pods(2), percent(10)] }), wish(10, 20), stepped()), [12, 'ReadyForNewScale', 'true ScaleUpLimit']);
  assert.deepEqual(said(rules({ policies: [pods(2), percent(10)], selectPolicy: 'Min' }), wish(10, 20), stepped()), [11, 'ReadyForNewScale', 'true ScaleUpLimit']);
  assert.deepEqual(said(rules({ policies: [percent(10)] }), wish(100, 200, 1, 300), stepped()), [111, 'ReadyForNewScale', 'true ScaleUpLimit'], '100 * 1.1 is more than 110 for floats, and rounded up');
  assert.deepEqual(said(rules({ policies: [pods(2)] }), wish(12, 20), stepped([2, 30])), [12, 'ReadyForNewScale', 'true ScaleUpLimit'], 'they came within the period');
  assert.deepEqual(said(rules({ policies: [pods(2)] }), wish(12, 20), stepped([2, 61])), [14, 'ReadyForNewScale', 'true ScaleUpLimit']);
  assert.deepEqual(said(rules({ policies: [percent(1)] }), wish(3, 9), stepped()), [4, 'ReadyForNewScale', 'true ScaleUpLimit'], 'one at least');
  assert.deepEqual(said(rules({ selectPolicy: 'Disabled' }), wish(3, 9), stepped()), [3, 'ReadyForNewScale', 'true ScaleUpLimit']);

  const down = (more: JsonObject) => rules({}, { stabilizationWindowSeconds: 0, ...more });
  assert.deepEqual(said(down({ policies: [percent(90)] }), wish(20, 1), stepped()), [1, 'ReadyForNewScale', 'false DesiredWithinRange'], '20 * (1 - 0.9) is less than 2 for floats');
  assert.deepEqual(said(down({ policies: [pods(4), percent(10)] }), wish(20, 1), stepped()), [16, 'ReadyForNewScale', 'true ScaleDownLimit']);
  assert.deepEqual(said(down({ policies: [pods(4), percent(10)], selectPolicy: 'Min' }), wish(20, 1), stepped()), [18, 'ReadyForNewScale', 'true ScaleDownLimit']);
  assert.deepEqual(said(down({ policies: [pods(4)] }), wish(17, 1), stepped([-3, 30])), [16, 'ReadyForNewScale', 'true ScaleDownLimit']);
  assert.deepEqual(said(down({ selectPolicy: 'Disabled' }), wish(17, 1), stepped()), [17, 'ReadyForNewScale', 'true ScaleDownLimit']);
  assert.deepEqual(said(down({}), wish(5, 1, 2), stepped()), [2, 'ReadyForNewScale', 'true TooFewReplicas']);
  assert.deepEqual(said(rules({}), wish(5, 20, 1, 7), stepped()), [7, 'ReadyForNewScale', 'true TooManyReplicas']);
});

test('what is too old for any window is forgotten', () => {
  let history = beginHistory(3, 0);
  history = withRecommendation(history, 4, 3_599_999);
  assert.equal(history.recommendations.length, 2);
  assert.deepEqual(withRecommendation(history, 5, 3_600_000).recommendations.map(({ replicas }) => replicas), [4, 5]);
  history = withStep(withStep(history, 1, 0), 2, 1_799_999);
  assert.deepEqual(withStep(history, 3, 1_800_000).steps.map(({ change }) => change), [2, 3]);
});
