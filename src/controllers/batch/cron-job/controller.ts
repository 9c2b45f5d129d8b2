// The CronJob controller: Jobs by the clock.
import { CRON_JOBS, JOBS } from '../../../api/mod.ts';
import { Failure, type KubeObject } from '../../../base/mod.ts';
import type { ReconcileResult } from '../../../control/mod.ts';
import { keyOf, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE, eachOf } from '../../create-controller.ts';
import { createFreshView, type FreshView } from '../../fresh-view.ts';
import { controllerOf, createOwnedObjects } from '../../owned-objects.ts';
import { writeStatus, type OwnedWritePorts } from '../../owned-writes.ts';
import { newStrikeMs, planCronJob, type CronJobPlan } from './plan.ts';

interface Ports extends OwnedWritePorts {
  readonly cronJobs: FreshView;
}

export function createCronJobController(ports: ControllerPorts): Controller {
  const informer = ports.informers.of(CRON_JOBS);
  const jobs = ports.informers.of(JOBS);
  const cronJobs = createFreshView(informer);
  const owned = createOwnedObjects(jobs, ports.clock);
  return createController(ports, {
    name: 'cron-job',
    concurrency: 4,
    reconcile: eachOf(cronJobs, (cronJob) => reconcile({ ...ports, cronJobs, owned }, cronJob)),
    follow(queue) {
      informer.onChange(({ object, previous }) => {
        // As upstream: a strike of the new schedule that lies in the past is not made up for.
        const strikeMs = previous === undefined ? undefined : newStrikeMs(object, previous, ports.clock.now());
        if (strikeMs === undefined) queue.add(keyOf(object));
        else queue.addAfter(keyOf(object), strikeMs - ports.clock.now());
      });
      jobs.onChange(({ object }) => {
        const controller = controllerOf(object);
        if (controller?.kind === 'CronJob') queue.add(`${object.metadata.namespace ?? ''}/${controller.name}`);
      });
    },
  });
}

async function reconcile(ports: Ports, cronJob: KubeObject): Promise<ReconcileResult> {
  const { namespace = '', name, uid } = cronJob.metadata;
  const jobs = ports.owned.controlledBy('CronJob', namespace, name).filter((job) => controllerOf(job)?.uid === uid);
  const plan = planCronJob(cronJob, jobs, ports.clock.now());
  for (const event of plan.events) ports.events.record(cronJob, event);
  for (const job of plan.deletions) await deleteJob(ports, cronJob, job);
  try {
    if (plan.create !== undefined) await createJob(ports, cronJob, plan.create);
  } catch (refusal) {
    // Jobs that have ended are told of once, also while a quota keeps the next one away.
    await tell(ports, cronJob, planCronJob(cronJob, jobs, ports.clock.now(), true));
    throw refusal;
  }
  const isTold = await tell(ports, cronJob, plan);
  return !isTold || plan.wakeAtMs === undefined ? DONE : { kind: 'after', delayMs: Math.max(1, plan.wakeAtMs - ports.clock.now()) };
}

/** False when somebody came between: that change brings the next reconcile. */
async function tell(ports: Ports, cronJob: KubeObject, { status }: CronJobPlan): Promise<boolean> {
  if (status === undefined) return true;
  const written = await writeStatus(ports, CRON_JOBS, cronJob, status);
  if (written !== undefined) ports.cronJobs.remember(written);
  return written !== undefined;
}

async function createJob(ports: Ports, cronJob: KubeObject, job: KubeObject): Promise<void> {
  const outcome = await ports.api.create(JOBS, cronJob.metadata.namespace, job);
  if (outcome.ok) {
    ports.owned.remember(outcome.value);
    ports.events.record(cronJob, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created job ${job.metadata.name}` });
  } else if (outcome.status.reason !== 'AlreadyExists') {
    ports.events.record(cronJob, { type: 'Warning', reason: 'FailedCreate', message: `Error creating job: ${outcome.status.message}` });
    throw new Failure(outcome.status.reason, outcome.status.message);
  }
}

async function deleteJob(ports: Ports, cronJob: KubeObject, job: KubeObject): Promise<void> {
  const { namespace, name, uid = '' } = job.metadata;
  const outcome = await ports.api.delete({ type: JOBS, namespace, name }, { preconditions: { uid }, propagationPolicy: 'Background' });
  if (!outcome.ok && !['NotFound', 'Conflict'].includes(outcome.status.reason)) throw new Failure(outcome.status.reason, outcome.status.message);
  ports.owned.forget(job);
  ports.events.record(cronJob, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${name}` });
}
