// The engine in its real surroundings: store, API server, records and blobs over a database in memory. Only the node is
// played: it answers every Pod that the API server shows with the result that the test wants.
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure, silentLog, systemClock, systemRng, until, type JsonObject, type KubeObject, type ObjectApi } from '../../base/mod.ts';
import { builtinKinds, PODS, STEP_ANNOTATION, type StepDocument, type StepResult, type StepResultSink } from '../../api/mod.ts';
import { openLocalBlobs, type Blobs } from '../../blobs/mod.ts';
import { createInformer, type Informer } from '../../client/mod.ts';
import { openRecords, type Records, type Run } from '../../records/mod.ts';
import { createApiServer } from '../../server/mod.ts';
import { openDatabase } from '../../sql/mod.ts';
import { openStore } from '../../store/mod.ts';
import { createEngine, type Engine } from '../engine.ts';
import type { EngineSettings } from '../settings.ts';

/** What the played node does with a step; `undefined` leaves the Pod pending. */
export type StepBehaviour = (step: StepDocument, pod: KubeObject) => Partial<StepResult> | undefined;

export interface EngineWorld {
  readonly api: ObjectApi;
  readonly records: Records;
  readonly blobs: Blobs;
  readonly pods: Informer;
  /** The engine at work now. */
  engine(): Engine;
  /** Throws the engine away and starts another one on the same records. */
  replaceEngine(): Promise<void>;
  submit(document: JsonObject, options?: { parameters?: JsonObject; runId?: string }): Promise<string>;
  /** Waits until the run has ended. */
  ended(runId: string): Promise<Run>;
  /** Results that the engine took as new, in order. */
  readonly recorded: StepResult[];
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly behave?: StepBehaviour;
  readonly settings?: EngineSettings;
  /** Whether the engine's next write fails as on a full disk. */
  readonly isDiskFull?: () => boolean;
  /** After each step result was reported. */
  readonly afterReport?: () => Promise<void>;
}

