// One X.509 certificate on an elliptic key. Names, keys and authorities are linked by key identifiers, which strict clients (Python from
// 3.13 on) ask for.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import type * as X509 from '@peculiar/x509';

/** PEM texts. */
export interface SignedKey {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly purpose: { readonly kind: 'authority' } | { readonly kind: 'client' } | { readonly kind: 'server'; readonly hosts: readonly string[] };
  /** Default: it signs itself. */
  readonly authority?: SignedKey;
  /** PEM; default: a new one. */
  readonly key?: string;
}

/** The same class by its name in browsers, where both names are known. */
type LibraryKey = X509.X509CertificateCreateWithKeyParams['signingKey'];

const CURVE = 'P-256';
const ALGORITHM = { name: 'ECDSA', namedCurve: CURVE };

export async function issueCertificate({ commonName, organizations = [], notBeforeMs, notAfterMs, purpose, authority, key }: CertificateRequest): Promise<SignedKey> {
  // Loaded only when needed: the library costs more start-up time than everything else together.
  const x509 = await import('@peculiar/x509');
  const privateKey = key === undefined ? generateKeyPairSync('ec', { namedCurve: CURVE }).privateKey : createPrivateKey(key);
  const publicKey = publicHalf(privateKey);
  const subject = new x509.Name([{ CN: [commonName] }, ...organizations.map((organization) => ({ O: [organization] }))]);
  const signer = authority === undefined ? undefined : new x509.X509Certificate(authority.certificate);
  const signingKey = authority === undefined ? privateKey : createPrivateKey(authority.key);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: subject.toJSON(),
    issuer: (signer?.subjectName ?? subject).toJSON(),
    notBefore: new Date(notBeforeMs),
    notAfter: new Date(notAfterMs),
    publicKey,
    signingKey: signingKey.toCryptoKey(ALGORITHM, false, ['sign']) as LibraryKey,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      ...purposeExtensions(x509, purpose),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(publicHalf(signingKey)),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

function publicHalf(key: KeyObject): LibraryKey {
  return createPublicKey(key).toCryptoKey(ALGORITHM, true, ['verify']) as LibraryKey;
}

function purposeExtensions(x509: typeof X509, purpose: CertificateRequest['purpose']): readonly X509.Extension[] {
  const { digitalSignature, keyCertSign } = x509.KeyUsageFlags;
  if (purpose.kind === 'authority') return [new x509.BasicConstraintsExtension(true, undefined, true), new x509.KeyUsagesExtension(digitalSignature | keyCertSign, true)];
  const usage = purpose.kind === 'client' ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth;
  const leaf = [new x509.BasicConstraintsExtension(false, undefined, true), new x509.KeyUsagesExtension(digitalSignature, true), new x509.ExtendedKeyUsageExtension([usage])];
  if (purpose.kind !== 'server') return leaf;
  const names = purpose.hosts.map((value): X509.JsonGeneralName => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }));
  return [...leaf, new x509.SubjectAlternativeNameExtension(names)];
}
