// Claims grow only where their class lets them. After plugin/pkg/admission/storage/persistentvolume/resize of Kubernetes; a class that
// does not exist here is served by directories, which can grow.
import { compareQuantities } from '../../expr/mod.ts';
import { fieldOf, quantityOf, textAt, ZERO } from '../../api/mod.ts';
import { forbidden } from '../refusals.ts';
import type { AdmissionPlugin } from './admission.ts';

const REFUSAL = 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
const storageOf = (claim: unknown) => quantityOf(fieldOf(claim, 'spec', 'resources', 'requests', 'storage')) ?? ZERO;

export const claimGrowthAdmission: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  resources: ['persistentvolumeclaims'],
  operations: ['UPDATE'],
  refuse: ({ kind, object: claim, old }, facts) => {
    if (old === undefined || compareQuantities(storageOf(claim), storageOf(old)) <= 0) return undefined;
    const className = textAt(claim.spec, '', 'storageClassName');
    const storageClass = className === '' ? undefined : facts.list('storageclasses.storage.k8s.io/').find(({ metadata }) => metadata.name === className);
    const isFixed = className === '' || (storageClass !== undefined && storageClass['allowVolumeExpansion'] !== true);
    return isFixed ? forbidden(kind, claim.metadata.name, REFUSAL) : undefined;
  },
};
