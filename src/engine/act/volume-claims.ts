// Creating and deleting claims for steps and for the workspaces of runs. Every operation may be asked for again: a claim
// that exists with the label of the same task is the one that was asked for.
import { describeError, failureStatus, type Clock, type KubeObject, type ObjectApi, type Outcome, type Status } from '../../base/mod.ts';
import { CLAIMS, TASK_ID_LABEL } from '../../api/mod.ts';
import { taskIdOf } from '../ids.ts';
import type { ClaimOutcome } from '../plan/facts.ts';
import { isFinal } from './refusal.ts';
import { momentIn } from './steady-moment.ts';

/** Wait before an operation is asked for again that the API server could not perform now. */
const POSTPONE_MS = 1_000;

export interface ClaimPorts {
  readonly api: ObjectApi;
  readonly clock: Clock;
}

/** Never rejects. */
export async function createClaim(ports: ClaimPorts, claim: KubeObject): Promise<ClaimOutcome> {
  const { namespace, name } = claim.metadata;
  const created = await attempt(() => ports.api.create(CLAIMS, namespace, claim, { fieldManager: 'slipway-engine' }));
  if (created.ok) return { kind: 'done' };
  if (created.status.reason !== 'AlreadyExists') return afterRefusal(ports, created.status);
  const existing = await attempt(() => ports.api.get({ type: CLAIMS, namespace, name }));
  if (!existing.ok) return afterRefusal(ports, existing.status);
  if (existing.value.metadata.labels?.[TASK_ID_LABEL] === claim.metadata.labels?.[TASK_ID_LABEL]) return { kind: 'done' };
  return { kind: 'refused', message: `the claim was refused: ${created.status.message}` };
}

/** A claim that is gone already is what was wanted. Never rejects. */
export async function deleteClaim(ports: ClaimPorts, namespace: string, name: string): Promise<ClaimOutcome> {
  const deleted = await attempt(() => ports.api.delete({ type: CLAIMS, namespace, name }));
  return deleted.ok || deleted.status.reason === 'NotFound' ? { kind: 'done' } : afterRefusal(ports, deleted.status);
}

/** The workspace of a run that is deleted goes with it; a failed run has kept it for a retry. Never rejects. */
export async function deleteWorkspaceOf(ports: ClaimPorts, runId: string): Promise<void> {
  const labelSelector = `${TASK_ID_LABEL}=${taskIdOf(runId, 'root')}`;
  const listed = await attempt(() => ports.api.list(CLAIMS, undefined, { labelSelector }));
  if (!listed.ok) return;
  for (const { metadata } of listed.value.items) await deleteClaim(ports, metadata.namespace ?? '', metadata.name);
}

function afterRefusal({ clock }: ClaimPorts, status: Status): ClaimOutcome {
  const { message } = status;
  if (isFinal(status)) return { kind: 'refused', message: `the claim was refused: ${message}` };
  const retryAt = momentIn(POSTPONE_MS, clock);
  return {
    kind: 'postponed',
    message,
    get retryAtMs() {
      return retryAt();
    },
  };
}

async function attempt<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work();
  } catch (error) {
    return { ok: false, status: failureStatus('ServiceUnavailable', describeError(error)) };
  }
}
