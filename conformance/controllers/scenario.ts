// Scenarios of controllers and how they are played. Upstream's pictures are those of a stage that has come to rest.
import { jsonEquals, systemClock, type JsonObject, type ObjectApi } from '../../src/base/mod.ts';
import { Stage, type Kind } from './stage.ts';

export interface Step {
  readonly name: string;
  run(stage: Stage): Promise<unknown>;
}

export interface Scenario {
  readonly name: string;
  /** Default: made of its name. */
  readonly namespace?: string;
  /** What its pictures show. */
  readonly kinds: readonly Kind[];
  readonly steps: readonly Step[];
}

/** By step: `2 Pods run`. */
export type Pictures = Readonly<Record<string, JsonObject>>;

/** Nothing has changed for so long: controllers react within milliseconds, a busy machine within some hundred. */
const REST_MS = 2_500;
const LOOK_MS = 500;
const REST_MS_MAX = 60_000;

export function namespaceOf({ name }: Scenario): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').slice(0, 60);
}

export function stepName(index: number, { name }: Step): string {
  return `${index + 1} ${name}`;
}

/** The picture after each step: at rest, or as the caller waits for it. */
export async function play(api: ObjectApi, scenario: Scenario, look: (stage: Stage, step: string) => Promise<JsonObject> = atRest): Promise<Pictures> {
  const stage = new Stage(api, scenario.namespace ?? namespaceOf(scenario), scenario.kinds);
  await stage.open();
  const pictures: Record<string, JsonObject> = {};
  for (const [index, step] of scenario.steps.entries()) {
    await stage.beat();
    await step.run(stage);
    const name = stepName(index, step);
    pictures[name] = await look(stage, name);
  }
  return pictures;
}

async function atRest(stage: Stage): Promise<JsonObject> {
  const startMs = systemClock.now();
  let picture = await stage.picture();
  let sinceMs = startMs;
  while (systemClock.now() - sinceMs < REST_MS && systemClock.now() - startMs < REST_MS_MAX) {
    await systemClock.sleep(LOOK_MS);
    const next = await stage.picture();
    if (!jsonEquals(next, picture)) [picture, sinceMs] = [next, systemClock.now()];
  }
  return picture;
}
