// The installation's own certificate authority and server certificate, made on first start, kept in the data directory. The authority
// stays: kubeconfigs and other clients know the server by it, under whatever names it answers.
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import type { Clock } from '../base/mod.ts';
import { issueCertificate, type CertificateRequest, type SignedKey } from '../web/mod.ts';

export interface Certificates {
  /** PEM texts. */
  readonly authority: string;
  readonly authorityKey: string;
  readonly certificate: string;
  readonly key: string;
  /** Signs the certificates of clients, and nothing else. */
  readonly clientAuthority: SignedKey;
}

const FILE = 'certificates.json';
const VALIDITY_MS = 10 * 365 * 86_400_000;
/** A certificate is made anew when it ends sooner than this. */
const RENEW_BEFORE_MS = 30 * 86_400_000;
/** Clients whose clock is this much behind still find a new certificate valid. */
const CLOCK_SKEW_MS = 86_400_000;

/** Reads the certificates, or makes those that are absent, about to end, or miss one of the hosts. */
export async function ensureCertificates(options: { directory: string; hosts: readonly string[]; clock: Clock }): Promise<Certificates> {
  const file = join(options.directory, FILE);
  const existing = await readCertificates(options.directory);
  if (existing !== undefined && isUsable(existing, options.hosts, options.clock)) return existing;
  const made = await makeCertificates(existing, options.hosts, options.clock);
  await mkdir(options.directory, { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(made), { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
  return made;
}

/** Those of a data directory; undefined when it has none. */
export async function readCertificates(directory: string): Promise<Certificates | undefined> {
  try {
    const kept = JSON.parse(await readFile(join(directory, FILE), 'utf8')) as Omit<Certificates, 'authorityKey'>;
    // Of an earlier Slipway the authority serves by itself.
    return { authorityKey: kept.key, ...kept };
  } catch {
    // Absent or damaged: both are mended by making new ones.
    return undefined;
  }
}

function isUsable({ clientAuthority, authority, certificate: text }: Certificates, hosts: readonly string[], clock: Clock): boolean {
  // Those of an earlier Slipway have none.
  if ((clientAuthority as SignedKey | undefined) === undefined) return false;
  const certificate = new X509Certificate(text);
  if (!lasts(text, clock) || !lasts(authority, clock)) return false;
  return hosts.every((host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined);
}

function lasts(certificate: string, clock: Clock): boolean {
  return new X509Certificate(certificate).validToDate.getTime() - clock.now() >= RENEW_BEFORE_MS;
}

/**
 * A certificate by which a client is `user` with these groups, signed by the installation's client authority. It can't be
 * taken back before it ends.
 */
export function issueClientCertificate(
  authority: SignedKey,
  { user, groups, lifetimeMs, nowMs }: { readonly user: string; readonly groups: readonly string[]; readonly lifetimeMs: number; readonly nowMs: number },
): Promise<SignedKey> {
  return issueCertificate({ commonName: user, organizations: groups, ...validity(nowMs, lifetimeMs), purpose: { kind: 'client' }, authority });
}

function validity(nowMs: number, lifetimeMs: number): Pick<CertificateRequest, 'notBeforeMs' | 'notAfterMs'> {
  return { notBeforeMs: nowMs - CLOCK_SKEW_MS, notAfterMs: nowMs + lifetimeMs };
}

async function makeCertificates(existing: Certificates | undefined, hosts: readonly string[], clock: Clock): Promise<Certificates> {
  const common = validity(clock.now(), VALIDITY_MS);
  const own = (commonName: string, key?: string) => issueCertificate({ commonName, ...common, purpose: { kind: 'authority' }, ...(key === undefined ? {} : { key }) });
  const kept = existing !== undefined && lasts(existing.authority, clock) ? existing : undefined;
  // One that served by itself goes on under its name and key: clients that know it take what the key has signed.
  const isSeparate = kept !== undefined && kept.authority !== kept.certificate;
  const authority = isSeparate ? { certificate: kept.authority, key: kept.authorityKey } : await own('slipway', kept?.authorityKey);
  const server = await issueCertificate({ commonName: 'slipway-server', ...common, purpose: { kind: 'server', hosts }, authority });
  const clientAuthority = (kept?.clientAuthority as SignedKey | undefined) ?? (await own('slipway-clients'));
  return { authority: authority.certificate, authorityKey: authority.key, ...server, clientAuthority };
}
