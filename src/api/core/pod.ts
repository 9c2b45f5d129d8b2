// v1 Pod.
import { hasEnded } from './pod-phase.ts';
import { isJsonObject, type Json, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { forbidden, required } from '../causes.ts';
import { itemsAt, textAt } from '../columns.ts';
import { ipAddressCauses } from '../ip-address.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { ALL_VERBS, STATUS_SUBRESOURCE } from '../verbs.ts';
import { podColumns } from './pod-columns.ts';
import { defaultPod, qualityOfService } from './pod-defaults.ts';
import { podResizeCauses } from './pod-resize.ts';
import { validatePodSpec } from './pod-spec-validation.ts';
import { validatePodUpdate } from './pod-update-validation.ts';
import { podWarnings } from './pod-warnings.ts';

export const podKind: KindDefinition = {
  group: '',
  version: 'v1',
  resource: 'pods',
  kind: 'Pod',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  isNamespaced: true,
  verbs: ALL_VERBS,
  subresources: [
    STATUS_SUBRESOURCE,
    { name: 'ephemeralcontainers', verbs: ['get', 'patch', 'update'] },
    { name: 'resize', verbs: ['get', 'patch', 'update'] },
    { name: 'log', verbs: ['get'] },
    { name: 'exec', verbs: ['create', 'get'], responseKind: { group: '', version: 'v1', kind: 'PodExecOptions' } },
    { name: 'attach', verbs: ['create', 'get'], responseKind: { group: '', version: 'v1', kind: 'PodAttachOptions' } },
    { name: 'portforward', verbs: ['create', 'get'], responseKind: { group: '', version: 'v1', kind: 'PodPortForwardOptions' } },
    { name: 'proxy', verbs: ['create', 'delete', 'get', 'patch', 'update'], responseKind: { group: '', version: 'v1', kind: 'PodProxyOptions' } },
    { name: 'eviction', verbs: ['create'], responseKind: { group: 'policy', version: 'v1', kind: 'Eviction' } },
    { name: 'binding', verbs: ['create'], responseKind: { group: '', version: 'v1', kind: 'Binding' } },
  ],
  schema: { $ref: 'io.k8s.api.core.v1.Pod' },
  hasGeneration: true,
  setDefaults: defaultPod,
  validate,
  warnings: podWarnings,
  prepareForCreate: (pod) => ({ ...pod, status: { phase: 'Pending', qosClass: qualityOfService(pod) } }),
  deletionGraceSeconds,
  columns: podColumns,
  fieldSelectors: {
    'spec.nodeName': (pod) => textAt(pod, '', 'spec', 'nodeName'),
    'spec.restartPolicy': (pod) => textAt(pod, '', 'spec', 'restartPolicy'),
    'spec.schedulerName': (pod) => textAt(pod, '', 'spec', 'schedulerName'),
    'spec.serviceAccountName': (pod) => textAt(pod, '', 'spec', 'serviceAccountName'),
    'spec.hostNetwork': (pod) => String(fieldOf(pod, 'spec', 'hostNetwork') === true),
    'status.phase': (pod) => textAt(pod, '', 'status', 'phase'),
    'status.podIP': (pod) => textAt(pod, '', 'status', 'podIP'),
    'status.nominatedNodeName': (pod) => textAt(pod, '', 'status', 'nominatedNodeName'),
  },
};

/** They come to a Pod that runs, by a subresource of their own. */
function creationCauses({ spec }: KubeObject): readonly StatusCause[] {
  return itemsAt(spec, 'ephemeralContainers').length === 0 ? [] : [forbidden('spec.ephemeralContainers', 'cannot be set on create')];
}

function validate(pod: KubeObject, old: KubeObject | undefined, subresource?: string): readonly StatusCause[] {
  if (!isJsonObject(pod.spec)) return [required('spec')];
  const addresses = pod.status === old?.status ? [] : addressCauses(pod.status);
  if (pod.spec === old?.spec) return addresses;
  const change = subresource === 'resize' ? podResizeCauses : validatePodUpdate;
  return [...addresses, ...validatePodSpec(pod.spec, 'spec'), ...(old === undefined ? creationCauses(pod) : change(pod, old))];
}

/** The first of them may also stand alone. */
function addressCauses(status: Json | undefined): readonly StatusCause[] {
  const listed = itemsAt(status, 'podIPs').map((each) => textAt(each, '', 'ip'));
  const single = textAt(status, '', 'podIP');
  const addresses = listed.length === 0 && single !== '' ? [single] : listed;
  return addresses.flatMap((address, index) => ipAddressCauses(address, `status.podIPs[${index}]`));
}

/** A Pod that no node runs, or that has ended, goes at once; a negative period means one second. */
function deletionGraceSeconds(pod: KubeObject, requestedSeconds: number | undefined): number {
  if (textAt(pod, '', 'spec', 'nodeName') === '' || hasEnded(pod)) return 0;
  const ownSeconds = fieldOf(pod, 'spec', 'terminationGracePeriodSeconds');
  const seconds = requestedSeconds ?? (typeof ownSeconds === 'number' ? ownSeconds : 0);
  return seconds < 0 ? 1 : seconds;
}
