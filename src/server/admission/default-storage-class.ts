// A claim without a storage class gets the default one. After plugin/pkg/admission/storage/storageclass/setdefault.
import { success, type KubeObject } from '../../base/mod.ts';
import { fieldOf } from '../../api/mod.ts';
import type { AdmissionFacts, AdmissionPlugin } from './admission.ts';

const DEFAULT_ANNOTATIONS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'] as const;
const LEGACY_CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

export const defaultStorageClassAdmission: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  resources: ['persistentvolumeclaims'],
  operations: ['CREATE'],
  complete: ({ object: claim }, facts) => {
    const hasClass = fieldOf(claim.spec, 'storageClassName') !== undefined || claim.metadata.annotations?.[LEGACY_CLASS_ANNOTATION] !== undefined;
    const name = hasClass ? undefined : defaultClass(facts);
    return success(name === undefined ? claim : { ...claim, spec: { ...claim.spec, storageClassName: name } });
  },
};

/** The newest of them; of those as old as each other the first by name. */
function defaultClass(facts: AdmissionFacts): string | undefined {
  const isDefault = ({ metadata: { annotations } }: KubeObject) => DEFAULT_ANNOTATIONS.some((name) => annotations?.[name] === 'true');
  const madeAt = ({ metadata: { creationTimestamp = '' } }: KubeObject) => creationTimestamp;
  const found = facts.list('storageclasses.storage.k8s.io/').filter(isDefault);
  return found.toSorted((a, b) => (madeAt(a) === madeAt(b) ? (a.metadata.name < b.metadata.name ? -1 : 1) : madeAt(a) > madeAt(b) ? -1 : 1))[0]?.metadata.name;
}
