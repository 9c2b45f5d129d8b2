// Where a log lies: <directory>/<podUid>/<namespace>/<podName>/<container>.<restart>.log. The uid comes first so that all logs
// of a Pod are found without a search. Every part is checked: no name from a client becomes a path unchecked.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../base/mod.ts';
import { isDnsLabel, isDnsSubdomain } from '../expr/mod.ts';

export interface LogKey {
  readonly namespace: string;
  readonly podName: string;
  readonly podUid: string;
  readonly container: string;
  /** Restart count of the container. */
  readonly restart: number;
}

const POD_UID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
const LOG_FILE_NAME = /^([a-z0-9-]+)\.(0|[1-9][0-9]{0,8})\.log$/;
const RESTART_MAX = 999_999_999;
/** Entries looked at in one directory; a Pod has far fewer containers and attempts. */
const ENTRIES_PER_DIRECTORY_MAX = 10_000;

/** Throws Failure `InvalidLogKey` when a part is not a Kubernetes name. */
export function logPathOf(directory: string, key: LogKey): string {
  check(isDnsLabel(key.namespace), 'namespace', key.namespace);
  check(isDnsSubdomain(key.podName), 'Pod name', key.podName);
  check(isDnsLabel(key.container), 'container name', key.container);
  check(Number.isInteger(key.restart) && key.restart >= 0 && key.restart <= RESTART_MAX, 'restart count', String(key.restart));
  return join(podDirectoryOf(directory, key.podUid), key.namespace, key.podName, `${key.container}.${key.restart}.log`);
}

export function podDirectoryOf(directory: string, podUid: string): string {
  check(POD_UID.test(podUid), 'Pod uid', podUid);
  return join(directory, podUid);
}

function check(isValid: boolean, what: string, value: string): void {
  if (!isValid) throw new Failure('InvalidLogKey', `${JSON.stringify(value.slice(0, 80))} is not a ${what}.`);
}

/** The keys of all log files of one Pod, by container and attempt; names on disk that are no log are passed over. */
export async function logKeysOf(directory: string, podUid: string): Promise<readonly LogKey[]> {
  const keys: LogKey[] = [];
  const podDirectory = podDirectoryOf(directory, podUid);
  for (const namespace of await entriesOf(podDirectory)) {
    for (const podName of await entriesOf(join(podDirectory, namespace))) {
      for (const fileName of await entriesOf(join(podDirectory, namespace, podName))) {
        const match = LOG_FILE_NAME.exec(fileName);
        if (match === null) continue;
        keys.push({ namespace, podName, podUid, container: match[1]!, restart: Number(match[2]) });
      }
    }
  }
  return keys.sort((a, b) => compareText(a.container, b.container) || a.restart - b.restart);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function entriesOf(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).slice(0, ENTRIES_PER_DIRECTORY_MAX);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new Failure('LogUnreadable', `The log directory ${path} cannot be read.`, { cause: error });
  }
}
