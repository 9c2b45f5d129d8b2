// The Job controller: Pods that run to their end, counted once each.
import { Failure, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, JOBS, matchesLabels, PODS } from '../../../api/mod.ts';
import type { ReconcileResult } from '../../../control/mod.ts';
import { keyOf, splitKey, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';
import { createFreshView, type FreshView } from '../../fresh-view.ts';
import { inGrowingBatches } from '../../growing-batches.ts';
import { controllerOf } from '../../owned-objects.ts';
import type { OwnedPods } from '../../owned-pods.ts';
import { Pace } from '../../pace.ts';
import { createPod, deletePod, patchOwned, writeStatus, type OwnedWritePorts } from '../../owned-writes.ts';
import { controllerReference } from '../../pod-template.ts';
import { createStampReading, type StampReading } from '../../stamp-reading.ts';
import { isTracked, podOf, TRACKING_FINALIZER } from './job-pod.ts';
import { isManagedHere, planJob, type JobPlan } from './plan.ts';

interface Ports extends OwnedWritePorts {
  readonly jobs: FreshView;
  readonly read: StampReading;
  /** Of Jobs, by key. */
  readonly pace: Pace;
}

/** Thousands of Pods are counted in milliseconds, and each of them would have all counted three times. */
const LONG_COUNT_MS = 1;

const NAME_LABEL = 'batch.kubernetes.io/job-name';

export function createJobController(ports: ControllerPorts, owned: OwnedPods): Controller {
  const informer = ports.informers.of(JOBS);
  const jobs = createFreshView(informer);
  const read = createStampReading(ports.clock);
  const pace = new Pace(ports.clock, LONG_COUNT_MS);
  return createController(ports, {
    name: 'job',
    concurrency: 8,
    async reconcile(key) {
      const delayMs = pace.pauseMs(key);
      if (delayMs > 0) return { kind: 'after', delayMs };
      const { namespace, name } = splitKey(key);
      return reconcile({ ...ports, owned, jobs, read, pace }, namespace, name, jobs.get(namespace, name));
    },
    follow(queue) {
      informer.onChange(({ object }) => queue.add(keyOf(object)));
      owned.follow('Job', {
        owned: (key) => queue.add(key),
        loose(pod) {
          const name = jobNameOf(pod);
          if (name !== undefined) queue.add(`${pod.metadata.namespace ?? ''}/${name}`);
        },
      });
    },
  });
}

/** Of a Pod without a controller: the Job that its label names. */
function jobNameOf(pod: KubeObject): string | undefined {
  const controller = controllerOf(pod);
  if (controller === undefined) return pod.metadata.labels?.[NAME_LABEL];
  return controller.kind === 'Job' ? controller.name : undefined;
}

async function reconcile(ports: Ports, namespace: string, name: string, job: KubeObject | undefined): Promise<ReconcileResult> {
  const { owned, clock, pace } = ports;
  const isOwn = (pod: KubeObject) => job !== undefined && controllerOf(pod)?.uid === job.metadata.uid;
  const { own = [], strays = [] } = Object.groupBy(owned.controlledBy('Job', namespace, name), (pod) => (isOwn(pod) ? 'own' : 'strays'));
  const loose = owned.uncontrolled(namespace);
  await releaseStrays(ports, { namespace, name, job }, [...strays, ...loose.filter((pod) => jobNameOf(pod) === name && !isAdoptable(job, pod))]);
  const key = `${namespace}/${name}`;
  if (job === undefined) {
    pace.took(key, 0);
    return DONE;
  }
  const adopted = isManagedHere(job) ? await adopt(ports, job, loose.filter((pod) => isAdoptable(job, pod))) : [];
  const facts = { job, pods: [...own, ...adopted], read: ports.read };
  const beginMs = clock.steadyMs();
  const plan = planJob(facts, clock.now());
  pace.took(key, clock.steadyMs() - beginMs);
  // Those that were made before the refusal are there by then.
  const afterRefusal = () => planJob({ ...facts, pods: owned.controlledBy('Job', namespace, name).filter(isOwn), isRefused: true }, clock.now());
  return act(ports, job, plan, afterRefusal);
}

function isAdoptable(job: KubeObject | undefined, pod: KubeObject): boolean {
  if (job === undefined || job.metadata.deletionTimestamp !== undefined || pod.metadata.deletionTimestamp !== undefined) return false;
  return matchesLabels(fieldOf(job, 'spec', 'selector'), pod.metadata.labels ?? {});
}

/** Pods whose Job is gone, or that it gave up, would stay for ever with its finalizer. */
async function releaseStrays(ports: Ports, { namespace, name, job }: { namespace: string; name: string; job: KubeObject | undefined }, pods: readonly KubeObject[]): Promise<void> {
  const held = pods.filter(isTracked);
  if (held.length === 0) return;
  const current = await ports.api.get({ type: JOBS, namespace, name });
  // The cache of Jobs may be behind that of Pods.
  if (current.ok ? current.value.metadata.uid !== job?.metadata.uid : current.status.reason !== 'NotFound') return;
  for (const pod of held) await release(ports, pod);
}

async function adopt(ports: Ports, job: KubeObject, pods: readonly KubeObject[]): Promise<readonly KubeObject[]> {
  const adopted: KubeObject[] = [];
  for (const pod of pods) {
    const ownerReferences = [...(pod.metadata.ownerReferences ?? []), controllerReference(job, 'batch/v1', 'Job')];
    const finalizers = [...(pod.metadata.finalizers ?? []).filter((finalizer) => finalizer !== TRACKING_FINALIZER), TRACKING_FINALIZER];
    const written = await patchOwned(ports, PODS, pod, { ownerReferences, finalizers });
    if (written !== undefined) adopted.push(written);
  }
  return adopted;
}

async function act(ports: Ports, job: KubeObject, plan: JobPlan, afterRefusal: () => JobPlan): Promise<ReconcileResult> {
  if (plan.isExpired) return expire(ports, job);
  await inGrowingBatches(plan.deletions, async ({ pod, isCounted }) => deletePod(ports, job, isCounted ? pod : await release(ports, pod)));
  try {
    await inGrowingBatches(plan.orders, (order) => createPod(ports, job, podOf(job, order)));
  } catch (refusal) {
    // It starts, and Pods that have ended count, also while a quota keeps the others away.
    await tell(ports, job, afterRefusal());
    throw refusal;
  }
  const isTold = await tell(ports, job, plan);
  return !isTold || plan.wakeAtMs === undefined ? DONE : { kind: 'after', delayMs: Math.max(1, plan.wakeAtMs - ports.clock.now()) };
}

/** The status before any finalizer goes; false when somebody came between: that change brings the next reconcile. */
async function tell(ports: Ports, job: KubeObject, { status, events, releases }: JobPlan): Promise<boolean> {
  if (status !== undefined) {
    const written = await writeStatus(ports, JOBS, job, status);
    if (written === undefined) return false;
    ports.jobs.remember(written);
  }
  for (const event of events) ports.events.record(job, event);
  await inGrowingBatches(releases, (pod) => release(ports, pod));
  return true;
}

async function expire({ api }: Ports, { metadata }: KubeObject): Promise<ReconcileResult> {
  const preconditions = { uid: metadata.uid ?? '' };
  const outcome = await api.delete({ type: JOBS, namespace: metadata.namespace, name: metadata.name }, { propagationPolicy: 'Foreground', preconditions });
  if (!outcome.ok && !['NotFound', 'Conflict'].includes(outcome.status.reason)) throw new Failure(outcome.status.reason, outcome.status.message);
  return DONE;
}

/** The Pod without its finalizer. */
async function release(ports: Ports, pod: KubeObject): Promise<KubeObject> {
  if (!isTracked(pod)) return pod;
  const finalizers = (pod.metadata.finalizers ?? []).filter((finalizer) => finalizer !== TRACKING_FINALIZER);
  return (await patchOwned(ports, PODS, pod, { finalizers: finalizers.length === 0 ? null : finalizers })) ?? pod;
}
