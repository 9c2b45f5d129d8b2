// What of the machine a Pod asks to share (hostPID, hostIPC) and does not get: it runs all the same, and says so. Pure.
import type { KubeObject } from '../../base/mod.ts';

/** A sentence for an event; undefined for a Pod that asks for nothing of it. */
export function hostNamespacesWarning({ spec = {} }: KubeObject, container: string): string | undefined {
  const parts = [
    ...(spec['hostPID'] === true ? ['hostPID: it sees the processes of its Pod only, not those of the machine'] : []),
    ...(spec['hostIPC'] === true ? ['hostIPC: its /dev/shm is not that of the machine'] : []),
  ];
  return parts.length === 0 ? undefined : `container ${container} runs without ${parts.join('; without ')}`;
}
