// Users of the machine that tests run as.
import { readFileSync } from 'node:fs';

/** Throws when there is no such user. */
export function primaryUidOf(name: string): number {
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((one) => one.startsWith(`${name}:`));
  if (line === undefined) throw new Error(`this machine has no user ${name}`);
  return Number(line.split(':')[2]);
}
