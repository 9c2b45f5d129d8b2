// The played node: what the kubelet and the supervisor's client do in one life of the server. It starts a process for each Pod,
// takes up those of the life before, reports results (sometimes twice) until they are taken, and removes what is deleted.
import { silentLog, toRfc3339, type JsonObject, type KubeObject, type ObjectApi } from '../../src/base/mod.ts';
import { hasEnded, PODS, STEP_ANNOTATION, type StepDocument, type StepResult, type StepResultSink } from '../../src/api/mod.ts';
import { createInformer, type Informer } from '../../src/client/mod.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { Machine, Process } from './machine.ts';

const RETRY_MS = 50;
const LATE_MS_MAX = 20_000;
/** A step has one result, and asks the API a dozen times. */
const RESULT_TIMES = 6;

export interface AgentPorts {
  readonly api: ObjectApi;
  readonly machine: Machine;
  readonly life: Life;
  readonly faults: Faults;
  readonly results: StepResultSink;
}

export class Agent {
  readonly pods: Informer;
  readonly #ports: AgentPorts;
  readonly #seen = new Set<string>();
  readonly #removing = new Set<string>();

  constructor(ports: AgentPorts) {
    this.#ports = ports;
    this.pods = createInformer({ api: ports.api, type: PODS, clock: ports.life.clock, log: silentLog });
  }

  async start(): Promise<void> {
    await this.pods.start();
    this.pods.onChange(({ kind, object: pod }) => {
      const uid = pod.metadata.uid!;
      if (kind === 'delete') this.#ports.machine.kill(uid);
      else if (pod.metadata.deletionTimestamp !== undefined) void this.#remove(pod);
      else if (pod.spec?.['nodeName'] !== undefined) void this.#run(pod);
    });
  }

  async #run(pod: KubeObject): Promise<void> {
    const { machine, life } = this.#ports;
    const { uid, name } = pod.metadata;
    if (this.#seen.has(uid!) || hasEnded(pod)) return;
    this.#seen.add(uid!);
    const process = machine.start(uid!, name, pod.spec?.['restartPolicy'] === 'Always');
    await this.#setStatus(pod, runningStatus(process, life.clock.now()));
    if (process.endsAtMs === Infinity) return;
    await life.clock.sleep(process.endsAtMs - life.clock.now());
    if (process.isKilled) return;
    const step = pod.metadata.annotations?.[STEP_ANNOTATION];
    if (step !== undefined) await this.#report(resultOf(JSON.parse(step) as StepDocument, pod, process));
    await this.#setStatus(pod, endedStatus(process));
  }

  async #report(result: StepResult): Promise<void> {
    const { results, faults, life } = this.#ports;
    await this.#untilDone(async () => {
      const delayMs = faults.delayMs();
      if (delayMs > 0) await life.clock.sleep(delayMs);
      if (faults.strikes('a result is reported twice at once', RESULT_TIMES)) void results.report(result).catch(() => undefined);
      await life.unlessOver(results.report(result));
      return !faults.strikes('the answer to a result is lost', RESULT_TIMES);
    });
    // A message that was on its way for long: the step may have been tried again, or its run be over.
    if (!faults.strikes('a result is told once more, long after', RESULT_TIMES)) return;
    life.clock.schedule(faults.below(LATE_MS_MAX), () => void results.report(result).catch(() => undefined));
  }

  async #remove({ metadata: { uid, namespace, name } }: KubeObject): Promise<void> {
    if (this.#removing.has(uid!)) return;
    this.#removing.add(uid!);
    this.#ports.machine.kill(uid!);
    await this.#untilDone(async () => {
      const outcome = await this.#ports.api.delete({ type: PODS, namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid: uid! } });
      return outcome.ok || ['NotFound', 'Conflict'].includes(outcome.status.reason);
    });
  }

  async #setStatus({ metadata: { uid, namespace, name } }: KubeObject, status: JsonObject): Promise<void> {
    await this.#untilDone(async () => {
      const outcome = await this.#ports.api.patch({ type: PODS, namespace, name }, 'merge', { metadata: { uid: uid! }, status }, { subresource: 'status' });
      return outcome.ok || ['NotFound', 'Conflict', 'Invalid'].includes(outcome.status.reason);
    });
  }

  async #untilDone(attempt: () => Promise<boolean>): Promise<void> {
    while (!(await attempt().catch(() => false))) await this.#ports.life.clock.sleep(RETRY_MS);
  }
}

function runningStatus({ address }: Process, nowMs: number): JsonObject {
  return { phase: 'Running', podIP: address, podIPs: [{ ip: address }], startTime: toRfc3339(nowMs), conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: toRfc3339(nowMs) }] };
}

function endedStatus({ isFailing, endsAtMs }: Process): JsonObject {
  const terminated = { exitCode: isFailing ? 1 : 0, reason: isFailing ? 'Error' : 'Completed', startedAt: toRfc3339(endsAtMs), finishedAt: toRfc3339(endsAtMs) };
  return {
    phase: isFailing ? 'Failed' : 'Succeeded',
    conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: toRfc3339(endsAtMs) }],
    containerStatuses: [{ name: 'main', image: 'any', imageID: '', ready: false, restartCount: 0, state: { terminated } }],
  };
}

function resultOf(step: StepDocument, pod: KubeObject, { isFailing, endsAtMs }: Process): StepResult {
  return {
    runId: step.runId,
    taskId: step.taskId,
    attempt: step.attempt,
    ...(step.tries === undefined ? {} : { tries: step.tries }),
    podUid: pod.metadata.uid!,
    outcome: isFailing ? 'Failed' : 'Succeeded',
    exitCode: isFailing ? 1 : 0,
    ...(isFailing ? { reason: 'Error', message: 'it broke' } : {}),
    finishedAtMs: endsAtMs,
    parameterTexts: Object.fromEntries(step.outputParameters.map(({ name }) => [name, '1'])),
    artifacts: {},
  };
}
