// A whole installation in processes of its own, for campaigns and conformance runs: starts it, kills it, asks it over HTTP.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../bin/launch.mjs';
import { describeError, Failure, systemClock, until } from '../src/base/mod.ts';

const CLI = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

export interface RunView {
  readonly run_id: string;
  readonly state: string;
  readonly display_name: string;
  readonly error?: { readonly message?: string };
}

export interface TaskView {
  readonly task_id: string;
  readonly name: string;
  readonly display_name?: string;
  readonly state: string;
  readonly type?: string;
  readonly status_metadata?: { readonly message?: string };
}

/** The end of what it says is kept. */
const OUTPUT_CHARS_MAX = 500_000;
/** Campaigns run beside others. */
const START_TIMEOUT_MS = 240_000;

export class Installation {
  readonly dataDir: string;
  #child: ChildProcess | undefined;
  #url = '';
  #output = '';
  readonly #keepsPort: boolean;
  readonly #containerEngine: string;
  readonly #logLevel: string;

  /** A fresh data directory below the system's temporary one, unless one is given. `keepsPort`: every start but the first is where the one before was. */
  constructor(dataDir?: string, { keepsPort = false, containerEngine = 'off', logLevel = 'warn' } = {}) {
    this.dataDir = dataDir ?? mkdtempSync(join(tmpdir(), 'slipway-installation-'));
    this.#keepsPort = keepsPort;
    this.#containerEngine = containerEngine;
    this.#logLevel = logLevel;
  }

  get url(): string {
    return this.#url;
  }

  get output(): string {
    return this.#output;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What ended the last process; undefined while it runs or when it ended by itself. */
  get signal(): NodeJS.Signals | undefined {
    return this.#child?.signalCode ?? undefined;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /**
   * Starts the server on a free port and resolves when it answers. `within` is a program with parameters that becomes the
   * command line which follows it, for example a sandbox.
   */
  async start(environment: Readonly<Record<string, string>> = {}, within: readonly string[] = []): Promise<void> {
    const port = this.#keepsPort && this.#url !== '' ? new URL(this.#url).port : '0';
    const [program, ...parameters] = [...within, process.execPath, ...NODE_FLAGS, CLI, 'up', '--port', port, '--data-dir', this.dataDir, '--log-level', this.#logLevel, '--container-engine', this.#containerEngine];
    const child = spawn(program!, parameters, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const take = (chunk: Buffer) => {
      this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_CHARS_MAX);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    await until('the server', () => this.#readUrl(child), { timeoutMs: START_TIMEOUT_MS }).catch((error: unknown) => {
      throw new Failure('NotStarted', `${describeError(error)}; what it said:\n${this.#output}`, { cause: error });
    });
  }

  #readUrl(child: ChildProcess): boolean {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended:\n${this.#output}`);
    try {
      const record = JSON.parse(readFileSync(join(this.dataDir, 'server.json'), 'utf8')) as { pid: number; url: string };
      this.#url = record.url;
      return record.pid === child.pid;
    } catch {
      // Not written yet.
      return false;
    }
  }

  /** Resolves when the process is gone, however it goes. */
  async ended(): Promise<void> {
    if (this.#child !== undefined && this.isRunning) await once(this.#child, 'exit');
  }

  /** Starts it and kills it so long after its process began, whether it answers by then or not. Throws when it ended by itself. */
  async startAndKill(afterMs: number): Promise<void> {
    const starting = this.start().catch(() => undefined); // it may not get there
    await systemClock.sleep(afterMs);
    if (!this.isRunning) throw new Failure('NotStarted', `the server ended by itself:\n${this.#output}`);
    await this.kill();
    await starting;
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    if (!this.isRunning) return;
    this.#child!.kill(signal);
    await this.ended();
  }

  /** Stops the server and the supervisor, removes the data directory. */
  async remove(): Promise<void> {
    await this.kill('SIGTERM');
    await this.#endSupervisor();
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  /** Until it is gone its directory can't be removed, and rmSync says nothing of it. */
  async #endSupervisor(): Promise<void> {
    const pid = this.#supervisorPid();
    if (pid === undefined) return;
    const isGone = (signal: 'SIGTERM' | 0) => {
      try {
        process.kill(pid, signal);
        return false;
      } catch {
        return true;
      }
    };
    if (!isGone('SIGTERM')) await until('the end of the supervisor', () => isGone(0), { timeoutMs: 20_000, intervalMs: 10 });
  }

  /** Undefined when no supervisor was started, or it has ended. */
  #supervisorPid(): number | undefined {
    try {
      return (JSON.parse(readFileSync(join(this.dataDir, 'supervisor', 'supervisor.json'), 'utf8')) as { pid: number }).pid;
    } catch {
      return undefined;
    }
  }

  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }

  submit(name: string, pipelineSpec: unknown, parameters: Readonly<Record<string, unknown>> = {}): Promise<RunView> {
    return this.request('POST', '/apis/v2beta1/runs', {
      display_name: name,
      pipeline_spec: pipelineSpec,
      runtime_config: { parameters },
    });
  }

  async waitForRun(runId: string, timeoutMs = 60_000): Promise<RunView> {
    return until(
      `run ${runId}`,
      async () => {
        const run = await this.request<RunView>('GET', `/apis/v2beta1/runs/${runId}`);
        return ['SUCCEEDED', 'FAILED', 'SKIPPED', 'CANCELED'].includes(run.state) ? run : undefined;
      },
      { timeoutMs, intervalMs: 20 },
    );
  }

  async tasks(runId: string): Promise<readonly TaskView[]> {
    return (await this.request<{ tasks?: TaskView[] }>('GET', `/apis/v2beta1/runs/${runId}/tasks?page_size=200`)).tasks ?? [];
  }
}

/** Names of what Pods have left there; the emptied directories that the next steps will get are nobody's. */
export function podDirectoriesOf(dataDir: string): readonly string[] {
  return readdirSync(join(dataDir, 'pods')).filter((name) => !name.startsWith('.spare-'));
}
