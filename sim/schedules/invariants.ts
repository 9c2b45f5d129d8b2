// What must hold when a schedule has come to rest, whatever went wrong on the way. docs/invariants.md counts them.
import assert from 'node:assert/strict';
import { silentLog, type JsonObject, type ResourceType, type KubeObject } from '../../src/base/mod.ts';
import { nextStrikeMs } from '../../src/ir/mod.ts';
import { hasTaskEnded, type RecurringRun, type RunSnapshot } from '../../src/records/mod.ts';
import { openStore } from '../../src/store/mod.ts';
import { expectedRun } from './expected.ts';
import { ENDPOINT_SLICES, hasEnded, JOBS, PODS, STEP_ANNOTATION, type StepDocument } from '../../src/api/mod.ts';
import type { Schedule } from './schedule.ts';
import { isOf, notAtRest, podNamesOf, WORKLOAD_TYPES } from './workloads.ts';

export async function checkInvariants(schedule: Schedule): Promise<void> {
  checkRuns(schedule);
  checkSeries(schedule);
  const pods = await listed(schedule, PODS);
  checkPods(schedule, pods);
  checkAgreement(schedule, pods);
  checkJobs(schedule, await listed(schedule, JOBS), pods);
  await checkWorkloads(schedule, pods);
  checkCaches(schedule, pods);
  checkStore(schedule);
}

function checkRuns(schedule: Schedule): void {
  const { story, server, acknowledged, touched } = schedule;
  for (const { runId, document } of story.runs) {
    const snapshot = server.records.snapshot(runId);
    if (snapshot === undefined) {
      assert.ok(!acknowledged.has(runId), `${runId} was acknowledged and is lost`);
      continue;
    }
    checkTasks(snapshot);
    if (touched.has(runId)) continue;
    checkEnd(schedule, snapshot, document);
  }
}

/** Each strike has made one run, which ended as its steps did; without catching up those that were missed may have none. */
function checkSeries(schedule: Schedule): void {
  for (const { recurringRunId, document } of schedule.story.series) {
    const series = schedule.server.records.recurringRun(recurringRunId);
    if (series === undefined) {
      assert.ok(!schedule.acknowledged.has(recurringRunId), `${recurringRunId} was acknowledged and is lost`);
      continue;
    }
    const runs = schedule.runsOf(recurringRunId);
    const made = runs.map(({ scheduledAtMs }) => scheduledAtMs).toSorted((a, b) => a - b);
    const strikes = strikesOf(series);
    if (series.noCatchup) assert.deepEqual(made, strikes.filter((strikeMs) => made.includes(strikeMs)), `${recurringRunId} made a run twice, or at another time`);
    else assert.deepEqual(made, strikes, `${recurringRunId} did not make one run for each strike`);
    assert.equal(made.at(-1), strikes.at(-1), `${recurringRunId} has no run for its last strike`);
    for (const { runId } of runs) {
      const snapshot = schedule.server.records.snapshot(runId)!;
      checkTasks(snapshot);
      checkEnd(schedule, snapshot, document);
    }
  }
}

function strikesOf({ trigger, createdAtMs }: RecurringRun): readonly number[] {
  const strikes: number[] = [];
  for (let lastStrikeMs: number | undefined; ; strikes.push(lastStrikeMs)) {
    lastStrikeMs = nextStrikeMs({ trigger, createdAtMs, noCatchup: false, ...(lastStrikeMs === undefined ? {} : { lastStrikeMs }) }, 0);
    if (lastStrikeMs === undefined) return strikes;
  }
}

function checkTasks({ run, tasks }: RunSnapshot): void {
  const open = tasks.filter(({ state }) => !hasTaskEnded(state)).map(({ path, state }) => `${path} ${state}`);
  assert.deepEqual(open, [], `${run.runId} ended ${run.state}, and these tasks did not`);
}

