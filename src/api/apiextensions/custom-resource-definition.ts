// apiextensions.k8s.io/v1 CustomResourceDefinition: a kind that users define.
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { NAME_COLUMN, textColumn } from '../columns.ts';
import { mapLists, mapMembers, mapSpec } from '../defaulting.ts';
import type { KindDefinition } from '../kind.ts';
import { ALL_VERBS, STATUS_SUBRESOURCE } from '../verbs.ts';
import { specOf, statusOf, storageVersionOf } from './definition.ts';
import { validateDefinition } from './definition-validation.ts';
import { createdAt } from './printer-columns.ts';
import { withoutNulls } from './schema-types.ts';

const DEFINITIONS = { group: 'apiextensions.k8s.io', version: 'v1', resource: 'customresourcedefinitions' } as const;

export const customResourceDefinitionKind: KindDefinition = {
  ...DEFINITIONS,
  kind: 'CustomResourceDefinition',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  isNamespaced: false,
  verbs: ALL_VERBS,
  subresources: [STATUS_SUBRESOURCE],
  schema: { $ref: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition' },
  hasGeneration: true,
  setDefaults,
  validate: validateDefinition,
  prepareForCreate: (definition) => ({ ...definition, status: { storedVersions: [storageVersionOf(definition)].filter((name) => name !== '') } }),
  prepareForUpdate: (definition, old) => ({ ...definition, status: withStoredVersion(old, storageVersionOf(definition)) }),
  columns: [NAME_COLUMN, textColumn('Created At', 'When the definition was made.', createdAt)],
  fieldSelectors: {},
};

export function isDefinitionKind({ group, resource }: Pick<KindDefinition, 'group' | 'resource'>): boolean {
  return group === DEFINITIONS.group && resource === DEFINITIONS.resource;
}

function setDefaults(given: KubeObject): KubeObject {
  const definition = mapSpec(given, withoutNullsInSchemas);
  const { names, conversion } = specOf(definition);
  if (names === undefined) return definition;
  const complete = {
    ...names,
    ...(names.singular === undefined || names.singular === '' ? { singular: (names.kind ?? '').toLowerCase() } : {}),
    ...(names.listKind === undefined || names.listKind === '' ? { listKind: `${names.kind ?? ''}List` } : {}),
  };
  return { ...definition, spec: { ...definition.spec, names: complete as unknown as JsonObject, conversion: (conversion ?? { strategy: 'None' }) as unknown as JsonObject } };
}

/** Where the published types end, nothing else has dropped them. */
function withoutNullsInSchemas(spec: JsonObject): JsonObject {
  return mapLists(spec, { versions: (version) => mapMembers(version, { schema: (schema) => mapMembers(schema, { openAPIV3Schema: withoutNulls }) }) });
}

function withStoredVersion(old: KubeObject, version: string): JsonObject {
  const { storedVersions = [] } = statusOf(old);
  const next = version === '' || storedVersions.includes(version) ? storedVersions : [...storedVersions, version];
  return { ...(old.status as JsonObject | undefined), storedVersions: next };
}
