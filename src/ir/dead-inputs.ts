// kfp compiles a loop over dictionaries inside an exit handler so that the handler is given a loop item that does not exist
// outside the loop, and that nothing inside uses (kubeflow/pipelines#13321). Such an input is dropped, so that the
// pipeline runs instead of failing for a value that nobody needs.
import { emptyRecord } from './section.ts';
import type { ComponentSpec, DagSpec, ParameterSpec, PipelineSpec, PipelineTaskSpec } from './types.ts';

/** The same pipeline when there is no such input. */
export function dropDeadInputs(pipeline: PipelineSpec): PipelineSpec {
  const dead = findDeadInputs(pipeline);
  if (dead.length === 0) return pipeline;
  const components = Object.assign(emptyRecord<ComponentSpec>(), pipeline.components);
  let root = pipeline.root;
  for (const { owner, taskName, inputName } of dead) {
    const holder = owner === undefined ? root : components[owner]!;
    const task = holder.dag!.tasks[taskName]!;
    const changed = withTask(holder, taskName, withoutInput(task, inputName));
    if (owner === undefined) root = changed;
    else components[owner] = changed;
    const calledName = task.componentRef.name;
    components[calledName] = withOptionalInput(components[calledName]!, inputName);
  }
  return { ...pipeline, root, components };
}

/** In kfp's name of a member of a loop item. */
const ITEM_MEMBER = '-loop-item-subvar-';

interface DeadInput {
  /** Name of the component whose DAG has the task; undefined for the root. */
  readonly owner: string | undefined;
  readonly taskName: string;
  readonly inputName: string;
}

function findDeadInputs(pipeline: PipelineSpec): readonly DeadInput[] {
  const owners: [string | undefined, ComponentSpec][] = [[undefined, pipeline.root], ...Object.entries(pipeline.components)];
  return owners.flatMap(([owner, component]) =>
    Object.entries(component.dag?.tasks ?? {}).flatMap(([taskName, task]) => {
      const calledDag = pipeline.components[task.componentRef.name]?.dag;
      if (calledDag === undefined) return [];
      const names = danglingInputs(pipeline, component, task).filter((inputName) => !usesInput(calledDag, inputName));
      return names.map((inputName) => ({ owner, taskName, inputName }));
    }),
  );
}

/** Inputs that take their value from an input that the enclosing component does not have, or from an item as if it were an output. */
function danglingInputs(pipeline: PipelineSpec, component: ComponentSpec, task: PipelineTaskSpec): readonly string[] {
  const own = component.inputDefinitions?.parameters;
  const inputs = Object.entries(task.inputs?.parameters ?? {});
  return inputs
    .filter(([, { componentInputParameter: source, taskOutputParameter: output }]) => {
      if (source !== undefined) return own?.[source] === undefined;
      return output?.outputParameterKey.includes(ITEM_MEMBER) === true && isOutputMissing(pipeline, component, output.producerTask, output.outputParameterKey);
    })
    .map(([name]) => name);
}

function isOutputMissing({ components }: PipelineSpec, { dag }: ComponentSpec, producerTask: string, key: string): boolean {
  const producer = dag?.tasks[producerTask];
  const called = producer === undefined ? undefined : components[producer.componentRef.name];
  return called !== undefined && called.outputDefinitions?.parameters?.[key] === undefined;
}

function usesInput(dag: DagSpec, name: string): boolean {
  return Object.values(dag.tasks).some((task) =>
    Object.values(task.inputs?.parameters ?? {}).some(
      (input) => input.componentInputParameter === name || input.runtimeValue?.runtimeParameter === name,
    ),
  );
}

function withTask(component: ComponentSpec, taskName: string, task: PipelineTaskSpec): ComponentSpec {
  const tasks = Object.assign(emptyRecord<PipelineTaskSpec>(), component.dag!.tasks, { [taskName]: task });
  return { ...component, dag: { ...component.dag, tasks } };
}

function withoutInput(task: PipelineTaskSpec, name: string): PipelineTaskSpec {
  const parameters = Object.assign(emptyRecord(), task.inputs!.parameters);
  delete parameters[name];
  return { ...task, inputs: { ...task.inputs, parameters } };
}

function withOptionalInput(component: ComponentSpec, name: string): ComponentSpec {
  const spec = component.inputDefinitions?.parameters?.[name];
  if (spec === undefined) return component;
  const parameters = Object.assign(emptyRecord<ParameterSpec>(), component.inputDefinitions!.parameters, {
    [name]: { ...spec, isOptional: true },
  });
  return { ...component, inputDefinitions: { ...component.inputDefinitions, parameters } };
}
