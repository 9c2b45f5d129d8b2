// The server is killed and started again while clients watch; what it acknowledged before reaches each of them once.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Installation } from '../../sim/installation.ts';
import { sdkPython } from '../system/support/sdk-python.ts';
import { prepareRestarts, startPlainWatch, startWatchingProgram, writeOverRestarts } from './watches-over-restarts.ts';

const ROUND_COUNT = 2;

test('watches go on over restarts: no event is lost, none comes twice', async (t) => {
  const python = await sdkPython(t, 'kubernetes>=36.0.3');
  const installation = new Installation(undefined, { keepsPort: true });
  t.after(() => installation.remove());
  await installation.start();
  await prepareRestarts(installation);
  const clients = [
    startPlainWatch(installation),
    ...(python === undefined ? [] : [startWatchingProgram('Python', [python, join(import.meta.dirname, 'watch_client.py'), join(installation.dataDir, 'kubeconfig')])]),
  ];
  t.after(() => {
    for (const client of clients) client.stop();
  });
  const expected = await writeOverRestarts(installation, clients, ROUND_COUNT);
  for (const client of clients) {
    const { code, complaints } = await client.ended;
    assert.deepEqual([code, client.lines()], [0, expected], `${client.name}: ${complaints}`);
  }
});
