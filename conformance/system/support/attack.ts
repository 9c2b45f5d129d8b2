// One hostile request and what must be true of its answer: a refusal in words that name the field, nothing written, the
// server as quick as before.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Installation } from '../../../sim/installation.ts';
import { rawRequest, type RawResponse } from './raw-http.ts';

export interface Attack {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Built when it is its turn: some are large. */
  readonly body?: () => string | Uint8Array;
  /** Default: any from 400 to 499. */
  readonly status?: number;
  /** What the sentence must say. */
  readonly says: RegExp;
}

/** Longest time that a hostile request may keep the server from answering others. */
const STALL_MS_MAX = 1_000;
const PING_INTERVAL_MS = 20;
/** A refusal may repeat what stands in the path, but no body. */
const REFUSAL_CHARS_MAX = 50_000;

export async function withstand(installation: Installation, attack: Attack): Promise<void> {
  const beforeMs = busyMsOf(installation);
  const { response, stallMs } = await attacked(installation, attack);
  checkRefusal(attack, response);
  // On a busy machine everybody waits; what counts is how long the server itself was at work.
  const busyMs = busyMsOf(installation) - beforeMs;
  const ownMs = Number.isNaN(busyMs) ? stallMs : Math.min(stallMs, busyMs);
  assert.ok(ownMs <= STALL_MS_MAX, `${attack.name}: others waited ${Math.round(ownMs)} ms for an answer`);
}

/** Time that the main thread of the server was on a processor; not a number where the kernel does not tell. */
function busyMsOf({ pid }: Installation): number {
  try {
    const [nanoseconds = ''] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1e6;
  } catch {
    return Number.NaN;
  }
}

async function attacked(installation: Installation, { method = 'GET', path, headers = {}, body }: Attack): Promise<{ response: RawResponse; stallMs: number }> {
  const port = Number(new URL(installation.url).port);
  const bytes = body?.() ?? '';
  const request = { method, path, headers: { 'Content-Type': 'application/json', ...headers }, body: bytes };
  const pinger = startPinging(installation.url);
  try {
    const response = await rawRequest(port, request);
    return { response, stallMs: await pinger.stop() };
  } finally {
    await pinger.stop();
  }
}

function checkRefusal({ name, status, says }: Attack, response: RawResponse): void {
  const shown = `${name}: ${response.status} ${response.text.slice(0, 500)}`;
  assert.ok(response.status >= 400 && response.status < 500, shown);
  if (status !== undefined) assert.equal(response.status, status, shown);
  const sentence = sentenceOf(response.text);
  assert.ok(sentence !== undefined, `${shown}: there is no sentence`);
  assert.match(sentence, says, shown);
  assert.ok(response.text.length < REFUSAL_CHARS_MAX, `${name}: the refusal itself has ${response.text.length} characters`);
}

/** Of the KFP dialect, its uploads, and Kubernetes alike. */
function sentenceOf(text: string): string | undefined {
  try {
    const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const sentence = body['message'] ?? body['error_message'];
    return typeof sentence === 'string' ? sentence : undefined;
  } catch {
    return undefined; // no JSON: the caller shows the text
  }
}

/** Asks for the server's health again and again; `stop` tells the longest time that an answer took. Idempotent. */
function startPinging(url: string): { stop(): Promise<number> } {
  let isOver = false;
  let longestMs = 0;
  const pinging = (async () => {
    do {
      const startedAtMs = performance.now();
      const response = await fetch(`${url}/healthz`);
      await response.text();
      assert.equal(response.status, 200, 'the server is not healthy');
      longestMs = Math.max(longestMs, performance.now() - startedAtMs);
      await new Promise((resolve) => setTimeout(resolve, PING_INTERVAL_MS));
    } while (!isOver);
  })();
  return {
    async stop() {
      isOver = true;
      await pinging;
      return longestMs;
    },
  };
}
