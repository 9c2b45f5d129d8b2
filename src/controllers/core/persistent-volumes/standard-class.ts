// The StorageClass that claims get when they name none: directories of this machine. Made at the start when there is no StorageClass of
// its name; what users change in it stays.
import { Failure, type KubeObject } from '../../../base/mod.ts';
import { DIRECTORY_DRIVER, STORAGE_CLASSES } from '../../../api/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';

/** The name that it has on kind, minikube and GKE. */
const NAME = 'standard';

const STANDARD_CLASS: KubeObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: NAME, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: DIRECTORY_DRIVER,
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
};

export function createStandardClassController(ports: ControllerPorts): Controller {
  return createController(ports, {
    name: 'standard-class',
    concurrency: 1,
    reconcile: async () => {
      const made = await ports.api.create(STORAGE_CLASSES, undefined, STANDARD_CLASS);
      if (!made.ok && made.status.reason !== 'AlreadyExists') throw new Failure(made.status.reason, made.status.message);
      return DONE;
    },
    follow(queue) {
      queue.add(NAME);
    },
  });
}
