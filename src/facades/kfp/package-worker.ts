// Worker side of package-parser.ts: parses one file and posts the outcome.
import { parentPort, workerData } from 'node:worker_threads';
import { parsePackage, type PipelinePackage } from './pipeline-package.ts';
import { refusalOf } from './refusal.ts';

export interface PackageJob {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

export type PackageOutcome =
  | { readonly ok: true; readonly parsed: PipelinePackage }
  | { readonly ok: false; readonly message: string };

function parseJob({ fileName, bytes }: PackageJob): PackageOutcome {
  try {
    return { ok: true, parsed: parsePackage(fileName, bytes) };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { ok: false, message: refusal.message };
  }
}

parentPort?.postMessage(parseJob(workerData as PackageJob)); // Written by package-parser.ts only.
