// The server goes before the steps of its pipelines: when they take all processors, requests and the next steps would wait for
// their turn among them. Only where that is allowed (root), and where nobody has given the server a priority already.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { promisify } from 'node:util';
import { describeError, type Log } from '../base/mod.ts';
import type { Part } from '../control/mod.ts';

/** About three times the share of a process that was given none. */
const NICE = -5;
/** The loop goes before the server's own helpers, too: collectors of memory and writers of files, all woken at once, kept it waiting for 20 ms. */
const LOOP_NICE = -15;
/** Where the kernel shares processors among sessions first, a thread's own priority counts within its session only. */
const AUTOGROUP = '/proc/self/autogroup';

/** It belongs behind what starts threads: a thread that starts later does not get it. */
export function createPriority(log: Log): Part {
  let raising: Promise<void> | undefined;
  let isSessionRaised = false;
  return {
    name: 'priority',
    start() {
      // Nothing waits for it.
      raising = raise().catch((error: unknown) => log.debug?.('the server goes beside its steps, not before them', { error: describeError(error) }));
    },
    async stop() {
      await raising;
      if (isSessionRaised) writeFileSync(AUTOGROUP, '0');
    },
  };

  async function raise(): Promise<void> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0 || getPriority() !== 0 || !isOrdinary()) return;
    // First that children are born without it.
    await promisify(execFile)('chrt', ['--all-tasks', '--reset-on-fork', '--other', '--pid', '0', String(process.pid)]);
    for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), Number(thread) === process.pid ? LOOP_NICE : NICE);
    if (sessionNice() !== 0) return;
    writeFileSync(AUTOGROUP, String(NICE));
    isSessionRaised = true;
  }
}

/** Neither real-time nor idle nor batch. */
function isOrdinary(): boolean {
  const fieldsAfterName = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
  return fieldsAfterName[38] === '0';
}

/** Of the session that the server was started in; undefined where sessions have none. */
function sessionNice(): number | undefined {
  try {
    return Number(/nice (-?\d+)/.exec(readFileSync(AUTOGROUP, 'utf8'))?.[1] ?? NaN);
  } catch {
    return undefined; // a kernel without them
  }
}
