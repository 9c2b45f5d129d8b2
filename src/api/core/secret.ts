// v1 Secret. `stringData` is write-only: it is folded into `data` before anything is stored.
import type { Json, KubeObject, StatusCause } from '../../base/mod.ts';
import { immutable, invalid, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, memberCountAt, textAt, textColumn } from '../columns.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { ALL_VERBS } from '../verbs.ts';
import { base64SizeBytes, dataKeyCauses, dataSizeCauses, immutableDataCauses, textMembers } from './data-validation.ts';

const SERVICE_ACCOUNT_NAME_ANNOTATION = 'kubernetes.io/service-account.name';

export const secretKind: KindDefinition = {
  group: '',
  version: 'v1',
  resource: 'secrets',
  kind: 'Secret',
  singular: 'secret',
  shortNames: [],
  categories: [],
  isNamespaced: true,
  verbs: ALL_VERBS,
  subresources: [],
  schema: { $ref: 'io.k8s.api.core.v1.Secret' },
  hasGeneration: false,
  setDefaults,
  validate,
  columns: [
    NAME_COLUMN,
    textColumn('Type', 'What the data is for.', (object) => textAt(object, '', 'type')),
    textColumn('Data', 'Number of entries.', (object) => memberCountAt(object, 'data')),
    AGE_COLUMN,
  ],
  fieldSelectors: { type: (object) => textAt(object, '', 'type') },
};

function setDefaults(secret: KubeObject): KubeObject {
  const { stringData, ...rest } = secret;
  const type = textAt(secret, 'Opaque', 'type');
  const added = textMembers(stringData as Json | undefined).map(([key, value]) => [key, Buffer.from(value).toString('base64')] as const);
  if (added.length === 0) return { ...rest, type };
  return { ...rest, data: { ...(secret['data'] as object | undefined), ...Object.fromEntries(added) }, type };
}

function validate(secret: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const sizeBytes = textMembers(fieldOf(secret, 'data')).reduce((sum, [, value]) => sum + base64SizeBytes(value), 0);
  return [
    ...(old === undefined || old['type'] === secret['type'] ? [] : [immutable('type', secret['type'])]),
    ...immutableDataCauses(secret, old, ['data']),
    ...dataKeyCauses(secret, 'data'),
    ...dataSizeCauses(sizeBytes, 'data'),
    ...typeCauses(secret),
  ];
}

/** Entries that a well-known type must have. */
function typeCauses(secret: KubeObject): readonly StatusCause[] {
  const entry = (key: string) => fieldOf(secret, 'data', key);
  const requireEntry = (key: string) => (entry(key) === undefined ? [required(`data[${key}]`)] : []);
  switch (secret['type']) {
    case 'kubernetes.io/service-account-token': {
      const name = secret.metadata.annotations?.[SERVICE_ACCOUNT_NAME_ANNOTATION];
      return name ? [] : [required(`metadata.annotations[${SERVICE_ACCOUNT_NAME_ANNOTATION}]`)];
    }
    case 'kubernetes.io/dockercfg':
      return [...requireEntry('.dockercfg'), ...jsonCauses(entry('.dockercfg'), 'data[.dockercfg]')];
    case 'kubernetes.io/dockerconfigjson':
      return [...requireEntry('.dockerconfigjson'), ...jsonCauses(entry('.dockerconfigjson'), 'data[.dockerconfigjson]')];
    case 'kubernetes.io/basic-auth':
      return entry('username') === undefined && entry('password') === undefined ? [required('data[username]'), required('data[password]')] : [];
    case 'kubernetes.io/ssh-auth':
      return entry('ssh-privatekey') ? [] : [required('data[ssh-privatekey]')];
    case 'kubernetes.io/tls':
      return [...requireEntry('tls.crt'), ...requireEntry('tls.key')];
    default:
      return [];
  }
}

function jsonCauses(base64: Json | undefined, field: string): readonly StatusCause[] {
  if (typeof base64 !== 'string') return [];
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return [];
  } catch {
    // Not JSON at all: the same answer. The parser's own message would quote the secret.
  }
  return [invalid(field, '<secret contents redacted>', 'must be a JSON object')];
}
