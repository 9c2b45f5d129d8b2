// Which node a Pod goes to; pure. One node is the common case on a laptop: fit by resources comes with the scheduler issue.
import { isJsonObject, type KubeObject } from '../../../base/mod.ts';

export type SchedulingDecision =
  | { readonly kind: 'nothing-to-do' }
  | { readonly kind: 'bind'; readonly nodeName: string }
  | { readonly kind: 'unschedulable'; readonly message: string };

export function planScheduling(pod: KubeObject, nodes: readonly KubeObject[]): SchedulingDecision {
  const spec = pod.spec ?? {};
  if (typeof spec['nodeName'] === 'string' && spec['nodeName'] !== '') return { kind: 'nothing-to-do' };
  if (pod.metadata.deletionTimestamp !== undefined) return { kind: 'nothing-to-do' };
  const wanted = isJsonObject(spec['nodeSelector']) ? spec['nodeSelector'] : {};
  const fitting = nodes.filter((node) => isReady(node) && matches(node, wanted));
  const first = fitting[0];
  if (first !== undefined) return { kind: 'bind', nodeName: first.metadata.name };
  return { kind: 'unschedulable', message: unschedulableMessage(nodes, wanted) };
}

function matches(node: KubeObject, wanted: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(wanted).every(([label, value]) => node.metadata.labels?.[label] === value);
}

function isReady(node: KubeObject): boolean {
  const conditions = node.status?.['conditions'];
  if (!Array.isArray(conditions)) return false;
  return conditions.some((item) => isJsonObject(item) && item['type'] === 'Ready' && item['status'] === 'True');
}

function unschedulableMessage(nodes: readonly KubeObject[], wanted: Readonly<Record<string, unknown>>): string {
  const readyCount = nodes.filter(isReady).length;
  if (readyCount === 0) return `0/${nodes.length} nodes are available: no node is ready`;
  const selector = Object.entries(wanted).map(([label, value]) => `${label}=${String(value)}`).join(', ');
  return `0/${nodes.length} nodes are available: none has the labels ${selector} of the Pod's nodeSelector`;
}
