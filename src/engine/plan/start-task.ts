// What happens when a task may start: inputs, condition, then what its component is.
import type { Planning } from './planning.ts';
import { changeNode } from './planning.ts';
import { conditionOf } from './condition.ts';
import { startDag } from './dag.ts';
import { resolveInputs, type TaskInputs } from './inputs.ts';
import { startLoop } from './loop.ts';
import type { TaskNode } from './run-tree.ts';
import { startStep } from './step.ts';

export function startTask(planning: Planning, node: TaskNode): void {
  const inputs = resolveInputs(planning, node);
  if (!inputs.ok) return changeNode(planning, node, { state: 'FAILED', reason: 'InputUnresolved', message: inputs.message });
  const condition = conditionOf(planning, node, inputs.value.effective);
  const values = inputs.value.effective;
  if (condition.kind === 'invalid') {
    return changeNode(planning, node, { state: 'FAILED', reason: 'ConditionInvalid', message: condition.message, inputs: values });
  }
  if (condition.kind === 'false') {
    return changeNode(planning, node, { state: 'SKIPPED', reason: 'ConditionFalse', message: condition.message, inputs: values });
  }
  startComponent(planning, node, inputs.value);
}

function startComponent(planning: Planning, node: TaskNode, inputs: TaskInputs): void {
  if (node.row.type === 'LOOP') startLoop(planning, node, inputs.effective);
  else if (node.component.dag !== undefined) startDag(planning, node, inputs.effective);
  else startStep(planning, node, inputs);
}
