// What a CustomResourceDefinition may be (k8s.io/apiextensions-apiserver pkg/apis/apiextensions/validation). Pure.
import { jsonEquals, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { isDnsSubdomain, parseJsonPath } from '../../expr/mod.ts';
import { forbidden, immutable, invalid, notSupported, required, tooMany, duplicate } from '../causes.ts';
import type { KindSchema } from '../kind.ts';
import { isConditionTrue, specOf, statusOf, type DefinitionNames, type DefinitionSpec, type DefinitionVersion, type PrinterColumn } from './definition.ts';
import { nestedTypeCauses } from './schema-types.ts';
import { schemaCauses } from './schema-validation.ts';

const SELECTABLE_FIELD_COUNT_MAX = 8;
const WARNING_LENGTH_MAX = 256;
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const LABEL_SENTENCE =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

export function validateDefinition(definition: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const spec = specOf(definition);
  if (old !== undefined && jsonEquals(spec, specOf(old))) return [];
  return [
    ...nameCauses(definition),
    ...groupCauses(spec),
    ...approvalCauses(definition),
    ...versionCauses(spec),
    ...namesCauses(spec.names ?? { plural: '', kind: '' }),
    ...conversionCauses(spec),
    ...storedVersionCauses(definition),
    ...(old === undefined ? [] : updateCauses(definition, old)),
  ];
}

function nameCauses(definition: KubeObject): readonly StatusCause[] {
  const { group, names } = specOf(definition);
  const { name } = definition.metadata;
  return name === `${names?.plural ?? ''}.${group ?? ''}` ? [] : [invalid('metadata.name', name, 'must be spec.names.plural+"."+spec.group')];
}

function groupCauses({ group = '', scope = '' }: Partial<DefinitionSpec>): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  if (group === '') causes.push(required('spec.group'));
  else if (!isDnsSubdomain(group)) causes.push(invalid('spec.group', group, "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"));
  else if (!group.includes('.')) causes.push(invalid('spec.group', group, 'should be a domain with at least one dot'));
  if (scope === '') causes.push(required('spec.scope'));
  else if (scope !== 'Cluster' && scope !== 'Namespaced') causes.push(notSupported('spec.scope', scope, ['Cluster', 'Namespaced']));
  return causes;
}

/** Groups of the Kubernetes community need the address of their approval. */
function approvalCauses(definition: KubeObject): readonly StatusCause[] {
  const spec: Partial<DefinitionSpec> = specOf(definition);
  const group = spec.group ?? '';
  const isProtected = ['k8s.io', 'kubernetes.io'].some((domain) => group === domain || group.endsWith(`.${domain}`));
  const approval = definition.metadata.annotations?.['api-approved.kubernetes.io'] ?? '';
  if (!isProtected || approval.startsWith('unapproved') || URL.canParse(approval)) return [];
  const field = 'metadata.annotations[api-approved.kubernetes.io]';
  const pull = 'https://github.com/kubernetes/enhancements/pull/1111';
  if (approval === '') return [required(field, `protected groups must have approval annotation "api-approved.kubernetes.io", see ${pull}`)];
  return [invalid(field, approval, `protected groups must have approval annotation "api-approved.kubernetes.io" with either a URL or a reason starting with "unapproved", see ${pull}`)];
}

