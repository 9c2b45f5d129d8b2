// Steps that nothing runs: kfp-kubernetes' CreatePVC and DeletePVC, told by their image, which exists nowhere. Upstream's
// driver performs them, here the engine does. Never from the cache: an earlier run's claim may be gone.
import { isJsonObject, type Json, type KubeObject } from '../../base/mod.ts';
import { parameterText, type ContainerExecutor } from '../../ir/mod.ts';
import type { TaskValues } from '../../records/mod.ts';
import { attemptUuidOf } from '../ids.ts';
import { claimObject } from '../pod/volume-claim.ts';
import { podNamespaceOf } from './attempt.ts';
import type { Resolved } from './inputs.ts';
import { own } from './own.ts';
import { addEffect, changeNode, lookAgainAt, type Planning } from './planning.ts';
import { attemptKeyOf, type TaskNode } from './run-tree.ts';

type Operation = 'create' | 'delete';

const OPERATION_OF_IMAGE: Readonly<Record<string, Operation>> = {
  'argostub/createpvc': 'create',
  'argostub/deletepvc': 'delete',
};

export function claimOperationOf({ image }: ContainerExecutor): Operation | undefined {
  return own(OPERATION_OF_IMAGE, image);
}

export function startClaimStep(planning: Planning, node: TaskNode, inputs: TaskValues): void {
  changeNode(planning, node, { state: 'RUNNING', reason: '', message: '', inputs });
  planning.work.push(node);
}

/** Asks for the operation until its outcome is known; asking twice is safe. */
export function lookAtClaimStep(planning: Planning, node: TaskNode, operation: Operation): void {
  const fail = (message: string) => changeNode(planning, node, { state: 'FAILED', reason: 'InvalidStep', message });
  const { taskId } = node.row;
  const outcome = planning.facts.claimOutcome(taskId);
  if (outcome?.kind === 'refused') return fail(outcome.message);
  if (outcome?.kind === 'postponed' && outcome.retryAtMs > planning.nowMs) {
    changeNode(planning, node, { state: 'RUNNING', reason: 'ClaimPostponed', message: `the claim can not be ${operation}d yet: ${outcome.message}` });
    return lookAgainAt(planning, node, outcome.retryAtMs);
  }
  if (operation === 'delete') {
    const name = textOf(node.row.inputs.parameters['pvc_name']);
    if (name === '') return fail('the step was given no claim to delete');
    if (outcome?.kind === 'done') return succeed(planning, node, {});
    return addEffect(planning, { kind: 'deleteClaim', taskId, namespace: podNamespaceOf(planning), name });
  }
  const claim = claimOf(planning, node);
  if (!claim.ok) return fail(claim.message);
  if (outcome?.kind === 'done') return succeed(planning, node, { name: claim.value.metadata.name });
  addEffect(planning, { kind: 'createClaim', taskId, claim: claim.value });
}

function succeed(planning: Planning, node: TaskNode, values: Readonly<Record<string, Json>>): void {
  const declared = Object.keys(node.component.outputDefinitions?.parameters ?? {});
  const parameters = Object.fromEntries(declared.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]])));
  changeNode(planning, node, { state: 'SUCCEEDED', reason: '', message: '', outputs: { parameters, artifacts: {} } });
}

function claimOf(planning: Planning, node: TaskNode): Resolved<KubeObject> {
  const { parameters } = node.row.inputs;
  const name = textOf(parameters['pvc_name']);
  const suffix = textOf(parameters['pvc_name_suffix']);
  const size = textOf(parameters['size']);
  const accessModes = parameters['access_modes'];
  const source = parameters['data_source'];
  if (name !== '' && suffix !== '') return no('pvc_name and pvc_name_suffix exclude each other');
  if (size === '') return no('the step was given no size for the claim');
  if (!Array.isArray(accessModes) || accessModes.length === 0) return no('the step was given no access modes for the claim');
  if (isJsonObject(source)) return no(`a claim can't be filled from the ${textOf(source['kind'])} "${textOf(source['name'])}": this installation has no storage driver`);
  const storageClassName = textOf(parameters['storage_class_name'] ?? parameters['storage_class']);
  const volumeName = textOf(parameters['volume_name']);
  const annotations = isJsonObject(parameters['annotations']) ? parameters['annotations'] : {};
  const claim = claimObject({
    runId: planning.tree.run.runId,
    taskId: node.row.taskId,
    namespace: podNamespaceOf(planning),
    name: name === '' ? `${attemptUuidOf(attemptKeyOf(planning.tree, node))}${suffix}` : name,
    annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, textOf(value)])),
    spec: {
      accessModes,
      resources: { requests: { storage: size } },
      ...(storageClassName === '' ? {} : { storageClassName }),
      ...(volumeName === '' ? {} : { volumeName }),
    },
  });
  return { ok: true, value: claim };
}

function textOf(value: Json | undefined): string {
  return value === undefined || value === null ? '' : parameterText(value);
}

function no(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}
