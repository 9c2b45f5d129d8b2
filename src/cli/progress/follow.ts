// Follows a run to its end: its states from one stream, the log of every step from another, both on one display.
import { hasRunEnded, hasTaskEnded } from '../../records/mod.ts';
import type { Clock } from '../../base/mod.ts';
import { cleanLine } from '../format.ts';
import { createChatterFilter } from './chatter.ts';
import type { Display } from './display.ts';
import type { RunView, StepView } from './run-view.ts';

/** Where states and lines come from; knows the wire. */
export interface RunFeed {
  /** The run now and after every change; ends after a view that is finished. Fails when the server stays away. */
  views(signal: AbortSignal): AsyncIterable<RunView>;
  /** Lines of a step's log from its beginning until the step has ended. */
  lines(stepId: string, signal: AbortSignal): AsyncIterable<string>;
}

export interface FollowOptions {
  readonly clock: Clock;
  /** Ends following with the signal's reason; the run itself goes on. */
  readonly signal: AbortSignal;
}

/** Logs read at the same time; further steps wait for their turn. */
const LOG_STREAMS_MAX = 16;
/** Time that the last lines may take after the run has ended. */
const DRAIN_TIMEOUT_MS = 5_000;

/** Resolves with the finished run, every line shown. */
export async function followRun(feed: RunFeed, display: Display, { clock, signal }: FollowOptions): Promise<RunView> {
  const ended = new AbortController();
  const logs = new LogReaders(feed, AbortSignal.any([signal, ended.signal]), (step, line) => {
    display.addLine(step, line);
    if (last !== undefined) display.update(logs.withLastLines(last));
  });
  let last: RunView | undefined;
  try {
    for await (const view of feed.views(signal)) {
      last = view;
      for (const step of view.steps) if (hasLog(step)) logs.ensure(step);
      display.update(logs.withLastLines(view));
      if (hasRunEnded(view.state)) break;
    }
    await drain(logs, clock, ended.signal);
    signal.throwIfAborted();
    if (last === undefined) throw new Error('the feed ended before the first view');
    const final = logs.withLastLines(last);
    display.update(final);
    return final;
  } finally {
    ended.abort();
    display.close();
  }
}

async function drain(logs: LogReaders, clock: Clock, ended: AbortSignal): Promise<void> {
  const deadline = new AbortController();
  const timeout = clock.sleep(DRAIN_TIMEOUT_MS, { signal: AbortSignal.any([ended, deadline.signal]) }).catch(() => {});
  await Promise.race([logs.settled(), timeout]);
  deadline.abort();
}

/** Steps that ran, or run, by themselves: cached and skipped ones wrote nothing. */
function hasLog({ state }: StepView): boolean {
  return state === 'RUNNING' || state === 'SUCCEEDED' || state === 'FAILED';
}

class LogReaders {
  readonly #feed: RunFeed;
  readonly #signal: AbortSignal;
  readonly #onLine: (step: StepView, line: string) => void;
  readonly #lastLines = new Map<string, string>();
  /** Steps that are read, or wait for their turn, as they were seen last. One reading goes over all tries of a step. */
  readonly #open = new Map<string, StepView>();
  /** Steps whose reading is over: when the try that ended it began. 'unseen' until a view shows that end, too. */
  readonly #ended = new Map<string, number | 'unseen' | undefined>();
  readonly #waiting: StepView[] = [];
  readonly #reading = new Set<Promise<void>>();

  constructor(feed: RunFeed, signal: AbortSignal, onLine: (step: StepView, line: string) => void) {
    this.#feed = feed;
    this.#signal = signal;
    this.#onLine = onLine;
  }

  /** Reads a step that was not read yet, or runs anew after its end, as in a group that is tried again. */
  ensure(step: StepView): void {
    const { id, state, startedAtMs } = step;
    if (this.#open.has(id)) {
      this.#open.set(id, step);
      return;
    }
    if (this.#ended.get(id) === 'unseen') {
      if (hasTaskEnded(state)) this.#ended.set(id, startedAtMs);
      return;
    }
    if (this.#ended.has(id) && this.#ended.get(id) === startedAtMs) return;
    this.#open.set(id, step);
    this.#waiting.push(step);
    this.#startWaiting();
  }

  withLastLines(view: RunView): RunView {
    return { ...view, steps: view.steps.map((step) => ({ ...step, lastLine: this.#lastLines.get(step.id) ?? step.lastLine })) };
  }

  async settled(): Promise<void> {
    while (this.#reading.size > 0) await Promise.all(this.#reading);
  }

  #startWaiting(): void {
    while (this.#reading.size < LOG_STREAMS_MAX) {
      const step = this.#waiting.shift();
      if (step === undefined) return;
      const reading: Promise<void> = this.#read(step).finally(() => {
        this.#reading.delete(reading);
        this.#close(step.id);
        this.#startWaiting();
      });
      this.#reading.add(reading);
    }
  }

  #close(id: string): void {
    const seen = this.#open.get(id);
    this.#open.delete(id);
    this.#ended.set(id, seen !== undefined && hasTaskEnded(seen.state) ? seen.startedAtMs : 'unseen');
  }

  async #read(step: StepView): Promise<void> {
    try {
      const isChatter = createChatterFilter();
      for await (const text of this.#feed.lines(step.id, this.#signal)) {
        const line = cleanLine(text);
        if (isChatter(line) || line.trim() === '') continue;
        this.#lastLines.set(step.id, line);
        this.#onLine(step, line);
      }
    } catch {
      // A log that can't be read must not end the watch over the run: its states still come, and `slipway logs` tells why.
    }
  }
}
