// Where a log lies: <directory>/<first two letters of the Pod's uid>/<podUid>.<container>.<restart>.log, and what of it was
// full before in .log.1, .log.2 and so on (log-files.ts). A directory for each Pod
// would cost every step more time than its log; the few hundred that there can be stay. Every part is checked: no name from a
// client becomes a path unchecked.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../base/mod.ts';
import { isDnsLabel } from '../expr/mod.ts';

export interface LogKey {
  readonly podUid: string;
  readonly container: string;
  /** Restart count of the container. */
  readonly restart: number;
}

const POD_UID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
const LOG_FILE_NAME = /^([A-Za-z0-9-]+)\.([a-z0-9-]+)\.(0|[1-9][0-9]{0,8})\.log(?:\.\d{1,9})?$/;
const RESTART_MAX = 999_999_999;
const SHARD_LENGTH = 2;

/** Throws Failure `InvalidLogKey` when a part is not a Kubernetes name. */
export function logPathOf(directory: string, { podUid, container, restart }: LogKey): string {
  check(isDnsLabel(container), 'container name', container);
  check(Number.isInteger(restart) && restart >= 0 && restart <= RESTART_MAX, 'restart count', String(restart));
  return join(shardOf(directory, podUid), `${podUid}.${container}.${restart}.log`);
}

/** The log to which a file belongs; undefined for one that belongs to none. */
export function logKeyOf(fileName: string): LogKey | undefined {
  const match = LOG_FILE_NAME.exec(fileName);
  return match === null ? undefined : { podUid: match[1]!, container: match[2]!, restart: Number(match[3]) };
}

/** The keys of all log files of one Pod, by container and attempt. */
export async function logKeysOf(directory: string, podUid: string): Promise<readonly LogKey[]> {
  const keys = (await namesIn(shardOf(directory, podUid))).flatMap((name) => (name.endsWith('.log') ? (logKeyOf(name) ?? []) : []));
  return keys.filter((key) => key.podUid === podUid).sort((a, b) => compareText(a.container, b.container) || a.restart - b.restart);
}

function shardOf(directory: string, podUid: string): string {
  check(POD_UID.test(podUid), 'Pod uid', podUid);
  return join(directory, podUid.slice(0, SHARD_LENGTH).toLowerCase());
}

function check(isValid: boolean, what: string, value: string): void {
  if (!isValid) throw new Failure('InvalidLogKey', `${JSON.stringify(value.slice(0, 80))} is not a ${what}.`);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function namesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new Failure('LogUnreadable', `The log directory ${path} cannot be read.`, { cause: error });
  }
}
