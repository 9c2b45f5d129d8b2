// coordination.k8s.io/v1 Lease.
import type { KubeObject, StatusCause } from '../../base/mod.ts';
import { invalid } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, textAt, textColumn } from '../columns.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { ALL_VERBS } from '../verbs.ts';

export const leaseKind: KindDefinition = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  kind: 'Lease',
  singular: 'lease',
  shortNames: [],
  categories: [],
  isNamespaced: true,
  verbs: ALL_VERBS,
  subresources: [],
  schema: { $ref: 'io.k8s.api.coordination.v1.Lease' },
  hasGeneration: false,
  validate,
  columns: [NAME_COLUMN, textColumn('Holder', 'Who holds the lease.', (lease) => textAt(lease, '', 'spec', 'holderIdentity')), AGE_COLUMN],
  fieldSelectors: {},
};

function validate(lease: KubeObject): readonly StatusCause[] {
  const duration = fieldOf(lease, 'spec', 'leaseDurationSeconds');
  const transitions = fieldOf(lease, 'spec', 'leaseTransitions');
  return [
    ...(typeof duration === 'number' && duration <= 0 ? [invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0')] : []),
    ...(typeof transitions === 'number' && transitions < 0 ? [invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0')] : []),
  ];
}
