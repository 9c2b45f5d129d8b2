// Rules of `metadata` that hold for every kind.
import { jsonEquals, type KubeObject, type OwnerReference, type StatusCause } from '../base/mod.ts';
import { isDnsLabel, isDnsSubdomain, isLabelValue, isQualifiedName } from '../expr/mod.ts';
import { forbidden, immutable, invalid, required, tooLong } from './causes.ts';
import type { KindDefinition, NameRule } from './kind.ts';

/** Keys and values of all annotations together. */
const ANNOTATION_BYTES_MAX = 256 * 1024;

const NAME_SENTENCE: Readonly<Record<NameRule, string>> = {
  'dns-subdomain': "must be a lower case RFC 1123 subdomain: letters, digits, '-' and '.', at most 253, a letter or digit at both ends of each part",
  'dns-label': "must be a lower case RFC 1123 label: letters, digits and '-', at most 63, a letter or digit at both ends",
  'path-segment': "may not be '.' or '..' and may not contain '/' or '%'",
};
export const QUALIFIED_NAME_SENTENCE =
  "must be letters, digits, '-', '_' and '.', at most 63, a letter or digit at both ends, optionally after a DNS subdomain and '/'";
const LABEL_VALUE_SENTENCE = "must be empty or letters, digits, '-', '_' and '.', at most 63, with a letter or digit at both ends";

export function isValidName(rule: NameRule, name: string): boolean {
  if (rule === 'dns-label') return isDnsLabel(name);
  return rule === 'dns-subdomain' ? isDnsSubdomain(name) : name !== '.' && name !== '..' && !/[/%]/.test(name);
}

/** Causes for a bad name; empty when it keeps the rule. */
export function nameCauses(rule: NameRule, field: string, name: string): readonly StatusCause[] {
  return isValidName(rule, name) ? [] : [invalid(field, name, NAME_SENTENCE[rule])];
}

export function labelCauses(labels: Readonly<Record<string, string>> | undefined, field: string): readonly StatusCause[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...(isQualifiedName(key) ? [] : [invalid(field, key, QUALIFIED_NAME_SENTENCE)]),
    ...(isLabelValue(value) ? [] : [invalid(field, value, LABEL_VALUE_SENTENCE)]),
  ]);
}

export function validateMetadata(
  kind: Pick<KindDefinition, 'isNamespaced' | 'nameRule' | 'custom'>,
  object: KubeObject,
  old: KubeObject | undefined,
): readonly StatusCause[] {
  const { metadata } = object;
  return [
    ...identityCauses(kind, object),
    ...labelCauses(metadata.labels, 'metadata.labels'),
    ...annotationCauses(metadata.annotations),
    ...finalizerCauses(object),
    ...(kind.custom === undefined ? undomainedCauses(object, old) : []),
    ...ownerCauses(metadata.ownerReferences ?? []),
    ...(old === undefined ? [] : updateCauses(object, old)),
  ];
}

function identityCauses(kind: Pick<KindDefinition, 'isNamespaced' | 'nameRule'>, { metadata }: KubeObject): readonly StatusCause[] {
  const rule = kind.nameRule ?? 'dns-subdomain';
  const causes: StatusCause[] = [];
  const { name, generateName, namespace } = metadata;
  if (generateName !== undefined && generateName !== '') {
    // A generated name goes on after a trailing dash, which alone would be refused.
    causes.push(...nameCauses(rule, 'metadata.generateName', generateName.replace(/-$/, 'a')));
  }
  if (name === undefined || name === '') causes.push(required('metadata.name', 'name or generateName is required'));
  else causes.push(...nameCauses(rule, 'metadata.name', name));
  if (!kind.isNamespaced) {
    if (namespace !== undefined && namespace !== '') causes.push(forbidden('metadata.namespace', 'not allowed on this type'));
  } else if (namespace === undefined || namespace === '') causes.push(required('metadata.namespace'));
  else causes.push(...nameCauses('dns-label', 'metadata.namespace', namespace));
  return causes;
}

function annotationCauses(annotations: Readonly<Record<string, string>> | undefined): readonly StatusCause[] {
  const entries = Object.entries(annotations ?? {});
  const sizeBytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  const causes = entries
    .filter(([key]) => !isQualifiedName(key.toLowerCase()))
    .map(([key]) => invalid('metadata.annotations', key, QUALIFIED_NAME_SENTENCE));
  return sizeBytes > ANNOTATION_BYTES_MAX ? [...causes, tooLong('metadata.annotations', ANNOTATION_BYTES_MAX)] : causes;
}

function finalizerCauses({ metadata }: KubeObject): readonly StatusCause[] {
  return (metadata.finalizers ?? [])
    .filter((finalizer) => !isQualifiedName(finalizer))
    .map((finalizer) => invalid('metadata.finalizers', finalizer, QUALIFIED_NAME_SENTENCE));
}

/** Finalizers that are words of Kubernetes itself. */
const STANDARD_FINALIZERS: readonly string[] = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** Custom resources may have finalizers without a domain; what has one already keeps it. */
function undomainedCauses({ metadata }: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  return (metadata.finalizers ?? []).flatMap((finalizer, index) => {
    const isFine = finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer) || old?.metadata.finalizers?.includes(finalizer) === true;
    return isFine || !isQualifiedName(finalizer) ? [] : [invalid(`metadata.finalizers[${index}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];
  });
}

function ownerCauses(owners: readonly OwnerReference[]): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  owners.forEach((owner, index) => {
    const path = `metadata.ownerReferences[${index}]`;
    for (const member of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (!owner[member]) causes.push(invalid(`${path}.${member}`, owner[member] ?? '', 'must not be empty'));
    }
    if (owner.apiVersion === 'v1' && owner.kind === 'Event') causes.push(invalid(path, 'v1/Event', 'an event may not own anything'));
  });
  const controllers = owners.filter((owner) => owner.controller === true);
  if (controllers.length > 1) {
    const names = controllers.map((owner) => `${owner.kind}/${owner.name}`).join(' and ');
    causes.push(invalid('metadata.ownerReferences', owners.length, `only one reference can have controller set to true, not ${names}`));
  }
  return causes;
}

const FIXED_MEMBERS = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

function updateCauses({ metadata }: KubeObject, old: KubeObject): readonly StatusCause[] {
  const causes: StatusCause[] = FIXED_MEMBERS.filter((member) => !jsonEquals(metadata[member], old.metadata[member])).map((member) =>
    immutable(`metadata.${member}`, metadata[member] ?? ''),
  );
  if (old.metadata.deletionTimestamp !== undefined) {
    const added = (metadata.finalizers ?? []).filter((finalizer) => !old.metadata.finalizers?.includes(finalizer));
    if (added.length > 0) {
      causes.push(forbidden('metadata.finalizers', `no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`));
    }
  }
  return causes;
}