function versionCauses(spec: DefinitionSpec): readonly StatusCause[] {
  const versions = spec.versions ?? [];
  const untyped = versions.flatMap(({ schema }, index) => nestedTypeCauses((schema?.openAPIV3Schema ?? {}) as JsonObject, `spec.versions[${index}].schema.openAPIV3Schema`));
  if (untyped.length > 0) return untyped;
  const causes: StatusCause[] = [];
  // Upstream speaks of what all versions have in common as of one thing.
  const same = (part: (version: DefinitionVersion) => unknown) => versions.every((version) => jsonEquals(part(version), part(versions[0]!)));
  const [isSameSchema, isSameColumns] = [same((version) => version.schema), same((version) => version.additionalPrinterColumns)];
  versions.forEach((version, index) => {
    const path = `spec.versions[${index}]`;
    if (!isDns1035(version.name ?? '')) causes.push(invalid(`${path}.name`, version.name ?? '', LABEL_SENTENCE));
    causes.push(...warningCauses(version, path));
    const schema = version.schema?.openAPIV3Schema;
    if (schema === undefined) {
      if (spec.preserveUnknownFields !== true) causes.push(required(`${path}.schema.openAPIV3Schema`));
    } else if (!isSameSchema || index === 0) causes.push(...schemaCauses(schema, isSameSchema ? 'spec.validation.openAPIV3Schema' : `${path}.schema.openAPIV3Schema`));
    if (!isSameColumns || index === 0) {
      const at = isSameColumns ? 'spec.additionalPrinterColumns' : `${path}.additionalPrinterColumns`;
      causes.push(...(version.additionalPrinterColumns ?? []).flatMap((column, position) => columnCauses(column, `${at}[${position}]`)));
    }
    causes.push(...subresourceCauses(version, `${path}.subresources`), ...selectableCauses(version, `${path}.selectableFields`));
  });
  if (new Set(versions.map((version) => version.name)).size < versions.length) causes.push(invalid('spec.versions', versions, 'must contain unique version names'));
  if (versions.filter((version) => version.storage).length !== 1) causes.push(invalid('spec.versions', versions, 'must have exactly one version marked as storage version'));
  if (spec.preserveUnknownFields === true) causes.push(invalid('spec.preserveUnknownFields', true, 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'));
  return causes;
}

function warningCauses({ deprecated = false, deprecationWarning }: DefinitionVersion, path: string): readonly StatusCause[] {
  if (deprecationWarning === undefined) return [];
  const refuse = (sentence: string) => invalid(`${path}.deprecationWarning`, deprecationWarning, sentence);
  const causes: StatusCause[] = [];
  if (!deprecated) causes.push(refuse('can only be set for deprecated versions'));
  if (deprecationWarning.length > WARNING_LENGTH_MAX) causes.push(refuse(`must be <= ${WARNING_LENGTH_MAX} characters long`));
  if (deprecationWarning === '') causes.push(refuse('must not be an empty string'));
  const index = deprecationWarning.search(/\p{C}/u);
  if (index >= 0) causes.push(refuse(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`));
  return causes;
}

function namesCauses(names: DefinitionNames): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const label = (field: string, value: string, isLower: boolean) => {
    if (value === '') causes.push(required(`spec.names.${field}`));
    else if (!isDns1035(isLower ? value : value.toLowerCase())) {
      causes.push(invalid(`spec.names.${field}`, value, isLower ? LABEL_SENTENCE : `may have mixed case, but should otherwise match: ${LABEL_SENTENCE}`));
    }
  };
  label('plural', names.plural ?? '', true);
  label('singular', names.singular ?? '', true);
  label('kind', names.kind ?? '', false);
  label('listKind', names.listKind ?? '', false);
  for (const list of ['shortNames', 'categories'] as const) {
    (names[list] ?? []).forEach((name, index) => {
      if (!isDns1035(name)) causes.push(invalid(`spec.names.${list}[${index}]`, name, LABEL_SENTENCE));
    });
  }
  if ((names.kind ?? '') !== '' && names.kind === names.listKind) causes.push(invalid('spec.names.listKind', names.listKind, 'kind and listKind may not be the same'));
  return causes;
}

function columnCauses({ name = '', type = '', format = '', jsonPath = '' }: Partial<PrinterColumn>, path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const types = `must be one of ${COLUMN_TYPES.join(',')}`;
  if (name === '') causes.push(required(`${path}.name`));
  if (type === '') causes.push(required(`${path}.type`, types));
  else if (!COLUMN_TYPES.includes(type)) causes.push(invalid(`${path}.type`, type, types));
  if (format !== '' && !COLUMN_FORMATS.includes(format)) causes.push(invalid(`${path}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`));
  if (jsonPath === '') return [...causes, required(`${path}.JSONPath`)];
  const parsed = jsonPath.startsWith('.') ? parseJsonPath(jsonPath) : undefined;
  if (parsed === undefined) causes.push(invalid(`${path}.JSONPath`, jsonPath, 'must be a simple json path starting with .'));
  else if (!parsed.ok) causes.push(invalid(`${path}.JSONPath`, jsonPath, `is an invalid JSON path: ${parsed.message}`));
  return causes;
}

function subresourceCauses({ subresources }: DefinitionVersion, path: string): readonly StatusCause[] {
  const { scale } = subresources ?? {};
  if (scale === undefined) return [];
  const causes: StatusCause[] = [];
  const check = (member: 'specReplicasPath' | 'statusReplicasPath' | 'labelSelectorPath', prefixes: readonly string[], isRequired: boolean) => {
    const value = scale[member] ?? '';
    const field = `${path}.scale.${member}`;
    if (value === '') {
      if (isRequired) causes.push(required(field));
    } else if (!/^(?:\.[A-Za-z_][\w-]*)+$/.test(value)) causes.push(invalid(field, value, 'must be a simple json path with only dot notation'));
    else if (!prefixes.some((prefix) => value.startsWith(prefix))) {
      causes.push(invalid(field, value, `should be a json path under ${prefixes.length === 1 ? prefixes[0]!.slice(0, -1) : 'either .status or .spec'}`));
    }
  };
  check('specReplicasPath', ['.spec.'], true);
  check('statusReplicasPath', ['.status.'], true);
  check('labelSelectorPath', ['.spec.', '.status.'], false);
  return causes;
}

function selectableCauses({ selectableFields = [], schema }: DefinitionVersion, path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const seen = new Set<string>();
  selectableFields.forEach(({ jsonPath }, index) => {
    const field = `${path}[${index}].jsonPath`;
    const found = schemaAt(schema?.openAPIV3Schema, jsonPath);
    if (jsonPath === '') causes.push(required(field));
    else if (found === undefined) causes.push(invalid(field, jsonPath, 'is an invalid path: does not refer to a valid field'));
    else {
      if (jsonPath.startsWith('.metadata')) causes.push(invalid(field, jsonPath, 'must not point to fields in metadata'));
      if (!['string', 'boolean', 'integer'].includes(found.type ?? '')) {
        causes.push(invalid(field, jsonPath, 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'));
      }
      if (seen.has(jsonPath)) causes.push(duplicate(field, jsonPath));
      seen.add(jsonPath);
    }
  });
  return seen.size > SELECTABLE_FIELD_COUNT_MAX ? [...causes, tooMany(path, seen.size, SELECTABLE_FIELD_COUNT_MAX)] : causes;
}

function schemaAt(schema: KindSchema | undefined, path: string): KindSchema | undefined {
  return path.split('.').slice(1).reduce<KindSchema | undefined>((current, name) => current?.properties?.[name], schema);
}

function conversionCauses({ conversion }: DefinitionSpec): readonly StatusCause[] {
  if (conversion === undefined) return [];
  const { strategy, webhook } = conversion;
  const path = 'spec.conversion';
  if (strategy !== 'None' && strategy !== 'Webhook') return [notSupported(`${path}.strategy`, strategy, ['None', 'Webhook'])];
  const { clientConfig, conversionReviewVersions: versions = [] } = webhook ?? {};
  if (strategy === 'None') {
    return [
      ...(clientConfig === undefined ? [] : [forbidden(`${path}.webhookClientConfig`, 'should not be set when strategy is not set to Webhook')]),
      ...(versions.length === 0 ? [] : [forbidden(`${path}.conversionReviewVersions`, 'should not be set when strategy is not set to Webhook')]),
    ];
  }
  const causes: StatusCause[] = [];
  if (clientConfig === undefined) causes.push(required(`${path}.webhookClientConfig`, 'required when strategy is set to Webhook'));
  else if ((clientConfig['url'] === undefined) === (clientConfig['service'] === undefined)) causes.push(required(`${path}.webhookClientConfig`, 'exactly one of url or service is required'));
  if (versions.length === 0) causes.push(required(`${path}.conversionReviewVersions`));
  else if (!versions.some((version) => version === 'v1' || version === 'v1beta1')) {
    causes.push(invalid(`${path}.conversionReviewVersions`, versions, 'must include at least one of v1, v1beta1'));
  }
  return causes;
}

function storedVersionCauses(definition: KubeObject): readonly StatusCause[] {
  const { storedVersions = [] } = statusOf(definition);
  const names = (specOf(definition).versions ?? []).map((version) => version.name);
  return storedVersions.flatMap((version, index) =>
    names.includes(version)
      ? []
      : [
          invalid(
            `status.storedVersions[${index}]`,
            version,
            `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`,
          ),
        ],
  );
}

/** Where objects lie, and what they are called, stays once it is established. */
function updateCauses(definition: KubeObject, old: KubeObject): readonly StatusCause[] {
  const [spec, before] = [specOf(definition), specOf(old)];
  const fixed: StatusCause[] = [];
  const keep = (field: string, value: unknown, oldValue: unknown) => {
    if (!jsonEquals(value, oldValue)) fixed.push(immutable(field, value));
  };
  if (isConditionTrue(old, 'Established')) {
    keep('spec.scope', spec.scope, before.scope);
    keep('spec.names.kind', spec.names?.kind, before.names.kind);
  }
  keep('spec.group', spec.group, before.group);
  keep('spec.names.plural', spec.names?.plural, before.names.plural);
  return fixed;
}

function isDns1035(text: string): boolean {
  return text.length <= 63 && /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/.test(text);
}
