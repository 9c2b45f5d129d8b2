// The GPUs of this machine, as the driver's own program lists them.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The first question after a boot loads the driver. */
const TIMEOUT_MS = 5_000;

/** UUIDs; none without the driver. */
export async function listNvidiaGpus(): Promise<readonly string[]> {
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', ['--query-gpu=uuid', '--format=csv,noheader'], { timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
    return parseGpuList(stdout);
  } catch {
    return []; // no such program, no driver, no device: there is none to offer
  }
}

export function parseGpuList(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => /^(GPU|MIG)-[\w-]+$/.test(line));
}
