// Requests as data, and the answers to them: what the golden files in conformance/golden are made of. The Go generator reads
// the same cases (conformance/referee/golden/converse.go) and must understand every member here.
import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject, type Json, type JsonObject } from '../../src/base/mod.ts';

export interface Conversation {
  readonly name: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly body?: Json;
  /** A body that is no JSON. */
  readonly text?: string;
  /** Must succeed; its answer is not kept. */
  readonly isSetup?: boolean;
  /** Repeats a GET until a condition of that type is True. */
  readonly until?: string;
}

export interface Answer {
  readonly code: number;
  readonly warnings?: readonly string[];
  /** Undefined when the body was no JSON. */
  readonly body?: Json;
}

/** Sends one request; how the server is reached is the caller's matter. */
export type Send = (step: Step) => Promise<Answer>;

const UNTIL_TIME_MS_MAX = 30_000;
const UNTIL_PERIOD_MS = 100;

/** The answers to the steps that are neither setup nor waiting. */
export async function converse(send: Send, { name, steps }: Conversation): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const [index, step] of steps.entries()) {
    const answer = step.until === undefined ? await send(step) : await awaitCondition(send, step, step.until);
    if (step.isSetup === true && answer.code >= 400) throw new Error(`${name}, step ${index}: ${answer.code} ${JSON.stringify(answer.body)}`);
    if (isKept(step)) answers.push(answer);
  }
  return answers;
}

export function isKept(step: Step): boolean {
  return step.isSetup !== true && step.until === undefined;
}

/** The bytes that go out, and what they are called. */
export function bodyOf({ body, text, contentType = 'application/json' }: Step): { readonly text: string; readonly contentType: string } | undefined {
  const sent = body === undefined ? text : JSON.stringify(body);
  return sent === undefined || sent === '' ? undefined : { text: sent, contentType };
}

async function awaitCondition(send: Send, step: Step, type: string): Promise<Answer> {
  const deadlineMs = Date.now() + UNTIL_TIME_MS_MAX;
  for (;;) {
    const answer = await send(step);
    if (hasCondition(answer.body, type)) return answer;
    if (Date.now() > deadlineMs) throw new Error(`${step.method} ${step.path} is not ${type}`);
    await sleep(UNTIL_PERIOD_MS);
  }
}

function hasCondition(body: Json | undefined, type: string): boolean {
  const status = isJsonObject(body) ? body['status'] : undefined;
  const conditions = isJsonObject(status) ? status['conditions'] : undefined;
  return Array.isArray(conditions) && conditions.some((each: JsonObject) => each['type'] === type && each['status'] === 'True');
}
