// Steps that scenarios of all kinds are made of; the node is played.
import { systemClock, type JsonObject } from '../../src/base/mod.ts';
import type { Step } from './scenario.ts';
import type { Kind, Stage } from './stage.ts';

type Reported = NonNullable<Parameters<Stage['report']>[2]>;

export const POD = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] };

export const run: Step = { name: 'Pods run', run: (stage) => stage.runAll() };
export const leave: Step = { name: 'what leaves is gone', run: (stage) => stage.endLeaving() };
/** Longer than upstream waits between two looks at the same object. */
const SETTLED_MS = 3_000;
const SETTLE_MS_MAX = 90_000;

/** What comes runs, what leaves goes, until nothing has come or left for a while. */
export const settle: Step = {
  name: 'everything settles',
  async run(stage) {
    const endMs = systemClock.now() + SETTLE_MS_MAX;
    for (let sinceMs = systemClock.now(); systemClock.now() - sinceMs < SETTLED_MS && systemClock.now() < endMs; await systemClock.sleep(300)) {
      if ((await stage.runAll()) + (await stage.endLeaving()) > 0) sinceMs = systemClock.now();
    }
  },
};

export function change(kind: Kind, object: string, name: string, spec: JsonObject): Step {
  return { name, run: (stage) => stage.patch(kind, object, { spec }) };
}

/** The Pod at this place of those that are active ends. */
export function ends(place: number, phase: 'Succeeded' | 'Failed', more: Reported = {}): Step {
  return { name: `Pod ${place}: ${phase}`, run: async (stage) => stage.report((await stage.active())[place]!, phase, more) };
}

/** The Pod at this place of those that are active runs, and is not ready. */
export function notReady(place: number): Step {
  return { name: `Pod ${place} is not ready`, run: async (stage) => stage.report((await stage.active())[place]!, 'Running', { isReady: false }) };
}

/** With ten minutes to go, in which it does not. */
export function deletePod(place: number): Step {
  return { name: `Pod ${place} is deleted`, run: async (stage) => stage.remove('Pod', (await stage.active())[place]!.metadata.name, { gracePeriodSeconds: 600 }) };
}
