// Memory of a process and everything below it: private bytes (what would be free if it ended), never the sum of RSS,
// which counts shared pages once per process.
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessMemory {
  readonly pid: number;
  readonly name: string;
  readonly privateBytes: number;
  readonly residentBytes: number;
}

/** The processes whose command line or environment-independent ancestry leads to one of `roots`. */
export function memoryOf(roots: readonly number[]): readonly ProcessMemory[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(Number(name)));
  const belongs = (pid: number): boolean => roots.includes(pid) || (pid > 1 && belongs(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(belongs).map(measure).filter((memory) => memory !== undefined);
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // Ended while it was looked at.
    return 0;
  }
}

function measure(pid: number): ProcessMemory | undefined {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kilobytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0);
    return {
      pid,
      name: readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 3).join(' ').slice(-60),
      privateBytes: (kilobytes('Private_Clean') + kilobytes('Private_Dirty')) * 1024,
      residentBytes: kilobytes('Rss') * 1024,
    };
  } catch {
    // Ended while it was looked at.
    return undefined;
  }
}
