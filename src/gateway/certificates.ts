// The installation's own certificate authority and server certificate, made on first start, kept in the data directory.
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import type { Clock } from '../base/mod.ts';

export interface Certificates {
  /** PEM texts. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  /** Signs the certificates of clients, and nothing else. */
  readonly clientAuthority: SignedKey;
}

/** PEM texts. */
export interface SignedKey {
  readonly certificate: string;
  readonly key: string;
}

const FILE = 'certificates.json';
const VALIDITY_MS = 10 * 365 * 86_400_000;
/** A certificate is made anew when it ends sooner than this. */
const RENEW_BEFORE_MS = 30 * 86_400_000;
/** Clients whose clock is this much behind still find a new certificate valid. */
const CLOCK_SKEW_MS = 86_400_000;

/** Reads the certificates, or makes them when they are absent, about to end, or miss one of the hosts. */
export async function ensureCertificates(options: { directory: string; hosts: readonly string[]; clock: Clock }): Promise<Certificates> {
  const file = join(options.directory, FILE);
  const existing = await readCertificates(options.directory);
  if (existing !== undefined && isUsable(existing, options.hosts, options.clock)) return existing;
  const made = await makeCertificates(options.hosts, options.clock);
  await mkdir(options.directory, { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(made), { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
  return made;
}

/** Those of a data directory; undefined when it has none. */
export async function readCertificates(directory: string): Promise<Certificates | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, FILE), 'utf8')) as Certificates;
  } catch {
    // Absent or damaged: both are mended by making new ones.
    return undefined;
  }
}

function isUsable(certificates: Certificates, hosts: readonly string[], clock: Clock): boolean {
  // Those of an earlier Slipway have none.
  if ((certificates.clientAuthority as SignedKey | undefined) === undefined) return false;
  const certificate = new X509Certificate(certificates.certificate);
  if (certificate.validToDate.getTime() - clock.now() < RENEW_BEFORE_MS) return false;
  return hosts.every((host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined);
}

/**
 * A certificate by which a client is `user` with these groups, signed by the installation's client authority. It can't be
 * taken back before it ends.
 */
export async function issueClientCertificate(
  authority: SignedKey,
  subject: { readonly user: string; readonly groups: readonly string[]; readonly lifetimeMs: number; readonly nowMs: number },
): Promise<SignedKey> {
  const { generate } = await import('selfsigned');
  const organizations = subject.groups.map((value) => ({ name: 'organizationName', value }));
  const made = await generate([{ name: 'commonName', value: subject.user }, ...organizations], {
    ...KEY_TYPE,
    ...validity(subject.nowMs, subject.lifetimeMs),
    ca: { key: authority.key, cert: authority.certificate },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', clientAuth: true },
    ],
  });
  return { certificate: made.cert, key: made.private };
}

const KEY_TYPE = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

function validity(nowMs: number, lifetimeMs: number) {
  return { notBeforeDate: new Date(nowMs - CLOCK_SKEW_MS), notAfterDate: new Date(nowMs + lifetimeMs) };
}

async function makeCertificates(hosts: readonly string[], clock: Clock): Promise<Certificates> {
  // Loaded only when needed: the library costs more start-up time than everything else together.
  const { generate } = await import('selfsigned');
  const common = { ...KEY_TYPE, ...validity(clock.now(), VALIDITY_MS) };
  const made = await generate([{ name: 'commonName', value: 'slipway' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) => (isIP(host) === 0 ? { type: 2 as const, value: host } : { type: 7 as const, ip: host })),
      },
    ],
  });
  const clients = await generate([{ name: 'commonName', value: 'slipway-clients' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
    ],
  });
  return { authority: made.cert, certificate: made.cert, key: made.private, clientAuthority: { certificate: clients.cert, key: clients.private } };
}
