// The end of a DAG or a loop whose children have all ended: failed when one of them failed, whatever became of the others.
import { dagOutputs } from './dag.ts';
import { collectedOutputs } from './loop.ts';
import { changeNode, type Planning } from './planning.ts';
import type { TaskNode } from './run-tree.ts';

export function endGroup(planning: Planning, node: TaskNode): void {
  const failed = firstFailed(node);
  if (failed !== undefined) {
    const message = `${relativePath(failed)} failed: ${failed.row.message}`;
    return changeNode(planning, node, { state: 'FAILED', reason: 'StepFailed', message });
  }
  if (node.children.some(({ row }) => row.state === 'CANCELED')) {
    return changeNode(planning, node, { state: 'CANCELED', reason: 'Terminated', message: 'a task in it was canceled' });
  }
  const outputs = node.row.type === 'LOOP' ? collectedOutputs(node) : dagOutputs(node);
  changeNode(planning, node, { state: 'SUCCEEDED', reason: '', message: '', outputs });
}

/** The task in which the failure began: the first one that failed, followed down to a step. */
function firstFailed(node: TaskNode): TaskNode | undefined {
  let first: TaskNode | undefined;
  for (const child of node.children) {
    if (child.row.state !== 'FAILED') continue;
    if (first === undefined || (child.row.finishedAtMs ?? 0) < (first.row.finishedAtMs ?? 0)) first = child;
  }
  return first === undefined ? undefined : (firstFailed(first) ?? first);
}

/** `train`, `for-loop-1[3].train`: the path without the root. */
function relativePath(node: TaskNode): string {
  return node.row.path.replace(/^root\./, '');
}
