// What a Job's podFailurePolicy says of a failed Pod; pure.
import { isJsonObject, objectsOf, type Json, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, itemsAt, textAt } from '../../../api/mod.ts';
import { conditionOf, containerStatusesOf } from '../../pod-state.ts';

export type FailureVerdict =
  | { readonly action: 'Count' | 'Ignore' | 'FailIndex' }
  | { readonly action: 'FailJob'; readonly message: string };

/** The first rule that matches decides; without one the failure counts. */
export function judgeFailure(job: KubeObject, pod: KubeObject): FailureVerdict {
  for (const [index, rule] of itemsAt(job, 'spec', 'podFailurePolicy', 'rules').entries()) {
    const why = exitCodeMatch(rule, pod) ?? conditionMatch(rule, pod);
    if (why === undefined) continue;
    const action = textAt(rule, 'Count', 'action');
    if (action === 'FailJob') return { action, message: `${why} matching FailJob rule at index ${index}` };
    return { action: action === 'Ignore' || action === 'FailIndex' ? action : 'Count' };
  }
  return { action: 'Count' };
}

function podName({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function exitCodeMatch(rule: Json, pod: KubeObject): string | undefined {
  const wanted = fieldOf(rule, 'onExitCodes');
  if (!isJsonObject(wanted)) return undefined;
  for (const status of containerStatusesOf(pod)) {
    const exitCode = fieldOf(status, 'state', 'terminated', 'exitCode');
    if (typeof exitCode !== 'number' || exitCode === 0) continue;
    if (typeof wanted['containerName'] === 'string' && wanted['containerName'] !== status['name']) continue;
    if (itemsAt(wanted, 'values').includes(exitCode) !== (wanted['operator'] === 'In')) continue;
    return `Container ${String(status['name'])} for pod ${podName(pod)} failed with exit code ${exitCode}`;
  }
  return undefined;
}

function conditionMatch(rule: Json, pod: KubeObject): string | undefined {
  const match = objectsOf(fieldOf(rule, 'onPodConditions'))
    .find((pattern: JsonObject) => conditionOf(pod, textAt(pattern, '', 'type'))?.['status'] === textAt(pattern, 'True', 'status'));
  return match === undefined ? undefined : `Pod ${podName(pod)} has condition ${String(match['type'])}`;
}
