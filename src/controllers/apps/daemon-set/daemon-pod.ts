// The Pod of a DaemonSet for one node, and whether it should be there; pure.
import type { Json, JsonObject, KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, textAt } from '../../../api/mod.ts';
import { isSelected } from '../../node-affinity.ts';
import { podFromTemplate } from '../../pod-template.ts';
import { untoleratedTaint } from '../../taints.ts';
import { REVISION_LABEL } from '../controller-revisions/plan.ts';

const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';
const GENERATION_LABEL = 'pod-template-generation';
/** States of a node that do not keep its daemons away. */
const TOLERATED = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
] as const;

export interface Placement {
  readonly shouldRun: boolean;
  /** One that is there already may stay. */
  readonly mayStay: boolean;
}

export function placementOn(set: KubeObject, node: KubeObject): Placement {
  const pod = daemonPod(set, node, '');
  const wantedNode = textAt(set, '', 'spec', 'template', 'spec', 'nodeName');
  if ((wantedNode !== '' && wantedNode !== node.metadata.name) || !isSelected(pod, node)) return { shouldRun: false, mayStay: false };
  const [taints, tolerations] = [itemsAt(node.spec, 'taints'), itemsAt(pod.spec, 'tolerations')];
  return { shouldRun: untoleratedTaint(taints, tolerations) === undefined, mayStay: untoleratedTaint(taints, tolerations, ['NoExecute']) === undefined };
}

/** The scheduler brings it to its node, by the affinity. */
export function daemonPod(set: KubeObject, node: KubeObject, hash: string): KubeObject {
  const pod = podFromTemplate(set, 'apps/v1', 'DaemonSet');
  const generation = set.metadata.annotations?.[GENERATION_ANNOTATION];
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: `${set.metadata.name}-`,
      labels: { ...pod.metadata.labels, [REVISION_LABEL]: hash, ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }) },
    },
    spec: { ...pod.spec, affinity: affinityTo(pod.spec ?? {}, node), tolerations: tolerationsOf(pod.spec ?? {}) },
  };
}

/** The node that a daemon is on or on its way to. */
export function nodeNameOf(pod: KubeObject): string {
  const bound = textAt(pod, '', 'spec', 'nodeName');
  if (bound !== '') return bound;
  const terms = itemsAt(pod, 'spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  const fields = terms.flatMap((term) => itemsAt(term, 'matchFields'));
  return String(itemsAt(fields.find((field) => fieldOf(field, 'key') === 'metadata.name'), 'values')[0] ?? '');
}

function affinityTo(spec: JsonObject, node: KubeObject): JsonObject {
  const affinity = (fieldOf(spec, 'affinity') ?? {}) as JsonObject;
  const ofNodes = (affinity['nodeAffinity'] ?? {}) as JsonObject;
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const terms = itemsAt(ofNodes, required, 'nodeSelectorTerms');
  const field: Json = { key: 'metadata.name', operator: 'In', values: [node.metadata.name] };
  // Each term holds by itself: the node has to be in all of them.
  const nodeSelectorTerms = (terms.length === 0 ? [{}] : terms).map((term) => ({ ...(term as JsonObject), matchFields: [field] }));
  return { ...affinity, nodeAffinity: { ...ofNodes, [required]: { nodeSelectorTerms } } };
}

function tolerationsOf(spec: JsonObject): readonly Json[] {
  const states: readonly (readonly [string, string])[] = fieldOf(spec, 'hostNetwork') === true ? [...TOLERATED, ['network-unavailable', 'NoSchedule']] : TOLERATED;
  return [...itemsAt(spec, 'tolerations'), ...states.map(([state, effect]) => ({ key: `node.kubernetes.io/${state}`, operator: 'Exists', effect }))];
}
