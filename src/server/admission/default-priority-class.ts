// One PriorityClass at most is that of Pods without a class. After plugin/pkg/admission/priority of Kubernetes.
import { forbidden } from '../refusals.ts';
import type { AdmissionPlugin } from './admission.ts';

export const defaultPriorityClassAdmission: AdmissionPlugin = {
  name: 'Priority',
  resources: ['priorityclasses.scheduling.k8s.io'],
  operations: ['CREATE', 'UPDATE'],
  refuse: ({ kind, object: { globalDefault, metadata: { name } } }, facts) => {
    if (globalDefault !== true) return undefined;
    const other = facts.list('priorityclasses.scheduling.k8s.io/').find((each) => each['globalDefault'] === true && each.metadata.name !== name);
    return other === undefined ? undefined : forbidden(kind, name, `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`);
  },
};
