// What becomes of a Pod that names a node which does not exist; pure. Before there is any node nothing is known.
import type { KubeObject } from '../../../base/mod.ts';
import { textAt } from '../../../api/mod.ts';
import { phaseOf } from '../../pod-state.ts';

/** A sentence; undefined for a Pod that has its node, or needs none any more. */
export function absenceOf(pod: KubeObject, nodes: readonly KubeObject[]): string | undefined {
  if (!isElsewhere(pod, nodes) || phaseOf(pod) !== 'Pending' || pod.metadata.deletionTimestamp !== undefined) return undefined;
  const wanted = textAt(pod, '', 'spec', 'nodeName');
  const names = nodes.map(({ metadata }) => metadata.name);
  return `It waits for the node ${wanted} (spec.nodeName), which is not here: leave nodeName out, or name ${names.join(' or ')}.`;
}

/** It was deleted, and its node, which would say that it has ended, is not there. */
export function isAbandoned(pod: KubeObject, nodes: readonly KubeObject[]): boolean {
  return pod.metadata.deletionTimestamp !== undefined && isElsewhere(pod, nodes);
}

function isElsewhere(pod: KubeObject, nodes: readonly KubeObject[]): boolean {
  const wanted = textAt(pod, '', 'spec', 'nodeName');
  return wanted !== '' && nodes.length > 0 && nodes.every(({ metadata }) => metadata.name !== wanted);
}
