// Slipway in the same cases: a running installation, pipelines compiled by the kfp SDK, submitted over HTTP.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Installation } from '../../sim/installation.ts';
import { followRun } from '../follow-run.ts';
import { memoryOf } from '../process-memory.ts';
import { RESULTS, type Case } from './peers.ts';
import type { ServerFigures } from './run-peer.ts';

type Task = { readonly type?: string; readonly outputs?: { readonly parameters?: readonly { readonly value?: unknown }[] } };
type Specification = { root: { dag: { tasks: Record<string, unknown> } }; components: Record<string, { dag?: { tasks: Record<string, unknown> } }> };

export class SlipwayPeer {
  readonly #specifications = new Map<string, Specification>();
  #installation = new Installation();

  /** Compiles the pipelines with the kfp of `bin`. */
  compile(bin: string, directory: string): void {
    mkdirSync(directory, { recursive: true });
    execFileSync(join(bin, 'python'), ['-W', 'ignore', join(import.meta.dirname, 'kfp_pipelines.py'), directory]);
    for (const name of ['steps40', 'chain3', 'fan1000', 'gigabyte', 'iris']) {
      this.#specifications.set(name, parse(readFileSync(join(directory, `${name}.yaml`), 'utf8')) as Specification);
    }
  }

  /** A fresh installation: from the start of the process to the first answer, and what it holds a while later. */
  async start(settleMs: number): Promise<ServerFigures> {
    const begin = performance.now();
    await this.#installation.start();
    await this.#installation.request('GET', '/apis/v2beta1/healthz');
    const readySeconds = (performance.now() - begin) / 1000;
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const supervisor = JSON.parse(readFileSync(join(this.#installation.dataDir, 'supervisor', 'supervisor.json'), 'utf8')) as { pid: number };
    const memory = memoryOf([this.#installation.pid!, supervisor.pid]);
    return { readySeconds, idleBytes: memory.reduce((sum, { privateBytes }) => sum + privateBytes, 0), processes: memory.length };
  }

  /** Seconds from the first byte of the request to the end of the run on its event stream. Throws on another answer. */
  run(which: Case): Promise<number> {
    return which === 'iris-empty' ? this.#runFromEmpty() : this.#runOn(this.#installation, which);
  }

  /** On an installation that has just started: packages are downloaded, environments are made. */
  async #runFromEmpty(): Promise<number> {
    const installation = new Installation();
    const cache = mkdtempSync(join(tmpdir(), 'slipway-empty-'));
    try {
      await installation.start({ XDG_CACHE_HOME: cache, UV_CACHE_DIR: join(cache, 'uv'), PIP_CACHE_DIR: join(cache, 'pip') });
      return await this.#runOn(installation, 'iris');
    } finally {
      await installation.remove();
      rmSync(cache, { recursive: true, force: true });
    }
  }

  async #runOn(installation: Installation, which: Case): Promise<number> {
    const isCached = which === 'cached';
    const specification = this.#specifications.get(isCached ? 'steps40' : which)!;
    const begin = performance.now();
    const { run_id: runId } = await installation.submit(which, isCached ? specification : withoutCaching(specification));
    await followRun(installation, runId);
    const seconds = (performance.now() - begin) / 1000;
    const { state, error } = await installation.waitForRun(runId);
    if (state !== 'SUCCEEDED') throw new Error(`Slipway ${which} ended ${state}: ${error?.message ?? ''}`);
    await this.#checkResult(installation, which, runId);
    return seconds;
  }

  async #checkResult(installation: Installation, which: Case, runId: string): Promise<void> {
    const { tasks } = await installation.request<{ tasks: Task[] }>('GET', `/apis/v2beta1/runs/${runId}/tasks?page_size=200`);
    const [output] = tasks.find(({ type }) => type === 'ROOT')?.outputs?.parameters ?? [];
    if (output?.value !== RESULTS[which]) throw new Error(`Slipway ${which} answered ${JSON.stringify(output?.value)} instead of ${RESULTS[which]}`);
  }

  async remove(): Promise<void> {
    await this.#installation.remove();
    this.#installation = new Installation();
  }
}

function withoutCaching(specification: Specification): Specification {
  const copy = structuredClone(specification);
  for (const dag of [copy.root.dag, ...Object.values(copy.components).map((component) => component.dag)]) {
    for (const task of Object.values(dag?.tasks ?? {})) (task as Record<string, unknown>)['cachingOptions'] = {};
  }
  return copy;
}