export async function createWorld(options: WorldOptions = {}): Promise<EngineWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-engine-'));
  const database = openDatabase({ path: ':memory:', log: silentLog, synchronous: 'OFF' });
  const ports = { clock: systemClock, rng: systemRng, log: silentLog };
  const store = openStore({ database, ...ports });
  const { objectApi: api } = createApiServer({ store, kinds: builtinKinds, isAutoNamespace: true, ...ports });
  const records = openRecords({ database, log: silentLog });
  const blobs = openLocalBlobs({ directory: join(directory, 'blobs'), defaultRootUri: 'minio://mlpipeline/v2/artifacts', log: silentLog });
  const pods = createInformer({ api, type: PODS, ...ports });
  const engineRecords = withFaults(records, options.isDiskFull ?? (() => false));
  const newEngine = () => createEngine({ records: engineRecords, api, pods, blobs, ...ports, settings: { nodeName: 'node', ...options.settings } });
  let engine = newEngine();
  const recorded: StepResult[] = [];
  const sink: StepResultSink = {
    async report(result) {
      const reception = await until('the result to be taken', () => engine.stepResults.report(result).catch(() => undefined));
      if (reception === 'recorded') recorded.push(result);
      return reception;
    },
  };
  const node = playNode({ api, pods, blobs, sink, ...options });
  await engine.start();
  return {
    api,
    records,
    blobs,
    pods,
    recorded,
    engine: () => engine,
    async replaceEngine() {
      const old = engine;
      engine = newEngine();
      await old.stop();
      await engine.start();
    },
    submit: (document, more) => submitRun(records, document, more),
    ended: (runId) => until('the run to end', () => endedRun(records, runId), { timeoutMs: 20_000, intervalMs: 2 }),
    async close() {
      await node.stop();
      await engine.stop();
      await pods.stop();
      store.close();
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function withFaults(records: Records, isDiskFull: () => boolean): Records {
  return {
    ...records,
    write: (work) => (isDiskFull() ? Promise.reject(new Failure('StorageFull', 'the disk is full')) : records.write(work)),
  };
}

function endedRun(records: Records, runId: string): Run | undefined {
  const run = records.run(runId);
  return run?.finishedAtMs === undefined ? undefined : run;
}

let runCount = 0;

async function submitRun(
  records: Records,
  document: JsonObject,
  { parameters = {}, runId = `run-${++runCount}` }: { parameters?: JsonObject; runId?: string } = {},
): Promise<string> {
  const nowMs = Date.now();
  await records.write((writer) =>
    writer.putRun({
      runId,
      namespace: '',
      creator: 'user',
      createdAtMs: nowMs,
      experimentId: 'experiment',
      displayName: runId,
      description: '',
      storageState: 'AVAILABLE',
      pipelineSpec: document,
      pipelineName: 'demo',
      parameters,
      pipelineRoot: '',
      serviceAccount: '',
      state: 'PENDING',
      reason: '',
      message: '',
      stateHistory: [{ atMs: nowMs, state: 'PENDING' }],
      scheduledAtMs: 0,
      retryCount: 0,
    }),
  );
  return runId;
}

/** Pods that the played node runs at the same time. */
const NODE_PODS_MAX = 16;

interface NodePorts extends WorldOptions {
  readonly api: ObjectApi;
  readonly pods: Informer;
  readonly blobs: Blobs;
  readonly sink: StepResultSink;
}

/** Runs every Pod once, by uid; results are reported before the Pod is seen as ended, as the real node does. */
function playNode(ports: NodePorts): { stop(): Promise<void> } {
  const seen = new Set<string>();
  const working = new Set<Promise<void>>();
  const waiting: KubeObject[] = [];
  const begin = (work: Promise<void>) => {
    working.add(work);
    void work.finally(() => {
      working.delete(work);
      runNext();
    });
  };
  const runNext = () => {
    const pod = working.size < NODE_PODS_MAX ? waiting.shift() : undefined;
    if (pod !== undefined) begin(runPod(ports, pod));
  };
  const unsubscribe = ports.pods.onChange(({ kind, object: pod }) => {
    const uid = pod.metadata.uid ?? '';
    if (kind === 'delete') return;
    if (pod.metadata.deletionTimestamp !== undefined) return begin(removePod(ports.api, pod));
    if (seen.has(uid)) return;
    seen.add(uid);
    waiting.push(pod);
    runNext();
  });
  return {
    async stop() {
      unsubscribe();
      await Promise.all(working);
    },
  };
}

async function runPod({ api, blobs, sink, behave = () => ({}), afterReport }: NodePorts, pod: KubeObject): Promise<void> {
  const text = pod.metadata.annotations?.[STEP_ANNOTATION];
  if (text === undefined) return;
  const step = JSON.parse(text) as StepDocument;
  const answer = behave(step, pod);
  if (answer === undefined) return;
  await setStatus(api, pod, { phase: 'Running' });
  const artifacts: Record<string, { exists: boolean; sizeBytes: number }> = {};
  for (const { key, uri } of step.outputArtifacts) {
    await mkdir(dirname(blobs.localPathOf(uri)), { recursive: true });
    await writeFile(blobs.localPathOf(uri), key);
    artifacts[key] = { exists: true, sizeBytes: key.length };
  }
  const outcome = answer.outcome ?? 'Succeeded';
  await sink.report({
    runId: step.runId,
    taskId: step.taskId,
    attempt: step.attempt,
    ...(step.tries === undefined ? {} : { tries: step.tries }),
    podUid: pod.metadata.uid ?? '',
    outcome,
    exitCode: outcome === 'Succeeded' ? 0 : 1,
    finishedAtMs: Date.now(),
    parameterTexts: Object.fromEntries(step.outputParameters.map(({ name }) => [name, '1'])),
    artifacts,
    ...answer,
  });
  await afterReport?.();
  await setStatus(api, pod, { phase: outcome });
}

async function removePod(api: ObjectApi, pod: KubeObject): Promise<void> {
  const { namespace, name } = pod.metadata;
  await api.delete({ type: PODS, namespace, name }, { gracePeriodSeconds: 0 });
}

async function setStatus(api: ObjectApi, pod: KubeObject, status: JsonObject): Promise<void> {
  const { namespace, name } = pod.metadata;
  // The Pod may be gone: then there is nobody to tell.
  await api.patch({ type: PODS, namespace, name }, 'merge', { status }, { subresource: 'status' });
}
