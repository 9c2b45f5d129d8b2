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
}

const VALIDITY_MS = 10 * 365 * 86_400_000;
/** A certificate is made anew when it ends sooner than this. */
const RENEW_BEFORE_MS = 30 * 86_400_000;

/** Reads the certificates, or makes them when they are absent, about to end, or miss one of the hosts. */
export async function ensureCertificates(options: { directory: string; hosts: readonly string[]; clock: Clock }): Promise<Certificates> {
  const file = join(options.directory, 'certificates.json');
  const existing = await readCertificates(file);
  if (existing !== undefined && isUsable(existing, options.hosts, options.clock)) return existing;
  const made = await makeCertificates(options.hosts, options.clock);
  await mkdir(options.directory, { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(made), { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
  return made;
}

async function readCertificates(file: string): Promise<Certificates | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Certificates;
  } catch {
    // Absent or damaged: both are mended by making new ones.
    return undefined;
  }
}

function isUsable(certificates: Certificates, hosts: readonly string[], clock: Clock): boolean {
  const certificate = new X509Certificate(certificates.certificate);
  if (certificate.validToDate.getTime() - clock.now() < RENEW_BEFORE_MS) return false;
  return hosts.every((host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined);
}

async function makeCertificates(hosts: readonly string[], clock: Clock): Promise<Certificates> {
  // Loaded only when needed: the library costs more start-up time than everything else together.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'slipway' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(clock.now() - 86_400_000),
    notAfterDate: new Date(clock.now() + VALIDITY_MS),
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
  return { authority: made.cert, certificate: made.cert, key: made.private };
}
