// A pipeline of Slipway on a real kube-apiserver: engine and node are those of every installation, their API is the referee over
// HTTPS, and the controllers are its own. Proves the HTTP client, and that engine and node ask for nothing that a cluster has not.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { PODS } from '../../src/api/mod.ts';
import { describeError, silentLog, systemClock, systemRng, until, type JsonObject } from '../../src/base/mod.ts';
import { createHttpObjectApi, createInformer } from '../../src/client/mod.ts';
import { createEngine } from '../../src/engine/mod.ts';
import { openRecords, type Records } from '../../src/records/mod.ts';
import { openDatabase } from '../../src/sql/mod.ts';
import { shellPipeline } from '../system/support/shell-pipeline.ts';
import { startNode } from './pipeline-node.ts';

const RUN_TIMEOUT_MS = 120_000;
const STEPS = ['first', 'second', 'third'];

/** Resolves with the number of what is wrong, and prints it. */
export async function runPipelineOn(kubeconfig: string): Promise<number> {
  const api = createHttpObjectApi(serverOf(kubeconfig));
  const ports = { clock: systemClock, rng: systemRng, log: silentLog };
  const database = openDatabase({ path: ':memory:', log: silentLog, synchronous: 'OFF' });
  const records = openRecords({ database, log: silentLog });
  const pods = createInformer({ api, type: PODS, ...ports });
  const directory = mkdtempSync(join(tmpdir(), 'slipway-pipeline-'));
  await pods.start();
  const node = await startNode(api, directory, { report: (result) => engine.stepResults.report(result) });
  const engine = createEngine({ records, api, pods, blobs: node.blobs, ...ports, settings: { nodeName: node.name, podNamespace: 'default' } });
  try {
    await engine.start();
    const document = shellPipeline('spine', STEPS.map((name) => ({ name, script: `echo hello from ${name}` }))) as JsonObject;
    const runId = 'spine';
    await submit(records, runId, document);
    const run = await until('the run to end', () => (records.run(runId)?.finishedAtMs === undefined ? undefined : records.run(runId)), { timeoutMs: RUN_TIMEOUT_MS });
    const faults = run.state === 'SUCCEEDED' ? [] : [`the run ended ${run.state}: ${run.message}`];
    for (const { name, state } of records.snapshot(runId)!.tasks.filter(({ type }) => type === 'RUNTIME')) console.log(`${name}: ${state}`);
    // The engine goes on with a step's result; the status of its Pod may come later.
    const isEnded = () => pods.list('default').every(({ status }) => status?.['phase'] === 'Succeeded');
    await until('the Pods to have succeeded', isEnded, { timeoutMs: RUN_TIMEOUT_MS }).catch((error: unknown) => faults.push(describeError(error)));
    for (const pod of pods.list('default')) {
      const log = await node.logOf(pod);
      console.log(`${pod.metadata.name}: ${String(pod.status?.['phase'])}, said ${JSON.stringify(log)}`);
      if (!log.startsWith('hello from ')) faults.push(`${pod.metadata.name} did not say hello`);
    }
    if (pods.list('default').length !== STEPS.length) faults.push(`there are ${pods.list('default').length} Pods`);
    for (const fault of faults) console.log(`FAIL ${fault}`);
    if (faults.length === 0) console.log('the pipeline ran, with every object in the referee');
    return faults.length;
  } finally {
    await engine.stop();
    await pods.stop();
    await node.stop();
    await database.close();
    api.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function submit(records: Records, runId: string, pipelineSpec: JsonObject): Promise<void> {
  const atMs = systemClock.now();
  const texts = { namespace: '', creator: '', description: '', pipelineRoot: '', serviceAccount: '', reason: '', message: '' };
  const times = { createdAtMs: atMs, scheduledAtMs: 0, stateHistory: [{ atMs, state: 'PENDING' as const }] };
  await records.write((writer) =>
    writer.putRun({ ...texts, ...times, runId, experimentId: 'referee', displayName: runId, storageState: 'AVAILABLE', pipelineSpec, pipelineName: runId, parameters: {}, state: 'PENDING', retryCount: 0 }),
  );
}

/** What the kubeconfig of the referee says. */
export function serverOf(kubeconfig: string): { readonly server: string; readonly token: string; readonly certificateAuthority: string } {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as {
    readonly clusters: readonly [{ readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }];
    readonly users: readonly [{ readonly user: { readonly token: string } }];
  };
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  return { server, token: users[0].user.token, certificateAuthority: Buffer.from(authority, 'base64').toString() };
}
