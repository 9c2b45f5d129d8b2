// An installation that can be looked into: the heap after a collection, the longest turn of the loop, processor time.
import { readFileSync } from 'node:fs';
import { Installation, type RunView } from '../../sim/installation.ts';
import { memoryOf } from '../process-memory.ts';

export interface FinishedRun extends RunView {
  readonly run_id: string;
  readonly created_at: string;
  readonly finished_at: string;
}

const TICKS_PER_SECOND = 100;
export class MeasuredServer {
  readonly installation = new Installation();
  #inspector: WebSocket | undefined;
  readonly #stopped = new AbortController();
  #lastCallId = 0;
  /** By the names of runs that somebody waits for. */
  readonly #onEnd = new Map<string, (run: FinishedRun) => void>();
  #runCount = 0;
  readonly #waiting = new Map<number, (result: unknown) => void>();

  async start(): Promise<void> {
    await this.installation.start({ NODE_OPTIONS: '--inspect=127.0.0.1:0' });
    const address = /ws:\/\/\S+/.exec(this.installation.output)?.[0];
    if (address === undefined) throw new Error('the server does not tell the address of its inspector');
    const inspector = new WebSocket(address);
    inspector.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id?: number; result: unknown };
      if (id !== undefined) this.#waiting.get(id)?.(result);
    });
    await new Promise((resolve, reject) => {
      inspector.addEventListener('open', resolve, { once: true });
      inspector.addEventListener('error', reject, { once: true });
    });
    this.#inspector = inspector;
    await this.#followRuns();
  }

  async remove(): Promise<void> {
    this.#stopped.abort();
    this.#inspector?.close();
    await this.installation.remove();
  }

  /** Submits and waits until the open stream tells of the end; fails when the run does. */
  async run(spec: unknown, parameters: Readonly<Record<string, unknown>>): Promise<FinishedRun> {
    const name = `bench ${++this.#runCount}`;
    const ended = new Promise<FinishedRun>((resolve) => this.#onEnd.set(name, resolve));
    await this.installation.submit(name, spec, parameters);
    const run = await ended;
    if (run.state !== 'SUCCEEDED') throw new Error(`the run ended ${run.state}: ${run.error?.message ?? ''}`);
    return run;
  }

  /** The stream of all runs: polling would be part of what is measured. */
  async #followRuns(): Promise<void> {
    const response = await fetch(`${this.installation.url}/apis/v2beta1/runs:events`, { signal: this.#stopped.signal });
    void this.#readEvents(response.body!).catch((error: unknown) => {
      if (!this.#stopped.signal.aborted) throw error;
    });
  }

  async #readEvents(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const events = (rest + chunk).split('\n\n');
      rest = events.pop()!;
      for (const event of events) {
        const data = /^event: changed\ndata: (.*)$/.exec(event)?.[1];
        const run = data === undefined ? undefined : (JSON.parse(data) as FinishedRun);
        if (run !== undefined && ['SUCCEEDED', 'FAILED'].includes(run.state)) this.#onEnd.get(run.display_name)?.(run);
      }
    }
  }

  async heapBytesAfterCollection(): Promise<number> {
    // Twice: what finalizers let go of goes with the second one.
    for (let round = 0; round < 2; round++) await this.#call('HeapProfiler.collectGarbage');
    return ((await this.#call('Runtime.getHeapUsage')) as { usedSize: number }).usedSize;
  }

  /** From now on; `turnsMs` tells. In processor time, because on a busy machine every turn waits for others. */
  async watchTurns(): Promise<void> {
    await this.#evaluate(`(${watchTurns.toString()})()`);
  }

  /** The longest turn, and how many took longer than 10 ms. */
  async turns(): Promise<{ readonly longestMs: number; readonly longCount: number }> {
    return JSON.parse(String(await this.#evaluate('JSON.stringify(globalThis.turns)'))) as { longestMs: number; longCount: number };
  }

  /** From now on; `durableChanges` tells. */
  async watchDurableChanges(): Promise<void> {
    await this.#evaluate(`(${watchDurableChanges.toString()})()`);
  }

  /** Monotonic milliseconds at which each revision was durable and watches were told. */
  async durableChanges(): Promise<ReadonlyMap<number, number>> {
    return new Map(JSON.parse(String(await this.#evaluate('JSON.stringify(globalThis.durableChanges)'))) as [number, number][]);
  }

  /** Of server, supervisor and warm parents since they started. */
  cpuMs(): number {
    return [this.installation.pid!, this.#supervisorPid(), ...this.#parentPids()].reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  }

  parentInterpreters(): readonly string[] {
    return this.#parentPids().map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]!);
  }

  #supervisorPid(): number {
    const card = readFileSync(`${this.installation.dataDir}/supervisor/supervisor.json`, 'utf8');
    return (JSON.parse(card) as { pid: number }).pid;
  }

  #parentPids(): readonly number[] {
    return memoryOf([this.#supervisorPid()]).filter(({ name }) => name.includes('supervisor.py parent')).map(({ pid }) => pid);
  }

  /** Bytes that the server's reads returned since it started, from files and pipes. */
  readBytes(): number {
    return Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${this.installation.pid}/io`, 'utf8'))?.[1]);
  }

  async #evaluate(expression: string): Promise<unknown> {
    return ((await this.#call('Runtime.evaluate', { expression })) as { result: { value?: unknown } }).result.value;
  }

  #call(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#lastCallId;
    const result = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#inspector!.send(JSON.stringify({ id, method, params }));
    return result;
  }
}

export function secondsOf(run: FinishedRun): number {
  return (Date.parse(run.finished_at) - Date.parse(run.created_at)) / 1000;
}

export function numbersUpTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Of one process since it started. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** Runs in the server: looks every millisecond, and so once a turn when turns are longer. */
function watchTurns(): void {
  const turns = { longestMs: 0, longCount: 0 };
  let before = process.threadCpuUsage();
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    const ms = (user + system) / 1000;
    turns.longestMs = Math.max(turns.longestMs, ms);
    if (ms > 10) turns.longCount++;
  }, 1).unref();
  Object.assign(globalThis, { turns });
}

/** Runs in the server. */
function watchDurableChanges(): void {
  const changes: [number, number][] = [];
  const { subscribe } = process.getBuiltinModule('node:diagnostics_channel');
  subscribe('slipway:durable-change', (revision) => changes.push([Number(revision), Number(process.hrtime.bigint()) / 1e6]));
  Object.assign(globalThis, { durableChanges: changes });
}
