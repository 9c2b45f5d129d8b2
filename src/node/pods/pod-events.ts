// The Events of one Pod, as the kubelet writes them. Steps have none while all goes well: a write for each start and each
// image would cost more than many a step itself.
import type { KubeObject } from '../../base/mod.ts';
import type { EventRecorder } from '../../client/mod.ts';
import type { ProbeKind } from './probe-spec.ts';

export class PodEvents {
  readonly #recorder: EventRecorder;
  readonly #pod: () => KubeObject;
  readonly #isStep: boolean;
  /** What was said last of each container, so that a retry does not repeat it. */
  readonly #lastWarnings = new Map<string, string>();
  /** Containers whose image was spoken of. */
  readonly #pulled = new Set<string>();

  constructor(recorder: EventRecorder, pod: () => KubeObject, isStep: boolean) {
    this.#recorder = recorder;
    this.#pod = pod;
    this.#isStep = isStep;
  }

  /** What is said before a start, Pulled among it. */
  tell(container: string, reason: string, message: string): void {
    if (reason === 'Pulled') this.#pulled.add(container);
    this.#record('Normal', reason, message);
  }

  started(container: string, image: string): void {
    const isPulled = this.#pulled.delete(container);
    if (this.#isStep) return;
    this.#lastWarnings.delete(container);
    if (!isPulled) this.#record('Normal', 'Pulled', `Container image "${image}" is present on this machine`);
    this.#record('Normal', 'Created', `Created container: ${container}`);
    this.#record('Normal', 'Started', `Started container ${container}`);
  }

  killing(container: string): void {
    this.#record('Normal', 'Killing', `Stopping container ${container}`);
  }

  /** What a command prints may hold the time or a count: other numbers in it make no other complaint. */
  unhealthy(container: string, probe: ProbeKind, problem: string): void {
    const alike = problem.replace(/(exit code \d+: )(.*)/s, (_, sentence: string, output: string) => sentence + output.replaceAll(/\d+/g, '0'));
    this.warn(container, 'Unhealthy', `${title(probe)} probe failed: ${problem}`, `${probe} ${alike}`);
  }

  /** The kubelet's words. */
  outdated(container: string): void {
    this.#record('Normal', 'Killing', `Container ${container} definition changed, will be restarted`);
  }

  /** The kubelet's words. */
  renewed(container: string): void {
    this.#record('Normal', 'Killing', `Container ${container} resize requires restart`);
  }

  resized(reason: 'ResizeStarted' | 'ResizeCompleted', message: string): void {
    this.#lastWarnings.delete('');
    this.#record('Normal', reason, message);
  }

  failedProbe(container: string, probe: ProbeKind, { startsAgain }: { readonly startsAgain: boolean }): void {
    this.#record('Normal', 'Killing', `Container ${container} failed ${probe} probe${startsAgain ? ', will be restarted' : ''}`);
  }

  /** It passed, but for this. */
  probeWarning(container: string, probe: ProbeKind, warning: string): void {
    this.warn(container, 'ProbeWarning', `${title(probe)} probe warning: ${warning}`);
  }

  backOff(container: string): void {
    this.#record('Warning', 'BackOff', `Back-off restarting failed container ${container} in pod ${fullNameOf(this.#pod())}`);
  }

  /** Once for each container and sentence in a row; `alike` is what makes it the same one. */
  warn(container: string, reason: string, message: string, alike = message): void {
    const text = `${reason} ${alike}`;
    if (this.#lastWarnings.get(container) === text) return;
    this.#lastWarnings.set(container, text);
    this.#record('Warning', reason, message);
  }

  #record(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#recorder.record(this.#pod(), { type, reason, message });
  }
}

/** In the kubelet's sentences. */
export function fullNameOf({ metadata: { name, namespace = '', uid = '' } }: KubeObject): string {
  return `${name}_${namespace}(${uid})`;
}

function title(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
