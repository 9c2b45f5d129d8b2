// v1 ServiceAccount.
import { AGE_COLUMN, NAME_COLUMN } from '../columns.ts';
import type { KindDefinition } from '../kind.ts';
import { ALL_VERBS } from '../verbs.ts';

export const serviceAccountKind: KindDefinition = {
  group: '',
  version: 'v1',
  resource: 'serviceaccounts',
  kind: 'ServiceAccount',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  categories: [],
  isNamespaced: true,
  verbs: ALL_VERBS,
  subresources: [{ name: 'token', verbs: ['create'], responseKind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' } }],
  schema: { $ref: 'io.k8s.api.core.v1.ServiceAccount' },
  hasGeneration: false,
  columns: [NAME_COLUMN, AGE_COLUMN],
  fieldSelectors: {},
};
