// v1 ConfigMap.
import type { KubeObject, StatusCause } from '../../base/mod.ts';
import { invalid } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, memberCountAt, textColumn } from '../columns.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { ALL_VERBS } from '../verbs.ts';
import { base64SizeBytes, dataKeyCauses, dataSizeCauses, immutableDataCauses, textMembers } from './data-validation.ts';

export const configMapKind: KindDefinition = {
  group: '',
  version: 'v1',
  resource: 'configmaps',
  kind: 'ConfigMap',
  singular: 'configmap',
  shortNames: ['cm'],
  categories: [],
  isNamespaced: true,
  verbs: ALL_VERBS,
  subresources: [],
  schema: { $ref: 'io.k8s.api.core.v1.ConfigMap' },
  hasGeneration: false,
  validate,
  columns: [
    NAME_COLUMN,
    textColumn('Data', 'Number of entries.', (object) => memberCountAt(object, 'data') + memberCountAt(object, 'binaryData')),
    AGE_COLUMN,
  ],
  fieldSelectors: {},
};

function validate(configMap: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const texts = textMembers(fieldOf(configMap, 'data'));
  const binaries = textMembers(fieldOf(configMap, 'binaryData'));
  const binaryKeys = new Set(binaries.map(([key]) => key));
  const sizeBytes =
    texts.reduce((sum, [, value]) => sum + Buffer.byteLength(value), 0) + binaries.reduce((sum, [, value]) => sum + base64SizeBytes(value), 0);
  return [
    ...immutableDataCauses(configMap, old, ['data', 'binaryData']),
    ...dataKeyCauses(configMap, 'data'),
    ...dataKeyCauses(configMap, 'binaryData'),
    ...texts.filter(([key]) => binaryKeys.has(key)).map(([key]) => invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')),
    ...dataSizeCauses(sizeBytes, 'data'),
  ];
}
