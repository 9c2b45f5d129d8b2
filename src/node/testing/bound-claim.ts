// A claim and its volume, as the volume controller makes and binds them.
import { type KubeObject, type ObjectApi, type ResourceType } from '../../base/mod.ts';
import { CLAIMS, DIRECTORY_DRIVER, PERSISTENT_VOLUMES } from '../../api/mod.ts';
import { must } from './node-world.ts';

const NAMESPACE = 'default';

export async function boundClaim(api: ObjectApi, name: string): Promise<{ readonly claim: KubeObject; readonly volume: KubeObject }> {
  const shared = { accessModes: ['ReadWriteOnce'], storageClassName: 'standard', volumeMode: 'Filesystem' };
  const capacity = { storage: '1Mi' };
  const volumeName = `volume-of-${name}`;
  const claimSpec = { ...shared, volumeName, resources: { requests: capacity } };
  const claim = must(await api.create(CLAIMS, NAMESPACE, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec: claimSpec }));
  const { uid = '' } = claim.metadata;
  const source = { csi: { driver: DIRECTORY_DRIVER, volumeHandle: `${NAMESPACE}/${name}/${uid}` } };
  const volumeSpec = { ...shared, ...source, capacity, claimRef: { namespace: NAMESPACE, name, uid }, persistentVolumeReclaimPolicy: 'Delete' };
  const metadata = { name: volumeName, finalizers: ['external-provisioner.volume.kubernetes.io/finalizer'] };
  must(await api.create(PERSISTENT_VOLUMES, undefined, { apiVersion: 'v1', kind: 'PersistentVolume', metadata, spec: volumeSpec }));
  const volume = await sayPhase(api, PERSISTENT_VOLUMES, volumeName, 'Bound');
  return { claim: await sayPhase(api, CLAIMS, name, 'Bound'), volume };
}

export async function sayPhase(api: ObjectApi, type: ResourceType, name: string, phase: string): Promise<KubeObject> {
  const namespace = type === PERSISTENT_VOLUMES ? undefined : NAMESPACE;
  return must(await api.patch({ type, namespace, name }, 'merge', { status: { phase } }, { subresource: 'status' }));
}
