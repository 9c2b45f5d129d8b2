// kfp compiles loops inside of other groups so that the outer group is given a loop item, or a member of one, that does not
// exist outside the loop, and that nothing inside uses (kubeflow/pipelines#13321): inside the loop there is the item itself.
// Such an input is dropped, with everything that hands it on, so that the pipeline runs instead of failing for a value that
// nobody needs.
import { emptyRecord } from './section.ts';
import type { ComponentSpec, ParameterSpec, PipelineSpec, PipelineTaskSpec, TaskInputParameter } from './types.ts';

/** The same pipeline when there is no such input. */
export function dropDeadInputs(pipeline: PipelineSpec): PipelineSpec {
  const components = Object.assign(emptyRecord<ComponentSpec>(), pipeline.components);
  const draft: Draft = { root: pipeline.root, components };
  const owners: readonly Owner[] = [undefined, ...Object.keys(components)];
  let isChanged = false;
  for (const owner of owners) {
    for (const [taskName, task] of Object.entries(ownerOf(draft, owner).dag?.tasks ?? {})) {
      for (const inputName of danglingInputs(draft, owner, task)) {
        if (usesInput(draft, task, inputName, new Set())) continue;
        dropInput(draft, owner, taskName, inputName);
        isChanged = true;
      }
    }
  }
  return isChanged ? { ...pipeline, root: draft.root, components } : pipeline;
}

/** Name of a component; undefined for the root. */
type Owner = string | undefined;

interface Draft {
  root: ComponentSpec;
  readonly components: Record<string, ComponentSpec>;
}

/** In kfp's name of a loop item or of a member of one. */
const ITEM = 'loop-item';
/** Inputs that may lie on the way of one; what is handed on further is taken for used. */
const SEEN_MAX = 1_000;

/** Inputs of a nested DAG that take their value from an input that the enclosing component does not have, or from an item as if it were an output. */
function danglingInputs(draft: Draft, owner: Owner, task: PipelineTaskSpec): readonly string[] {
  const component = ownerOf(draft, owner);
  if (draft.components[task.componentRef.name]?.dag === undefined) return [];
  const own = component.inputDefinitions?.parameters;
  const inputs = Object.entries(task.inputs?.parameters ?? {});
  return inputs
    .filter(([, { componentInputParameter: source, taskOutputParameter: output }]) => {
      if (source !== undefined) return own?.[source] === undefined;
      return output?.outputParameterKey.includes(ITEM) === true && isOutputMissing(draft, component, output.producerTask, output.outputParameterKey);
    })
    .map(([name]) => name);
}

function isOutputMissing({ components }: Draft, { dag }: ComponentSpec, producerTask: string, key: string): boolean {
  const producer = dag?.tasks[producerTask];
  const called = producer === undefined ? undefined : components[producer.componentRef.name];
  return called !== undefined && called.outputDefinitions?.parameters?.[key] === undefined;
}

/**
 * Whether anything that runs needs the input of this task; handing it on to a loop whose own item has the name does not
 * count. `seen` holds inputs of components that are looked at already.
 */
function usesInput(draft: Draft, task: PipelineTaskSpec, name: string, seen: Set<string>): boolean {
  const { parameterIterator, triggerPolicy } = task;
  if (parameterIterator?.items.inputParameter === name || triggerPolicy?.condition?.includes(name) === true) return true;
  if (parameterIterator?.itemInput === name) return false;
  const calledName = task.componentRef.name;
  const called = draft.components[calledName];
  if (called?.dag === undefined || seen.size > SEEN_MAX) return true;
  const place = `${calledName}\0${name}`;
  if (seen.has(place)) return false;
  seen.add(place);
  return Object.values(called.dag.tasks).some((inner) => takersOf(inner, name).some((taker) => usesInput(draft, inner, taker, seen)));
}

/** Names of the task's inputs that take the enclosing component's input. */
function takersOf(task: PipelineTaskSpec, name: string): readonly string[] {
  return Object.entries(task.inputs?.parameters ?? {})
    .filter(([, input]) => input.componentInputParameter === name || input.runtimeValue?.runtimeParameter === name)
    .map(([taker]) => taker);
}

function dropInput(draft: Draft, owner: Owner, taskName: string, inputName: string): void {
  const holder = ownerOf(draft, owner);
  const task = holder.dag!.tasks[taskName]!;
  const parameters = Object.assign(emptyRecord<TaskInputParameter>(), task.inputs!.parameters);
  delete parameters[inputName];
  const tasks = Object.assign(emptyRecord<PipelineTaskSpec>(), holder.dag!.tasks, { [taskName]: { ...task, inputs: { ...task.inputs, parameters } } });
  const changed = { ...holder, dag: { ...holder.dag, tasks } };
  if (owner === undefined) draft.root = changed;
  else draft.components[owner] = changed;
  const calledName = task.componentRef.name;
  if (task.parameterIterator?.itemInput === inputName) return;
  draft.components[calledName] = withOptionalInput(draft.components[calledName]!, inputName);
  for (const [innerName, inner] of Object.entries(draft.components[calledName].dag?.tasks ?? {})) {
    for (const taker of takersOf(inner, inputName)) dropInput(draft, calledName, innerName, taker);
  }
}

function withOptionalInput(component: ComponentSpec, name: string): ComponentSpec {
  const spec = component.inputDefinitions?.parameters?.[name];
  if (spec === undefined) return component;
  const parameters = Object.assign(emptyRecord<ParameterSpec>(), component.inputDefinitions!.parameters, {
    [name]: { ...spec, isOptional: true },
  });
  return { ...component, inputDefinitions: { ...component.inputDefinitions, parameters } };
}

function ownerOf(draft: Draft, owner: Owner): ComponentSpec {
  return owner === undefined ? draft.root : draft.components[owner]!;
}
