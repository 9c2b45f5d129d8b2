// A small file that this server writes for the next one: what is lost of it costs time, never correctness.
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { describeError, type Log } from '../../base/mod.ts';

/** Undefined when there is none, or it is not JSON. */
export function readKeptJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Replaces the file as a whole. Never rejects: `lost` is the sentence that is logged when it can't be written. */
export async function keepJson(file: string, value: unknown, { log, lost }: { readonly log: Log; readonly lost: string }): Promise<void> {
  try {
    await writeFile(`${file}.new`, JSON.stringify(value, undefined, 1), { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (error) {
    log.warn(lost, { error: describeError(error) });
  }
}
