// Starting a step: from the cache when it may, else with a Pod.
import { assert } from '../../base/mod.ts';
import type { ContainerExecutor } from '../../ir/mod.ts';
import type { Task } from '../../records/mod.ts';
import { askForPod } from './attempt.ts';
import { fingerprintOf, lookUpCache } from './cache.ts';
import { explainMiss } from './cache-miss.ts';
import { claimOperationOf, startClaimStep } from './claim-step.ts';
import { runImporter } from './importer.ts';
import type { TaskInputs } from './inputs.ts';
import { addEffect, changeNode, type Planning } from './planning.ts';
import type { TaskNode } from './run-tree.ts';

export function startStep(planning: Planning, node: TaskNode, inputs: TaskInputs): void {
  const executor = planning.tree.pipeline.executors[node.component.executorLabel ?? ''];
  assert(executor !== undefined, `the executor of ${node.row.path} is not in the pipeline`);
  if (executor.kind === 'importer') return runImporter(planning, node, executor.importer, inputs.effective);
  if (executor.kind === 'container') return startContainer(planning, node, executor.container, inputs);
  const message = `Slipway does not run ${executor.what} executors`;
  changeNode(planning, node, { state: 'FAILED', reason: 'Unsupported', message, inputs: inputs.effective });
}

function startContainer(planning: Planning, node: TaskNode, container: ContainerExecutor, inputs: TaskInputs): void {
  if (claimOperationOf(container) !== undefined) return startClaimStep(planning, node, inputs.effective);
  const fingerprint = fingerprintOf(planning, node, container, inputs.given);
  const lookup = fingerprint === undefined ? undefined : lookUpCache(planning, fingerprint);
  if (lookup?.kind === 'unchecked') {
    return addEffect(planning, { kind: 'checkOutputs', taskId: node.row.taskId, candidate: lookup.candidate });
  }
  const values = {
    inputs: inputs.effective,
    ...(fingerprint === undefined ? {} : { cacheFingerprint: fingerprint }),
  };
  if (lookup?.kind === 'hit') return takeFromCache(planning, node, lookup.task, values);
  const { podsPerRunMax = Infinity } = planning.facts.settings;
  if (planning.tree.withPod.size >= podsPerRunMax) return hold(planning, node, podsPerRunMax);
  if (planning.startsLeft === 0) {
    planning.tree.dirty.add(node);
    return;
  }
  planning.startsLeft--;
  const cacheMiss = lookup?.kind === 'miss' ? lookup.message || explainMiss(planning, node, inputs.effective) : '';
  const why = cacheMiss === '' ? {} : { cacheMiss };
  const message = `waiting for its Pod to start${cacheMiss === '' ? '' : `; ${cacheMiss}`}`;
  askForPod(planning, node, { message, ...values, ...why });
}

/** `advance` looks at it again when a Pod of the run has ended. */
function hold(planning: Planning, node: TaskNode, podsPerRunMax: number): void {
  planning.tree.held.add(node);
  const message = `waiting for other steps: a run has at most ${podsPerRunMax} Pods at a time`;
  changeNode(planning, node, { state: 'WAITING', reason: 'WaitingForSlot', message });
}

function takeFromCache(
  planning: Planning,
  node: TaskNode,
  source: Task,
  values: { readonly inputs: Task['inputs']; readonly cacheFingerprint?: string },
): void {
  changeNode(planning, node, {
    state: 'CACHED',
    reason: 'Cached',
    message: `outputs of an equal step are reused (run ${source.runId})`,
    outputs: source.outputs,
    cachedFromTaskId: source.taskId,
    ...values,
  });
}
