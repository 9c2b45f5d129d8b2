// Exit records on disk: what is known of a container when its supervisor is gone.
import { readFile } from 'node:fs/promises';

import { isJsonObject } from '../../base/mod.ts';
import type { ExitRecord } from './protocol.ts';

/** Undefined when the container has not ended, or its end was never recorded: the file is absent, reserved or torn. */
export async function readExitRecord(exitFile: string): Promise<ExitRecord | undefined> {
  let record: unknown;
  try {
    record = JSON.parse(await readFile(exitFile, 'utf8'));
  } catch {
    return undefined; // absent, blank or torn: all mean that nothing was recorded
  }
  return isExitRecord(record) ? record : undefined;
}

function isExitRecord(value: unknown): value is ExitRecord {
  if (!isJsonObject(value)) return false;
  const { id, bootId, pid, startTime, finishedAtMs, code, signal } = value;
  const isIdentified = typeof id === 'string' && typeof bootId === 'string';
  const isNumbered = [pid, startTime, finishedAtMs].every((number) => typeof number === 'number');
  return isIdentified && isNumbered && (typeof code === 'number') !== (typeof signal === 'number');
}