/** Of a run that no user has touched. */
function checkEnd({ story }: Schedule, { run: { runId, state: ended }, tasks }: RunSnapshot, document: JsonObject): void {
  const podless = tasks.filter(({ podName, podUid, state }) => podName !== undefined && podUid === undefined && ['SUCCEEDED', 'FAILED'].includes(state));
  assert.deepEqual(podless.map(({ path }) => path), [], `${runId}: these steps ended, and their Pods are not known`);
  const expected = expectedRun(runId, document, story.behave);
  assert.deepEqual(sorted(new Map(tasks.map(({ path, state }) => [path, state]))), sorted(expected.tasks), `${runId}: tasks did not end as their steps did`);
  assert.equal(ended, expected.state, `${runId} did not end as its tasks did`);
}

function checkPods({ machine, server }: Schedule, pods: readonly KubeObject[]): void {
  assert.equal(new Set(machine.started).size, machine.started.length, `a step ran twice: ${repeated(machine.started).join(', ')}`);
  assert.deepEqual(machine.doubled, [], 'two processes ran under one name');
  const endless = pods.filter((pod) => isEndless(pod) && !hasEnded(pod));
  assert.deepEqual(machine.running.toSorted(), endless.map(({ metadata: { name } }) => name).toSorted(), 'the processes that run are not those of the Pods that shall');
  for (const pod of pods) {
    const isAsItShall = hasEnded(pod) || (isEndless(pod) && pod.status?.['phase'] === 'Running');
    assert.ok(isAsItShall && pod.metadata.deletionTimestamp === undefined, `Pod ${pod.metadata.name} is left ${JSON.stringify(pod.status?.['phase'])} ${pod.metadata.deletionTimestamp ?? ''}`);
  }
  const { activeRunCount, podRequestCount, queue } = server.engine.status();
  assert.deepEqual({ activeRunCount, podRequestCount, waiting: queue.waiting, running: queue.running }, { activeRunCount: 0, podRequestCount: 0, waiting: 0, running: 0 }, 'the engine holds on to something');
}

/** Records and objects say the same of each step, and what is done has run. */
function checkAgreement({ server, machine, touched }: Schedule, pods: readonly KubeObject[]): void {
  const ran = new Set(machine.started);
  for (const pod of pods) {
    const document = pod.metadata.annotations?.[STEP_ANNOTATION];
    if (document === undefined) continue; // of a Job
    const { runId, taskId } = JSON.parse(document) as StepDocument;
    // The tasks that a user lets run again begin anew.
    if (touched.has(runId)) continue;
    const task = server.records.task(taskId);
    assert.ok(task !== undefined, `Pod ${pod.metadata.name} is of no recorded task`);
    if (task.podUid !== pod.metadata.uid) continue; // of an earlier attempt
    assert.equal(task.state === 'SUCCEEDED', pod.status?.['phase'] === 'Succeeded', `${runId} ${task.path} is ${task.state}, its Pod ${String(pod.status?.['phase'])}`);
    if (task.state === 'SUCCEEDED') assert.ok(ran.has(pod.metadata.name), `${runId} ${task.path} is recorded as done and never ran`);
  }
}

function checkJobs({ story, acknowledged, machine }: Schedule, jobs: readonly KubeObject[], pods: readonly KubeObject[]): void {
  for (const { name, spec } of story.jobs) {
    const job = jobs.find(({ metadata }) => metadata.name === name);
    if (job === undefined) {
      assert.ok(!acknowledged.has(name), `${name} was acknowledged and is lost`);
      continue;
    }
    const { active = 0, succeeded = 0, conditions } = job.status as unknown as { active?: number; succeeded?: number; conditions: { type: string }[] };
    const told = JSON.stringify(job.status);
    assert.equal(active, 0, `${name} counts active Pods: ${told}`);
    // A Pod whose creation was not answered may be one too many, as upstream's may; none is counted twice.
    assert.ok(succeeded <= machine.successCount(`${name}-`), `${name} counts more successes than there were: ${told}`);
    if (conditions.some(({ type }) => type === 'Complete')) assert.ok(succeeded >= Number(spec['completions']), `${name} is complete too early: ${told}`);
    if (spec['completionMode'] === 'Indexed') assert.ok(succeeded <= Number(spec['completions']), `${name} counts an index twice: ${told}`);
    const own = pods.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === job.metadata.uid));
    for (const pod of own) assert.equal(pod.metadata.finalizers?.length ?? 0, 0, `${pod.metadata.name} is held by a finalizer`);
  }
}

