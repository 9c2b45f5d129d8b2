// DAGs: their tasks appear as rows when they start; their outputs are outputs of their tasks.
import { assert, type Json } from '../../base/mod.ts';
import type { ComponentSpec, PipelineTaskSpec } from '../../ir/mod.ts';
import type { TaskType, TaskValues } from '../../records/mod.ts';
import { displayNameOf } from './marks.ts';
import { own } from './own.ts';
import { addTask, changeNode, reserveRows, type Planning } from './planning.ts';
import { isGrown, rowCountOf, type TaskNode } from './run-tree.ts';
import { isSuccess } from './task-life.ts';

export function startDag(planning: Planning, node: TaskNode, inputs: TaskValues): void {
  if (!reserveRows(planning, node, rowCountOf(node), inputs)) return;
  changeNode(planning, node, { state: 'RUNNING', reason: '', message: '', inputs });
  growDag(planning, node);
}

/** Adds the rows of the DAG's tasks, in the order of the IR; a large DAG grows over several plannings. */
export function growDag(planning: Planning, node: TaskNode): void {
  const { dag } = node.component;
  assert(dag !== undefined, `${node.row.path} is started as a DAG but is none`);
  for (const [name, spec] of Object.entries(dag.tasks).slice(node.children.length)) {
    if (planning.rowsLeft <= 0) break;
    const component = planning.tree.pipeline.components[spec.componentRef.name];
    assert(component !== undefined, `component ${spec.componentRef.name} is not in the pipeline`);
    addTask(planning, node, {
      name,
      displayName: displayNameOf(node, spec.taskInfo?.name ?? name),
      path: `${node.row.path}.${pathSegment(name)}`,
      componentName: spec.componentRef.name,
      type: typeOf(planning, spec, component),
    });
  }
  if (!isGrown(node)) planning.tree.dirty.add(node);
  else if (node.unsettledCount === 0) planning.work.push(node);
}

/** kfp's names have none of the signs that join a path; in others they would make two tasks of one path. */
function pathSegment(taskName: string): string {
  return taskName.replaceAll(/[%.[\]]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

function typeOf(planning: Planning, spec: PipelineTaskSpec, component: ComponentSpec): TaskType {
  if (spec.parameterIterator !== undefined || spec.artifactIterator !== undefined) return 'LOOP';
  if (component.dag === undefined) {
    const executor = planning.tree.pipeline.executors[component.executorLabel ?? ''];
    return executor?.kind === 'importer' ? 'IMPORTER' : 'RUNTIME';
  }
  // The compiler's names are the only mark that branch groups and exit handlers bear.
  if (spec.componentRef.name.startsWith('comp-condition-branches-')) return 'CONDITION_BRANCH';
  if (spec.componentRef.name.startsWith('comp-exit-handler-')) return 'EXIT_HANDLER';
  return spec.triggerPolicy?.condition === undefined ? 'DAG' : 'CONDITION';
}

/** An output whose producer was skipped, or gave nothing under that name, is left out. */
export function dagOutputs(node: TaskNode): TaskValues {
  return { parameters: parameterOutputs(node), artifacts: artifactOutputs(node) };
}

function parameterOutputs(node: TaskNode): Readonly<Record<string, Json>> {
  const values: [string, Json][] = [];
  for (const [name, output] of Object.entries(node.component.dag?.outputs?.parameters ?? {})) {
    const selectors = output.valueFromOneof?.parameterSelectors ?? (output.valueFromParameter ? [output.valueFromParameter] : []);
    const producer = firstSuccess(node, selectors);
    const value = producer && own(producer.child.row.outputs.parameters, producer.selector.outputParameterKey);
    if (value !== undefined) values.push([name, value]);
  }
  return Object.fromEntries(values);
}

function artifactOutputs(node: TaskNode): Readonly<Record<string, readonly string[]>> {
  const values: [string, readonly string[]][] = [];
  for (const [name, output] of Object.entries(node.component.dag?.outputs?.artifacts ?? {})) {
    const producer = firstSuccess(node, output.artifactSelectors);
    const ids = producer && own(producer.child.row.outputs.artifacts, producer.selector.outputArtifactKey);
    if (ids !== undefined) values.push([name, ids]);
  }
  return Object.fromEntries(values);
}

/** Several selectors are a OneOf: the first branch that ran gives the value. */
function firstSuccess<Selector extends { readonly producerSubtask: string }>(
  node: TaskNode,
  selectors: readonly Selector[],
): { child: TaskNode; selector: Selector } | undefined {
  for (const selector of selectors) {
    const child = node.childByName.get(selector.producerSubtask);
    if (child !== undefined && isSuccess(child.row.state)) return { child, selector };
  }
  return undefined;
}
