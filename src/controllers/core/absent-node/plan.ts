// Whether a Pod waits for a node that does not exist; pure.
import type { KubeObject } from '../../../base/mod.ts';
import { textAt } from '../../../api/mod.ts';
import { phaseOf } from '../../pod-state.ts';

/** A sentence; undefined for a Pod that has its node, or needs none any more. Before there is any node nothing is said. */
export function absenceOf(pod: KubeObject, nodes: readonly KubeObject[]): string | undefined {
  const wanted = textAt(pod, '', 'spec', 'nodeName');
  const names = nodes.map(({ metadata }) => metadata.name);
  if (wanted === '' || names.length === 0 || names.includes(wanted) || phaseOf(pod) !== 'Pending' || pod.metadata.deletionTimestamp !== undefined) return undefined;
  return `It waits for the node ${wanted} (spec.nodeName), which is not here: leave nodeName out, or name ${names.join(' or ')}.`;
}
