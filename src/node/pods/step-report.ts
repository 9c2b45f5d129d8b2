// The result of a step's Pod on its way to the engine: collected and told once, before anybody can see the Pod as ended.
import { crashPoint, type Clock } from '../../base/mod.ts';
import { STEP_CONTAINER, type StepDocument, type StepResult, type StepResultSink } from '../../api/mod.ts';
import type { Blobs } from '../../blobs/mod.ts';
import { NOT_STARTED, type ContainerState, type Termination } from './container-state.ts';
import type { PodDirectory } from './pod-directory.ts';
import { collectStepResult } from './step.ts';

export interface StepReportOptions {
  readonly document: StepDocument;
  readonly podUid: string;
  readonly directory: PodDirectory;
  readonly blobs: Blobs;
  readonly stepResults: StepResultSink;
  readonly clock: Clock;
}

/** Why a Pod failed as a whole, as its status says it. */
export interface PodFailure {
  readonly reason: string;
  readonly message: string;
}

export class StepReport {
  readonly #options: StepReportOptions;
  #told: StepResult | undefined;

  constructor(options: StepReportOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the engine has the result; `podFailure` takes precedence over what the container says. Returns what makes
   * the Pod a failed one beyond its exit codes: outputs that can't be taken.
   */
  async tell(states: ReadonlyMap<string, ContainerState>, podFailure: PodFailure | undefined): Promise<PodFailure | undefined> {
    this.#told ??= await this.#report(states.get(STEP_CONTAINER) ?? NOT_STARTED, podFailure);
    const { outcome, exitCode, reason = 'Error', message = 'the outputs of the step can not be taken' } = this.#told;
    return outcome === 'Failed' && exitCode === 0 ? { reason, message } : undefined;
  }

  async #report(state: ContainerState, podFailure: PodFailure | undefined): Promise<StepResult> {
    const { document, podUid, directory, blobs, stepResults } = this.#options;
    const termination = state.phase === 'terminated' ? state.termination : this.#neverEnded();
    const tmpDirectory = directory.tmp(STEP_CONTAINER, state.restartCount);
    const collected = await collectStepResult({ document, podUid, termination, tmpDirectory }, blobs);
    const result = collected.outcome === 'Failed' ? { ...collected, ...podFailure } : collected;
    crashPoint('node.step-result.before');
    await stepResults.report(result);
    crashPoint('node.step-result.after');
    return result;
  }

  #neverEnded(): Termination {
    const message = 'the Pod was deleted before the step ended';
    return { exitCode: 143, reason: 'Terminated', message, finishedAtMs: this.#options.clock.now() };
  }
}
