// A machine that permits no namespaces, as in an unprivileged container, imitated on one that does.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Becomes root of a user namespace that may have no further ones, gives all its rights away, and becomes what follows. */
const LOCK = 'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all --inh-caps=-all "$@"';

/** Goes before a command line. */
export const LOCKED = ['/usr/bin/unshare', '--user', '--map-root-user', '/bin/sh', '-c', LOCK, 'sh'] as const;

/** False when it can be imitated here, else why not. */
export function lockedProblem(): string | false {
  const isImitable = existsSync(LOCKED[0]) && spawnSync(LOCKED[0], [...LOCKED.slice(1), '/bin/true']).status === 0;
  return isImitable ? false : 'a machine without namespaces can not be imitated here';
}
