// A run followed over HTTP: the event stream for states, one stream per log. A connection that breaks, because the server
// was restarted or the network hiccuped, is made again; nothing is shown twice.
import { hasRunEnded } from '../../records/mod.ts';
import { Failure, type Clock } from '../../base/mod.ts';
import type { RunFeed } from '../progress/follow.ts';
import type { Connection } from './connection.ts';
import { applyEvent, outcomeOf, viewOf, type RunEvents, type RunOutcome } from './run-state.ts';
import { EventStreamParser } from './sse.ts';

const RECONNECT_DELAY_MS = 500;
/** Tries in a row that bring nothing before following ends: about half a minute. */
const FRUITLESS_TRY_COUNT_MAX = 60;

export interface HttpRunFeed extends RunFeed {
  /** Of what has been seen so far. */
  outcome(): RunOutcome;
}

export function createRunFeed(connection: Connection, runId: string, clock: Clock): HttpRunFeed {
  const path = `/apis/v2beta1/runs/${encodeURIComponent(runId)}`;
  let state: RunEvents | undefined;

  async function* views(signal: AbortSignal) {
    for await (const text of again(() => connection.stream(`${path}/events`, { accept: 'text/event-stream', signal }), clock, signal)) {
      if (text === undefined) parser = new EventStreamParser();
      else
        for (const event of parser.push(text)) {
          state = applyEvent(state, event);
          if (state === undefined) continue;
          if (state.isDeleted) throw new Failure('RunDeleted', `the run ${runId} was deleted`);
          const view = viewOf(state);
          yield view;
          if (hasRunEnded(view.state)) return;
        }
    }
  }
  let parser = new EventStreamParser();

  async function* lines(stepId: string, signal: AbortSignal) {
    const log = `${path}/tasks/${encodeURIComponent(stepId)}/log?follow=true&timestamps=true`;
    const seen = new SeenLines();
    let rest = '';
    for await (const text of again(() => connection.stream(log, { signal }), clock, signal, true)) {
      if (text === undefined) {
        rest = '';
        seen.beginAnew();
        continue;
      }
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        const fresh = seen.take(line);
        if (fresh !== undefined) yield fresh;
      }
    }
    const last = rest === '' ? undefined : seen.take(rest);
    if (last !== undefined) yield last;
  }

  return { views, lines, outcome: () => (state === undefined ? { outputs: {}, metrics: {} } : outcomeOf(state)) };
}

/** Lines that the supervisor did not write have none. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z) ?/;

/**
 * Which lines of a log were given already, by their times: a log that is asked for again begins with the try of the step that runs now, and may
 * leave out the ones before.
 */
class SeenLines {
  #lastTime = '';
  /** Lines with this very time: how many were given, how many came by since the log was asked for again. */
  #givenCount = 0;
  #metCount = 0;
  #isCatchingUp = false;

  beginAnew(): void {
    this.#metCount = 0;
    this.#isCatchingUp = this.#lastTime !== '';
  }

  /** The text of a line; undefined when it was given before. */
  take(line: string): string | undefined {
    const [stamp = '', ownTime = this.#lastTime] = STAMP.exec(line) ?? [];
    const [time, text] = [ownTime, line.slice(stamp.length)];
    if (this.#isCatchingUp) {
      if (time < this.#lastTime) return undefined;
      if (time === this.#lastTime && ++this.#metCount <= this.#givenCount) return undefined;
      this.#isCatchingUp = false;
    }
    this.#givenCount = time === this.#lastTime ? this.#givenCount + 1 : 1;
    this.#lastTime = time;
    return text;
  }
}

/**
 * The chunks of a stream, and of the next one when it breaks; `undefined` marks each new beginning. With `endsAlone` an
 * orderly end is the end, else only the reader ends it. Fails with the last error after too many fruitless tries.
 */
async function* again(
  open: () => Promise<AsyncIterable<string>>,
  clock: Clock,
  signal: AbortSignal,
  endsAlone = false,
): AsyncGenerator<string | undefined> {
  for (let fruitlessCount = 0; ; ) {
    let failure: Error = new Failure('StreamEnds', 'the server ends the stream again and again; look at its log');
    try {
      const chunks = await open();
      yield undefined;
      for await (const chunk of chunks) {
        fruitlessCount = 0;
        yield chunk;
      }
      if (endsAlone) return;
    } catch (error) {
      if (signal.aborted || isFinal(error)) throw error;
      failure = error instanceof Error ? error : new Error(String(error));
    }
    if (++fruitlessCount > FRUITLESS_TRY_COUNT_MAX) throw failure;
    await clock.sleep(RECONNECT_DELAY_MS, { signal });
  }
}

/** A server that answers and refuses will not change its mind. */
function isFinal(error: unknown): boolean {
  return error instanceof Failure && error.reason !== 'ServerUnreachable';
}
