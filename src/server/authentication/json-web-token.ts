// JSON Web Tokens signed with ES256 (RFC 7515, RFC 7518 §3.4): signing, checking, and the public key as clients fetch it.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../base/mod.ts';

export interface TokenSigner {
  sign(claims: JsonObject): string;
  /** The claims; undefined when the signature is not of this key. Times are not looked at. */
  verify(token: string): JsonObject | undefined;
  /** JSON Web Key Set (RFC 7517). */
  keySet(): JsonObject;
}

const ALGORITHM = 'ES256';
/** Longer ones are none of ours. */
const TOKEN_CHARS_MAX = 16_384;

/** A new private key as PEM. */
export function makeSigningKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** `privateKey` is PEM of a P-256 key; throws when it is not. */
export function createTokenSigner(privateKey: string): TokenSigner {
  const key = createPrivateKey(privateKey);
  const publicKey = createPublicKey(key);
  const keyId = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64url');
  const header = encode({ alg: ALGORITHM, kid: keyId });
  return {
    sign(claims) {
      const signed = `${header}.${encode(claims)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    },
    verify: (token) => verified(token, header, publicKey),
    keySet: () => ({ keys: [{ use: 'sig', kid: keyId, alg: ALGORITHM, ...(publicKey.export({ format: 'jwk' }) as JsonObject) }] }),
  };
}

function verified(token: string, header: string, key: KeyObject): JsonObject | undefined {
  const [head, body, signature, ...rest] = token.length > TOKEN_CHARS_MAX ? [] : token.split('.');
  // One key, one header: a token that names another algorithm or key is not ours.
  if (head !== header || body === undefined || signature === undefined || rest.length > 0) return undefined;
  const isSigned = verify('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  if (!isSigned) return undefined;
  const claims: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  return isJsonObject(claims) ? claims : undefined;
}

function encode(part: JsonObject): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
