// The SPDY side of an upgrade (kubectl before 1.31, and the way back of newer ones).
import type { UpgradeConnection, WebRequest } from '../../web/mod.ts';

export const SPDY = 'SPDY/3.1';
const VERSIONS_HEADER = 'x-stream-protocol-version';

export function isSpdy({ isUpgrade, headers }: WebRequest): boolean {
  return isUpgrade && headers.upgrade?.toLowerCase() === SPDY.toLowerCase();
}

/** The first of ours that the client offers. */
export function chooseStreamVersion({ headers }: WebRequest, supported: readonly string[]): string | undefined {
  const header = headers[VERSIONS_HEADER] ?? '';
  const offered = (Array.isArray(header) ? header : header.split(',')).map((name) => name.trim());
  return supported.find((name) => offered.includes(name));
}

export function acceptSpdy({ socket, head }: UpgradeConnection, version: string): void {
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${SPDY}\r\nX-Stream-Protocol-Version: ${version}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
}
