// Namespaces that the rest relies on stay. After apiserver/pkg/admission/plugin/namespace/lifecycle.
import { forbidden } from '../refusals.ts';
import type { AdmissionPlugin } from './admission.ts';

export const LASTING_NAMESPACES: readonly string[] = ['default', 'kube-public', 'kube-system'];

export const lastingNamespacesAdmission: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  resources: ['namespaces'],
  operations: ['DELETE'],
  refuse: ({ kind, object: { metadata: { name } } }) => (LASTING_NAMESPACES.includes(name) ? forbidden(kind, name, 'this namespace may not be deleted') : undefined),
};
