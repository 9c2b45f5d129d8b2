// The volume that is made for a claim: a directory of this machine, named relative to where the node keeps all of them; pure.
import type { KubeObject } from '../../../base/mod.ts';
import { DIRECTORY_DRIVER, fieldOf, textAt } from '../../../api/mod.ts';
import { PROVISIONED_BY, PROVISIONER_FINALIZER, VOLUME_PROTECTION } from './words.ts';

export function directoryVolume(claim: KubeObject, className: string, storageClass: KubeObject | undefined): KubeObject {
  const { namespace = '', name, uid = '' } = claim.metadata;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: `pvc-${uid}`,
      annotations: { [PROVISIONED_BY]: DIRECTORY_DRIVER },
      finalizers: [PROVISIONER_FINALIZER, VOLUME_PROTECTION],
    },
    spec: {
      accessModes: fieldOf(claim.spec, 'accessModes') ?? [],
      capacity: { storage: textAt(claim.spec, '0', 'resources', 'requests', 'storage') },
      claimRef: claimReference(claim),
      csi: { driver: DIRECTORY_DRIVER, volumeHandle: `${namespace}/${name}/${uid}` },
      persistentVolumeReclaimPolicy: textAt(storageClass, 'Delete', 'reclaimPolicy'),
      storageClassName: className,
      volumeMode: 'Filesystem',
    },
  };
}

export function claimReference({ metadata: { namespace = '', name, uid = '', resourceVersion = '' } }: KubeObject) {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion };
}
