// Whose address a Pod has: one of its own, or the machine's. Pure.
import type { KubeObject } from '../../base/mod.ts';
import { fieldOf, STEP_ANNOTATION } from '../../api/mod.ts';

/** `own`: a network namespace with an address. `machine`: the Pod shares the network of the machine, which costs nothing. */
export type Addressing = 'own' | 'machine';

/** Says it where the rule below would say something else. */
export const NETWORK_ANNOTATION = 'slipway.dev/network';

/** As in a cluster, but for the steps of pipelines: they rarely listen, and reach what runs on a laptop at localhost. */
export function addressingOf(pod: KubeObject): Addressing {
  if (fieldOf(pod, 'spec', 'hostNetwork') === true) return 'machine';
  const wanted = pod.metadata.annotations?.[NETWORK_ANNOTATION];
  if (wanted === 'own' || wanted === 'machine') return wanted;
  return pod.metadata.annotations?.[STEP_ANNOTATION] === undefined ? 'own' : 'machine';
}
