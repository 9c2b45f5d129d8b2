// A Pod made of the template of a workload; pure.
import { objectOf, textsOf, type KubeObject, type OwnerReference } from '../base/mod.ts';
import { fieldOf, labelsOf } from '../api/mod.ts';

/** The Pod still lacks a name. */
export function podFromTemplate(owner: KubeObject, apiVersion: string, kind: string): KubeObject {
  const template = fieldOf(owner, 'spec', 'template');
  const { namespace } = owner.metadata;
  const finalizers = textsOf(fieldOf(template, 'metadata', 'finalizers'));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: '',
      ...(namespace === undefined ? {} : { namespace }),
      labels: labelsOf(fieldOf(template, 'metadata', 'labels')),
      annotations: labelsOf(fieldOf(template, 'metadata', 'annotations')),
      ...(finalizers.length === 0 ? {} : { finalizers }),
      ownerReferences: [controllerReference(owner, apiVersion, kind)],
    },
    spec: objectOf(fieldOf(template, 'spec')),
  };
}

export function controllerReference(owner: KubeObject, apiVersion: string, kind: string): OwnerReference {
  return { apiVersion, kind, name: owner.metadata.name, uid: owner.metadata.uid ?? '', controller: true, blockOwnerDeletion: true };
}
