// Admission as every Kubernetes has it, in the order in which it runs.
import type { AdmissionPlugin } from './admission.ts';
import { claimGrowthAdmission } from './claim-growth.ts';
import { defaultPriorityClassAdmission } from './default-priority-class.ts';
import { defaultStorageClassAdmission } from './default-storage-class.ts';
import { bindingAdmission, roleAdmission } from './grants.ts';
import { lastingNamespacesAdmission } from './lasting-namespaces.ts';
import { claimLimitsAdmission, podLimitsAdmission, resizeLimitsAdmission } from './limit-range.ts';
import { podPriorityAdmission } from './pod-priority.ts';
import { podTolerationsAdmission } from './pod-tolerations.ts';
import { serviceAccountAdmission } from './service-account.ts';
import { stepAnnotationAdmission } from './step-annotation.ts';
import { tokenSecretAdmission } from './token-secret.ts';

export const builtinPlugins: readonly AdmissionPlugin[] = [
  podLimitsAdmission,
  resizeLimitsAdmission,
  claimLimitsAdmission,
  serviceAccountAdmission,
  podTolerationsAdmission,
  podPriorityAdmission,
  defaultPriorityClassAdmission,
  defaultStorageClassAdmission,
  claimGrowthAdmission,
  tokenSecretAdmission,
  lastingNamespacesAdmission,
  roleAdmission,
  bindingAdmission,
  stepAnnotationAdmission,
];
