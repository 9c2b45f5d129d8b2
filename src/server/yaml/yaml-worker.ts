// Worker side of yaml-reader.ts: reads one text and posts what it says. The value goes as JSON, of which no member gets lost on the way.
import { parentPort, workerData } from 'node:worker_threads';
import { readYaml } from './read-yaml.ts';

export type WorkerAnswer = { readonly ok: true; readonly json: string; readonly repeated: readonly string[] } | { readonly ok: false; readonly message: string };

function answer(text: string): WorkerAnswer {
  const read = readYaml(text);
  return read.ok ? { ok: true, json: JSON.stringify(read.value), repeated: read.repeated } : read;
}

parentPort?.postMessage(answer(workerData as string)); // Written by yaml-reader.ts only.
