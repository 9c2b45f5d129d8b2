// The process namespace that all containers of a Pod share (shareProcessNamespace): a process that only waits holds it, as long
// as the Pod lives. The supervisor keeps it like a container, so the next server finds it again.
import { join } from 'node:path';
import type { RunningProcess } from '../runtimes/runtime.ts';
import type { SupervisorLink } from '../supervisor-link.ts';
import type { PodDirectory } from './pod-directory.ts';

export interface SharedProcessesOptions {
  readonly link: SupervisorLink;
  readonly podUid: string;
  readonly directory: PodDirectory;
}

/** No container can have this name. */
const HOLDER = '.pause';
const COMMAND = { kind: 'exec', argv: ['sleep', 'infinity'], env: { PATH: '/usr/local/bin:/usr/bin:/bin' }, cwd: '/' } as const;

export class SharedProcesses {
  readonly #options: SharedProcessesOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SharedProcessesOptions) {
    this.#options = options;
  }

  /** One for all containers, also of those that start at once. Undefined where there are no namespaces: everybody sees everything. */
  ensure(): Promise<RunningProcess | undefined> {
    const next = this.#last.then(() => this.#ensure(), () => this.#ensure());
    this.#last = next;
    return next;
  }

  async #ensure(): Promise<RunningProcess | undefined> {
    const { link, podUid, directory } = this.#options;
    const { supervisor } = link;
    if (!supervisor.hello.sandbox) return undefined;
    const holders = (await supervisor.list()).containers.filter(({ id }) => id.startsWith(`${podUid}/${HOLDER}/`));
    const running = holders.find(({ state }) => state === 'running');
    if (running !== undefined) return { id: running.id, pid: running.pid };
    const id = `${podUid}/${HOLDER}/${holders.length}`;
    const tmpDir = directory.path;
    const { pid } = await supervisor.startContainer({ id, podUid, sandbox: { tmpDir }, command: COMMAND, mounts: [], logFile: '/dev/null', exitFile: join(directory.path, 'pause.json') });
    return { id, pid };
  }
}

/** It is in the supervisor's list like a container and is none. */
export function isHolder(container: string): boolean {
  return container === HOLDER;
}
