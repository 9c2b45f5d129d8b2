// Hooks that run right after the start of a container. It counts as started when its hook is through, and ends when that fails.
import { describeError, type Clock } from '../../base/mod.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { ProbeTarget } from './run-probe.ts';
import { runHook, type Hook } from './lifecycle.ts';

export interface PostStartsOptions {
  readonly podUid: string;
  readonly runtime: Runtime;
  /** Connects to a port of the Pod. */
  readonly dial: ProbeTarget['dial'];
  readonly clock: Clock;
  readonly wake: (podUid: string) => void;
  readonly onFailure: (container: string, restart: number, problem: string) => void;
  /** Ends the hooks. */
  readonly signal: AbortSignal;
}

export class PostStarts {
  readonly #options: PostStartsOptions;
  readonly #underWay = new Map<string, number>();

  constructor(options: PostStartsOptions) {
    this.#options = options;
  }

  /** Its hook has not come to its end. */
  isUnderWay(container: string, restart: number): boolean {
    return this.#underWay.get(container) === restart;
  }

  begin(container: string, restart: number, hook: Hook | undefined): void {
    if (hook === undefined) return;
    this.#underWay.set(container, restart);
    void this.#run(container, restart, hook);
  }

  async #run(container: string, restart: number, hook: Hook): Promise<void> {
    const { podUid, signal, onFailure, wake } = this.#options;
    try {
      await runHook(hook, { ...this.#options, containerId: `${podUid}/${container}/${restart}` }, signal);
    } catch (error) {
      if (signal.aborted) return;
      onFailure(container, restart, describeError(error));
    }
    if (this.isUnderWay(container, restart)) this.#underWay.delete(container);
    wake(podUid);
  }
}
