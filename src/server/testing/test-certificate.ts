// A certificate for a server of a test, which signs itself.
import { issueCertificate, type SignedKey } from '../../web/mod.ts';

const LIFETIME_MS = 86_400_000;

export function testCertificate(commonName: string, hosts: readonly string[]): Promise<SignedKey> {
  const nowMs = Date.now();
  return issueCertificate({ commonName, notBeforeMs: nowMs - LIFETIME_MS, notAfterMs: nowMs + LIFETIME_MS, purpose: { kind: 'server', hosts } });
}
