// Tries inputs at an entrance. Each input follows from seed, entrance and number alone, so that any of them can be tried again.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describeError, sha256Hex } from '../../src/base/mod.ts';
import type { Entrance } from './entrance.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';

const CORPUS = join(import.meta.dirname, 'corpus');
/** Of processor time: a busy machine makes everything slow. */
const INPUT_MS_MAX = 1_000;
const HANG_SECONDS_MAX = 60;
const FINDING_COUNT_MAX = 20;

export interface Finding {
  readonly entrance: string;
  /** Number of the input; undefined for one of the corpus. */
  readonly number: number | undefined;
  readonly what: string;
  readonly input: Buffer;
}

export interface Report {
  readonly inputCount: number;
  readonly takenCount: number;
  readonly seconds: number;
  /** Of processor time. */
  readonly busySeconds: number;
  readonly findings: readonly Finding[];
}

export interface CampaignOptions {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  /** Ends earlier when it has taken so long. */
  readonly secondsMax: number;
  /** Processor time that an input may take. */
  readonly inputMsMax?: number;
}

/** The corpus first, then inputs made of it. Ends with the first findings. */
export async function fuzz(entrance: Entrance, { seed, from, count, secondsMax, inputMsMax = entrance.inputMsMax ?? INPUT_MS_MAX }: CampaignOptions): Promise<Report> {
  const corpus = corpusOf(entrance);
  const watchdog = new Watchdog(`${entrance.name}, seed ${seed}`);
  const startedAtMs = performance.now();
  const startedCpu = process.cpuUsage();
  const findings: Finding[] = [];
  let [inputCount, takenCount] = [0, 0];
  let place = await entrance.open();
  // What nobody catches would end the server.
  let stray: unknown;
  const onStray = (error: unknown) => (stray ??= error);
  process.on('uncaughtException', onStray).on('unhandledRejection', onStray);
  const attempt = async (input: Buffer, number: number | undefined) => {
    watchdog.beginsWith(number ?? -1);
    inputCount++;
    const cpu = process.cpuUsage();
    try {
      if ((await place.attempt(input)) === 'taken') takenCount++;
      if (stray !== undefined) throw stray instanceof Error ? stray : new Error(String(stray));
      const { user, system } = process.cpuUsage(cpu);
      if ((user + system) / 1000 > inputMsMax) findings.push({ entrance: entrance.name, number, what: `it took ${Math.round((user + system) / 1000)} ms of processor time`, input });
    } catch (error) {
      findings.push({ entrance: entrance.name, number, what: error instanceof Error ? `${describeError(error)}\n${error.stack ?? ''}` : String(error), input });
      stray = undefined;
      await place.close();
      place = await entrance.open();
    }
  };
  try {
    for (const input of corpus) await attempt(input, undefined);
    for (let number = from; number < from + count && findings.length < FINDING_COUNT_MAX; number++) {
      if ((performance.now() - startedAtMs) / 1000 > secondsMax) break;
      await attempt(mutate(entrance, corpus, new Random(seed, entrance.name, number)), number);
    }
  } finally {
    await place.close();
    process.off('uncaughtException', onStray).off('unhandledRejection', onStray);
    await watchdog.end();
  }
  const { user, system } = process.cpuUsage(startedCpu);
  return { inputCount, takenCount, seconds: (performance.now() - startedAtMs) / 1000, busySeconds: (user + system) / 1e6, findings };
}

export function corpusOf({ name }: Entrance): readonly Buffer[] {
  const directory = join(CORPUS, name);
  return readdirSync(directory).sort((a, b) => (a < b ? -1 : 1)).map((file) => readFileSync(join(directory, file)));
}

/** Adds an input to the corpus, where `npm test` tries it from then on. */
export function keepInput(entrance: string, input: Buffer): string {
  const directory = join(CORPUS, entrance);
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true });
  const file = join(directory, `found-${sha256Hex(input).slice(0, 12)}`);
  writeFileSync(file, input);
  return file;
}

/** A thread that ends the process when an input does not end: nobody else could. */
class Watchdog {
  readonly #current = new Int32Array(new SharedArrayBuffer(8));
  readonly #worker: Worker;

  constructor(what: string) {
    const source = `
      const { workerData: { current, what, seconds } } = require('node:worker_threads');
      let [last, quietSeconds] = [-2, 0];
      setInterval(() => {
        const now = Atomics.load(current, 1);
        quietSeconds = now === last ? quietSeconds + 1 : 0;
        last = now;
        if (quietSeconds < seconds) return;
        require('node:fs').writeSync(2, 'HANG at ' + what + ', input ' + Atomics.load(current, 0) + '\\n');
        process.kill(process.pid, 'SIGKILL');
      }, 1000);`;
    this.#worker = new Worker(source, { eval: true, workerData: { current: this.#current, what, seconds: HANG_SECONDS_MAX } });
  }

  beginsWith(number: number): void {
    Atomics.store(this.#current, 0, number);
    Atomics.add(this.#current, 1, 1);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
