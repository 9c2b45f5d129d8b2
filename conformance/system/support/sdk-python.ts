// Clients of Python, installed once for all tests of a user.
import type { TestContext } from 'node:test';
import { ensureKfpSdk } from '../../../src/main/mod.ts';

/** What this machine may lack: a package index in reach, and a Python that is old enough for an old client. */
const LACKS: readonly RegExp[] = [/the package index can't be reached/, /does not satisfy Python|require a different python version/i];

/**
 * The interpreter of an environment with the requirement (default: the newest kfp). Undefined where the machine lacks what it
 * takes: then the test is skipped and has to return. Whatever else keeps the client from being installed fails the test.
 */
export async function sdkPython(t: TestContext, requirement?: string): Promise<string | undefined> {
  try {
    return (await ensureKfpSdk({ onProgress: () => undefined, ...(requirement === undefined ? {} : { requirement }) })).python;
  } catch (error) {
    if (!(error instanceof Error && LACKS.some((lack) => lack.test(error.message)))) throw error;
    t.skip(error.message);
    return undefined;
  }
}
