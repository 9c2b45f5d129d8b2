// How fast an autoscaler follows what its metrics say: the windows in which earlier recommendations hold it back, and the policies that
// limit each step; pure. After pkg/controller/podautoscaler of Kubernetes, reasons and texts included.
import type { Json } from '../../../base/mod.ts';
import { fieldOf, itemsAt, numberAt, textAt } from '../../../api/mod.ts';

/** Of one autoscaler, by the steady clock; kept in memory, as upstream. */
export interface ScalingHistory {
  /** What the metrics asked for, before windows and limits. */
  readonly recommendations: readonly { readonly replicas: number; readonly atMs: number }[];
  /** Steps that were taken: Pods more, or fewer. */
  readonly steps: readonly { readonly change: number; readonly atMs: number }[];
}

interface Wish {
  readonly current: number;
  readonly wanted: number;
  readonly min: number;
  readonly max: number;
}

interface Saying {
  readonly reason: string;
  readonly message: string;
}

export interface Settled {
  readonly replicas: number;
  readonly able: Saying;
  readonly limited: Saying & { readonly isTrue: boolean };
}

/** Upstream's defaults of kube-controller-manager. */
const DOWN_WINDOW_SECONDS = 300;
const UP_FACTOR = 2;
const UP_COUNT_MIN = 4;
/** The longest window and the longest period that the API takes. */
const RECOMMENDATION_AGE_MS_MAX = 3_600_000;
const STEP_AGE_MS_MAX = 1_800_000;

const READY: Saying = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
const UP_STABILIZED: Saying = { reason: 'ScaleUpStabilized', message: 'recent recommendations were lower than current one, applying the lowest recent recommendation' };
const DOWN_STABILIZED: Saying = { reason: 'ScaleDownStabilized', message: 'recent recommendations were higher than current one, applying the highest recent recommendation' };
const WITHIN_RANGE: Saying = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };
const TOO_MANY: Saying = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' };
const TOO_FEW: Saying = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' };
const TOO_FAST_UP: Saying = { reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' };
const TOO_FAST_DOWN: Saying = { reason: 'ScaleDownLimit', message: 'the desired replica count is decreasing faster than the maximum scale rate' };

/** The size now: what is wanted, held back by what was wanted lately and by the limits of a step. */
export function settle(behavior: Json | undefined, wish: Wish, history: ScalingHistory, atMs: number): Settled {
  const stable = stabilized(behavior, wish, history, atMs);
  const held = behavior !== undefined && wish.wanted >= wish.current ? UP_STABILIZED : DOWN_STABILIZED;
  const stableWish = { ...wish, wanted: stable };
  const { replicas, ...limited } = behavior === undefined ? limitedPlainly(stableWish) : limitedByRules(behavior, stableWish, history, atMs);
  return { replicas, able: stable === wish.wanted ? READY : held, limited: { ...limited, isTrue: replicas !== stable } };
}

/** The size at which an autoscaler finds its target counts as recommended: what just started is not scaled down at once. */
export function beginHistory(current: number, atMs: number): ScalingHistory {
  return { recommendations: [{ replicas: current, atMs }], steps: [] };
}

export function withRecommendation({ recommendations, steps }: ScalingHistory, replicas: number, atMs: number): ScalingHistory {
  const recent = recommendations.filter((each) => atMs - each.atMs < RECOMMENDATION_AGE_MS_MAX);
  return { recommendations: [...recent, { replicas, atMs }], steps };
}

export function withStep({ recommendations, steps }: ScalingHistory, change: number, atMs: number): ScalingHistory {
  const recent = steps.filter((each) => atMs - each.atMs < STEP_AGE_MS_MAX);
  return { recommendations, steps: [...recent, { change, atMs }] };
}

function stabilized(behavior: Json | undefined, { current, wanted }: Wish, { recommendations }: ScalingHistory, atMs: number): number {
  const lately = (windowSeconds: number) => recommendations.filter((each) => each.atMs > atMs - windowSeconds * 1000).map(({ replicas }) => replicas);
  if (behavior === undefined) return Math.max(wanted, ...lately(DOWN_WINDOW_SECONDS));
  const least = Math.min(wanted, ...lately(numberAt(behavior, 'scaleUp', 'stabilizationWindowSeconds')));
  const downWindow = fieldOf(behavior, 'scaleDown', 'stabilizationWindowSeconds');
  const most = Math.max(wanted, ...lately(typeof downWindow === 'number' ? downWindow : DOWN_WINDOW_SECONDS));
  return Math.min(Math.max(current, least), most);
}

type Limited = Saying & { readonly replicas: number };

function limitedPlainly({ current, wanted, min, max }: Wish): Limited {
  const upMax = Math.max(UP_FACTOR * current, UP_COUNT_MIN);
  if (wanted < min) return { replicas: min, ...TOO_FEW };
  if (wanted > Math.min(max, upMax)) return { replicas: Math.min(max, upMax), ...(max > upMax ? TOO_FAST_UP : TOO_MANY) };
  return { replicas: wanted, ...WITHIN_RANGE };
}

function limitedByRules(behavior: Json, { current, wanted, min, max }: Wish, history: ScalingHistory, atMs: number): Limited {
  if (wanted > current) {
    const upMax = Math.max(current, limitUp(fieldOf(behavior, 'scaleUp'), current, history, atMs));
    if (wanted > Math.min(max, upMax)) return { replicas: Math.min(max, upMax), ...(max > upMax ? TOO_FAST_UP : TOO_MANY) };
  } else if (wanted < current) {
    const downMin = Math.min(current, limitDown(fieldOf(behavior, 'scaleDown'), current, history, atMs));
    if (wanted < Math.max(min, downMin)) return { replicas: Math.max(min, downMin), ...(min < downMin ? TOO_FAST_DOWN : TOO_FEW) };
  }
  return { replicas: wanted, ...WITHIN_RANGE };
}

function limitUp(rules: Json | undefined, current: number, history: ScalingHistory, atMs: number): number {
  const select = textAt(rules, 'Max', 'selectPolicy');
  if (select === 'Disabled') return current;
  const limits = itemsAt(rules, 'policies').map((policy) => {
    const before = atPeriodStart(policy, current, history, atMs);
    const value = numberAt(policy, 'value');
    return textAt(policy, '', 'type') === 'Pods' ? before + value : Math.ceil(before * (1 + value / 100));
  });
  return select === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

function limitDown(rules: Json | undefined, current: number, history: ScalingHistory, atMs: number): number {
  const select = textAt(rules, 'Max', 'selectPolicy');
  if (select === 'Disabled') return current;
  const limits = itemsAt(rules, 'policies').map((policy) => {
    const before = atPeriodStart(policy, current, history, atMs);
    const value = numberAt(policy, 'value');
    return textAt(policy, '', 'type') === 'Pods' ? before - value : Math.trunc(before * (1 - value / 100));
  });
  // The policy that allows the largest change leaves the fewest Pods.
  return select === 'Min' ? Math.max(...limits) : Math.min(...limits);
}

function atPeriodStart(policy: Json, current: number, { steps }: ScalingHistory, atMs: number): number {
  const sinceMs = atMs - numberAt(policy, 'periodSeconds') * 1000;
  return current - steps.filter((step) => step.atMs > sinceMs).reduce((sum, { change }) => sum + change, 0);
}
