// The users of this machine, as /etc/passwd has them.
import { readFileSync } from 'node:fs';

/** Primary group of a user; undefined for one that the machine does not know. */
export function primaryGidOf(uid: number): number | undefined {
  for (const line of passwdLines()) {
    const [, , lineUid, gid] = line.split(':');
    if (Number(lineUid) === uid && gid !== undefined) return Number(gid);
  }
  return undefined;
}

function passwdLines(): readonly string[] {
  try {
    return readFileSync('/etc/passwd', 'utf8').split('\n');
  } catch {
    return []; // a machine without that file has no users to know
  }
}
