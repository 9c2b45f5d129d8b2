// From imagePullSecrets to what a registry is told, as the kubelet's keyring does it; pure.
import { isJsonObject, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { canonical, type ImageReference } from './image-reference.ts';

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

/** Those that fit the image, the most special first. Secrets of other types and entries that can't be read are left out. */
export function credentialsFor({ registry, repository }: ImageReference, secrets: readonly KubeObject[]): readonly RegistryCredentials[] {
  const fitting = secrets.flatMap(entriesOf).filter(({ host, path }) => hostFits(host, registry) && pathFits(path, repository));
  return fitting.toSorted((a, b) => b.path.length - a.path.length).map(({ credentials }) => credentials);
}

/** Header of a pull (`X-Registry-Auth`): base64 for URLs with its padding, which engines insist on. */
export function authHeader(credentials: RegistryCredentials): string {
  return Buffer.from(JSON.stringify(credentials)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

interface Entry {
  readonly host: string;
  readonly path: string;
  readonly credentials: RegistryCredentials;
}

function entriesOf(secret: KubeObject): readonly Entry[] {
  const auths = authsOf(secret);
  return Object.entries(auths).flatMap(([address, entry]) => {
    const credentials = isJsonObject(entry) ? credentialsOf(entry, address) : undefined;
    if (credentials === undefined) return [];
    const [host = '', ...path] = address.replace(/^https?:\/\//, '').split('/');
    // Docker Hub is written with the version of its old API.
    return [{ host: canonical(host), path: path.join('/').replace(/^v[12]\/?$/, ''), credentials }];
  });
}

function authsOf(secret: KubeObject): JsonObject {
  const data = isJsonObject(secret['data']) ? secret['data'] : {};
  switch (secret['type']) {
    case 'kubernetes.io/dockerconfigjson': {
      const auths = decode(data['.dockerconfigjson'])['auths'];
      return isJsonObject(auths) ? auths : {};
    }
    case 'kubernetes.io/dockercfg':
      return decode(data['.dockercfg']);
    default:
      return {};
  }
}

function decode(base64: unknown): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(String(base64), 'base64').toString('utf8'));
    return isJsonObject(value) ? value : {};
  } catch {
    return {}; // the registry's refusal will say that credentials are missing
  }
}

function credentialsOf({ username, password, auth }: JsonObject, serveraddress: string): RegistryCredentials | undefined {
  if (typeof username === 'string' && typeof password === 'string') return { username, password, serveraddress };
  if (typeof auth !== 'string') return undefined;
  const [user = '', ...rest] = Buffer.from(auth, 'base64').toString('utf8').split(':');
  return rest.length === 0 ? undefined : { username: user, password: rest.join(':'), serveraddress };
}

/** `*.example.com` stands for one label each. */
function hostFits(pattern: string, host: string): boolean {
  const [wanted, given] = [pattern.split('.'), host.split('.')];
  return wanted.length === given.length && wanted.every((label, i) => label === '*' || label === given[i]);
}

function pathFits(path: string, repository: string): boolean {
  const prefix = path.replace(/\/$/, '');
  return prefix === '' || repository === prefix || repository.startsWith(`${prefix}/`);
}
