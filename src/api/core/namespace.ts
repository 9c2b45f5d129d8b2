// v1 Namespace.
import { isJsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { isQualifiedName } from '../../expr/mod.ts';
import { invalid } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, textAt, textColumn } from '../columns.ts';
import type { KindDefinition } from '../kind.ts';
import { QUALIFIED_NAME_SENTENCE } from '../metadata-validation.ts';
import { ALL_VERBS, STATUS_SUBRESOURCE } from '../verbs.ts';

/** Holds a namespace until everything in it is gone; removed through the `finalize` subresource. */
export const NAMESPACE_FINALIZER = 'kubernetes';
const NAME_LABEL = 'kubernetes.io/metadata.name';

export const namespaceKind: KindDefinition = {
  group: '',
  version: 'v1',
  resource: 'namespaces',
  kind: 'Namespace',
  singular: 'namespace',
  nameRule: 'dns-label',
  shortNames: ['ns'],
  categories: [],
  isNamespaced: false,
  verbs: ALL_VERBS.filter((verb) => verb !== 'deletecollection'),
  subresources: [STATUS_SUBRESOURCE, { name: 'finalize', verbs: ['update'] }],
  schema: { $ref: 'io.k8s.api.core.v1.Namespace' },
  hasGeneration: false,
  setDefaults,
  validate,
  prepareForCreate: (namespace) => {
    const finalizers = itemsAt(namespace, 'spec', 'finalizers');
    const isHeld = finalizers.includes(NAMESPACE_FINALIZER);
    return {
      ...namespace,
      spec: { ...namespace.spec, finalizers: isHeld ? finalizers : [...finalizers, NAMESPACE_FINALIZER] },
      status: { phase: 'Active' },
    };
  },
  // Only `finalize` may change spec.finalizers.
  prepareForUpdate: (namespace, old) => ({
    ...namespace,
    ...(old.spec === undefined ? {} : { spec: old.spec }),
    ...(old.status === undefined ? {} : { status: old.status }),
  }),
  columns: [NAME_COLUMN, textColumn('Status', 'Whether the namespace is in use or going away.', (object) => textAt(object, '', 'status', 'phase')), AGE_COLUMN],
  fieldSelectors: { 'status.phase': (object) => textAt(object, '', 'status', 'phase') },
};

function setDefaults(namespace: KubeObject): KubeObject {
  const { name, labels } = namespace.metadata;
  const isNamed = name !== undefined && name !== '';
  return {
    ...namespace,
    metadata: isNamed ? { ...namespace.metadata, labels: { ...labels, [NAME_LABEL]: name } } : namespace.metadata,
    status: { phase: 'Active', ...(isJsonObject(namespace.status) ? namespace.status : {}) },
  };
}

function validate(namespace: KubeObject): readonly StatusCause[] {
  return itemsAt(namespace, 'spec', 'finalizers')
    .filter((finalizer) => typeof finalizer === 'string' && finalizer !== NAMESPACE_FINALIZER && !(isQualifiedName(finalizer) && finalizer.includes('/')))
    .map((finalizer) => invalid('spec.finalizers', finalizer, `${QUALIFIED_NAME_SENTENCE}; with a prefix unless it is a standard one`));
}