/** Each has the Pods that it wants, of its last template and no others; those of a deleted one are gone; its Service leads to them. */
async function checkWorkloads(schedule: Schedule, pods: readonly KubeObject[]): Promise<void> {
  const running = pods.filter((pod) => isEndless(pod) && !hasEnded(pod));
  const slices = await listed(schedule, ENDPOINT_SLICES);
  for (const { kind, name } of schedule.story.workloads) {
    const own = running.filter(({ metadata }) => metadata.labels?.['app'] === name);
    const workload = (await listed(schedule, WORKLOAD_TYPES[kind])).find(({ metadata }) => metadata.name === name);
    if (workload === undefined) {
      assert.ok(!schedule.acknowledged.has(name) || schedule.removed.has(name), `${kind} ${name} was acknowledged and is lost`);
      assert.deepEqual(own, [], `${kind} ${name} is gone, and its Pods are not`);
      continue;
    }
    assert.equal(notAtRest(workload), undefined);
    assert.equal(own.length, Number(workload.spec?.['replicas'] ?? 1), `${kind} ${name} says that it is at rest, and has ${own.length} Pods`);
    for (const pod of own) assert.ok(isOf(workload, pod), `Pod ${pod.metadata.name} is of an old template`);
    const names = podNamesOf(workload);
    if (names !== undefined) assert.deepEqual(own.map(({ metadata }) => metadata.name).toSorted(), names);
    const reached = slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name).flatMap(readyAddresses);
    if (schedule.acknowledged.has(`service ${name}`)) assert.deepEqual(reached.toSorted(), own.map(({ status }) => String(status?.['podIP'])).toSorted(), `the Service ${name} leads elsewhere`);
  }
}

function readyAddresses(slice: KubeObject): readonly string[] {
  const { endpoints = [] } = slice as unknown as { endpoints?: readonly { addresses: readonly string[]; conditions: { ready?: boolean } }[] };
  return endpoints.flatMap(({ addresses, conditions }) => (conditions.ready === true ? addresses : []));
}

function isEndless(pod: KubeObject): boolean {
  return pod.spec?.['restartPolicy'] === 'Always';
}

/** Whoever missed news has caught up. */
function checkCaches({ server }: Schedule, pods: readonly KubeObject[]): void {
  const revisions = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).toSorted();
  assert.deepEqual(revisions(server.pods.list()), revisions(pods), "the engine's view of the Pods is old");
  assert.deepEqual(revisions(server.agent.pods.list()), revisions(pods), "the node's view of the Pods is old");
}

/** What is in memory is what the next start reads. */
function checkStore({ server: { database, store, life } }: Schedule): void {
  assert.equal(database.get<{ integrity_check: string }>('PRAGMA integrity_check')?.integrity_check, 'ok');
  const reread = openStore({ database, clock: life.clock, log: silentLog });
  assert.equal(reread.revision, store.revision);
  for (const prefix of ['pods/', 'jobs.batch/', 'nodes/']) assert.deepEqual(reread.list(prefix), store.list(prefix), prefix);
  reread.close();
}

async function listed({ server }: Schedule, type: ResourceType): Promise<readonly KubeObject[]> {
  const outcome = await server.api.objectApi.list(type, undefined);
  assert.ok(outcome.ok);
  return outcome.value.items;
}

function sorted(map: ReadonlyMap<string, string>): string[] {
  return [...map].map(([path, state]) => `${path} ${state}`).toSorted();
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}
