// Conditions of others that a Pod's readiness waits for (readinessGates); pure.
import { objectsOf, type KubeObject } from '../../base/mod.ts';

/** Upstream's sentences about those that do not hold; none when all do. */
export function unmetGates(pod: KubeObject, gates: readonly string[]): readonly string[] {
  return gates.flatMap((type) => {
    const status = conditionStatus(pod, type);
    if (status === 'True') return [];
    return [status === undefined ? `corresponding condition of pod readiness gate "${type}" does not exist.` : `the status of pod readiness gate "${type}" is not "True", but ${status}`];
  });
}

/** Whether two versions of a Pod differ in what its gates say. */
export function gatesDiffer(before: KubeObject, after: KubeObject, gates: readonly string[]): boolean {
  return gates.some((type) => conditionStatus(before, type) !== conditionStatus(after, type));
}

function conditionStatus(pod: KubeObject, type: string): string | undefined {
  const status = objectsOf(pod.status?.['conditions']).find((condition) => condition['type'] === type)?.['status'];
  return typeof status === 'string' ? status : undefined;
}
