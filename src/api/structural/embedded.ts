// Objects inside of custom resources (`x-kubernetes-embedded-resource`) have apiVersion, kind and proper metadata. Pure.
import { isJsonObject, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { invalid, required } from '../causes.ts';
import type { KindSchema } from '../kind.ts';
import { validateMetadata } from '../metadata-validation.ts';
import { childSchema } from './prune.ts';

const DNS_LABEL_SENTENCE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

export function embeddedCauses(schema: KindSchema | undefined, value: Json, path: string): readonly StatusCause[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) return schema.items === undefined ? [] : value.flatMap((item: Json, index) => embeddedCauses(schema.items, item, `${path}[${index}]`));
  if (!isJsonObject(value)) return [];
  const inner = Object.entries(value).flatMap(([name, member]) => {
    const known = childSchema(schema, name);
    if (member === undefined || known === undefined || known === 'anything') return [];
    return embeddedCauses(known, member, path === '' ? name : `${path}.${name}`);
  });
  return schema['x-kubernetes-embedded-resource'] === true ? [...resourceCauses(value, path), ...inner] : inner;
}

function resourceCauses(object: JsonObject, path: string): readonly StatusCause[] {
  return [...textCauses(object, path, 'apiVersion', apiVersionComplaint), ...textCauses(object, path, 'kind', kindComplaint), ...metadataCauses(object, path)];
}

function textCauses(object: JsonObject, path: string, name: string, complaintOf: (text: string) => string | undefined): readonly StatusCause[] {
  const field = `${path}.${name}`;
  const value = object[name];
  if (value === undefined) return [required(field)];
  if (typeof value !== 'string') return [invalid(field, value, 'must be a string')];
  const complaint = value === '' ? 'must not be empty' : complaintOf(value);
  return complaint === undefined ? [] : [invalid(field, value, complaint)];
}

function apiVersionComplaint(text: string): string | undefined {
  return text.split('/').length > 2 ? `unexpected GroupVersion string: ${text}` : undefined;
}

function kindComplaint(text: string): string | undefined {
  const isLabel = text.length <= 63 && /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/.test(text.toLowerCase());
  return isLabel ? undefined : `may have mixed case, but should otherwise match: ${DNS_LABEL_SENTENCE}`;
}

function metadataCauses(object: JsonObject, path: string): readonly StatusCause[] {
  const metadata = object['metadata'];
  if (!isJsonObject(metadata)) return metadata === undefined ? [] : [invalid(`${path}.metadata`, metadata, 'must be an object')];
  // A name is not asked for; it takes any place in a path.
  const named = { ...metadata, name: metadata['name'] ?? 'unnamed' } as unknown as KubeObject['metadata'];
  const isNamespaced = typeof metadata['namespace'] === 'string' && metadata['namespace'] !== '';
  const embedded = { metadata: named } as KubeObject;
  return validateMetadata({ isNamespaced, nameRule: 'path-segment' }, embedded, undefined).map((cause) => ({ ...cause, field: `${path}.${cause.field ?? ''}` }));
}
