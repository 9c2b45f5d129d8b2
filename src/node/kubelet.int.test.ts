// Which attempt's log the kubelet reads, with real logs and a state of the container that the test says.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { Failure, silentLog, systemClock, type ContainerLogOptions, type KubeObject } from '../base/mod.ts';
import { openLogs } from '../logs/mod.ts';
import { createKubelet } from './kubelet.ts';
import type { ContainerState } from './pods/container-state.ts';
import { must } from './testing/node-world.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-kubelet-'));
after(() => rmSync(directory, { recursive: true }));
const logs = openLogs({ directory, clock: systemClock, log: silentLog });
const POD: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default', uid: 'u' }, spec: { containers: [{ name: 'main' }] } };
const BEGINS: ContainerState = { phase: 'waiting', reason: 'ContainerCreating', restartCount: 1, quickEndCount: 1 };
let state: ContainerState = BEGINS;
const nowhere = () => { throw new Failure('NotFound', 'no runtime here'); };
const kubelet = createKubelet({ logs, containerState: () => state, runtime: nowhere, dial: nowhere, nowMs: () => Date.now() });

const line = (words: string) => `2026-01-01T00:00:00.000000000Z stdout F ${words}\n`;
const read = async (options: ContainerLogOptions) => text(Readable.from(must(await kubelet.readLog(POD, options))));

test('an attempt that writes before it is known to run: the previous log is the one before it, and it is followed to its end', { timeout: 60_000 }, async () => {
  await writeFile(await logs.fileFor({ podUid: 'u', container: 'main', restart: 0 }), line('first'));
  const file = await logs.fileFor({ podUid: 'u', container: 'main', restart: 1 });
  await writeFile(file, line('begins'));
  assert.equal(await read({ previous: true }), 'first\n');
  let followed = '';
  for await (const chunk of must(await kubelet.readLog(POD, { follow: true }))) {
    followed += Buffer.from(chunk).toString();
    if (followed !== 'begins\n') continue;
    state = { ...BEGINS, phase: 'running', pid: 1, startedAtMs: 0 };
    await appendFile(file, line('goes on'));
    state = { ...BEGINS, phase: 'terminated', termination: { exitCode: 0, reason: 'Completed', finishedAtMs: 0 } };
  }
  assert.equal(followed, 'begins\ngoes on\n');
});

test('a first attempt that is being started has none before it', async () => {
  state = { ...BEGINS, restartCount: 0 };
  await writeFile(await logs.fileFor({ podUid: 'new', container: 'main', restart: 0 }), line('begins'));
  const pod = { ...POD, metadata: { ...POD.metadata, uid: 'new' } };
  const outcome = await kubelet.readLog(pod, { previous: true });
  assert.match(outcome.ok ? 'a log' : outcome.status.message, /previous terminated container "main" in pod "p" not found/);
});

test('what is followed of a Pod that has ended ends, also when its container was never known to run', { timeout: 60_000 }, async () => {
  state = BEGINS;
  const pod = { ...POD, status: { phase: 'Failed' } };
  assert.equal(await text(Readable.from(must(await kubelet.readLog(pod, { follow: true })))), 'begins\ngoes on\n');
});
