// kfp compiles an f-string over a member of a loop's item (`f'{item.name}'`) so that the loop is given that member from
// outside, where no item exists. The member is taken from the item instead, inside the loop, as everywhere else.
import { emptyRecord } from './section.ts';
import type { ComponentSpec, PipelineSpec, PipelineTaskSpec, TaskInputParameter } from './types.ts';

/** The same pipeline when there is no such input. */
export function takeMembersFromItems(original: PipelineSpec): PipelineSpec {
  const pipeline = selectMembersOnce(original);
  const owners: [string | undefined, ComponentSpec][] = [[undefined, pipeline.root], ...Object.entries(pipeline.components)];
  const components = Object.assign(emptyRecord<ComponentSpec>(), pipeline.components);
  let { root } = pipeline;
  for (const [owner] of owners) {
    for (const taskName of Object.keys((owner === undefined ? root : components[owner]!).dag?.tasks ?? {})) {
      const holder = owner === undefined ? root : components[owner]!;
      const task = holder.dag!.tasks[taskName]!;
      const members = memberInputs(task);
      const loop = components[task.componentRef.name];
      if (members.size === 0 || loop?.dag === undefined) continue;
      components[task.componentRef.name] = withMembers(loop, task.parameterIterator!.itemInput, members);
      const tasks = Object.assign(emptyRecord<PipelineTaskSpec>(), holder.dag!.tasks, { [taskName]: withoutInputs(task, members) });
      const changed = { ...holder, dag: { ...holder.dag, tasks } };
      if (owner === undefined) root = changed;
      else components[owner] = changed;
    }
  }
  return { ...pipeline, root, components };
}

/** kfp hands a member into a branch and there selects it again, out of the member itself: what bears its name is the member. */
function selectMembersOnce(pipeline: PipelineSpec): PipelineSpec {
  const components = Object.assign(emptyRecord<ComponentSpec>(), pipeline.components);
  for (const [name, component] of Object.entries(components)) {
    for (const [taskName, task] of Object.entries(component.dag?.tasks ?? {})) {
      const doubled = Object.entries(task.inputs?.parameters ?? {}).filter(([, source]) => selectsAgain(source));
      if (doubled.length === 0) continue;
      const single = doubled.map(([input, { componentInputParameter }]) => [input, { componentInputParameter: componentInputParameter! }] as const);
      const parameters = Object.assign(emptyRecord<TaskInputParameter>(), task.inputs?.parameters, Object.fromEntries(single));
      const { dag } = components[name]!;
      const tasks = Object.assign(emptyRecord<PipelineTaskSpec>(), dag!.tasks, { [taskName]: { ...task, inputs: { ...task.inputs, parameters } } });
      components[name] = { ...component, dag: { ...dag, tasks } };
    }
  }
  return { ...pipeline, components };
}

function selectsAgain({ componentInputParameter: input, parameterExpressionSelector: selector }: TaskInputParameter): boolean {
  const named = input === undefined || selector === undefined ? undefined : itemMemberOf(input);
  return named !== undefined && selector === memberOf(named.itemInput, named.member).parameterExpressionSelector;
}

/** In kfp's name of an input: between that of an item and that of its member. */
const MEMBER = '-subvar-';

/** Input of the loop → member of its item. */
type Members = ReadonlyMap<string, string>;

/** kfp's name of a member. Nothing outside the loop can have it, for it begins with the name of the loop's own item. */
function memberInputs({ parameterIterator, inputs }: PipelineTaskSpec): Members {
  if (parameterIterator === undefined) return new Map();
  return new Map(
    Object.keys(inputs?.parameters ?? {}).flatMap((name) => {
      const named = itemMemberOf(name);
      return named?.itemInput === parameterIterator.itemInput ? [[name, named.member] as const] : [];
    }),
  );
}

function withMembers(loop: ComponentSpec, itemInput: string, members: Members): ComponentSpec {
  const tasks = emptyRecord<PipelineTaskSpec>();
  for (const [name, task] of Object.entries(loop.dag!.tasks)) {
    const parameters = emptyRecord<TaskInputParameter>();
    for (const [input, source] of Object.entries(task.inputs?.parameters ?? {})) {
      const member = source.componentInputParameter === undefined ? undefined : members.get(source.componentInputParameter);
      parameters[input] = member === undefined ? source : memberOf(itemInput, member);
    }
    tasks[name] = { ...task, inputs: { ...task.inputs, parameters } };
  }
  const definitions = Object.assign(emptyRecord(), loop.inputDefinitions?.parameters);
  for (const name of members.keys()) delete definitions[name];
  return { ...loop, inputDefinitions: { ...loop.inputDefinitions, parameters: definitions }, dag: { ...loop.dag, tasks } };
}

/** In kfp's name of an item. */
const ITEM = 'loop-item';

/** Whether kfp guessed the type of what has this name, an item or a member of one: STRING when it knows nothing of the list. */
export function isTypeGuessed(name: string): boolean {
  return name.includes(ITEM);
}

/** The item and the member that an input is named for. A hyphen behind them is that of a loop over the member: another item. */
export function itemMemberOf(name: string): { readonly itemInput: string; readonly member: string } | undefined {
  const at = name.lastIndexOf(MEMBER);
  const member = name.slice(at + MEMBER.length);
  return at === -1 || member.includes('-') ? undefined : { itemInput: name.slice(0, at), member };
}

export function memberOf(itemInput: string, member: string): TaskInputParameter {
  return { componentInputParameter: itemInput, parameterExpressionSelector: `parseJson(string_value)[${JSON.stringify(member)}]` };
}

function withoutInputs(task: PipelineTaskSpec, members: Members): PipelineTaskSpec {
  const parameters = Object.assign(emptyRecord<TaskInputParameter>(), task.inputs?.parameters);
  for (const name of members.keys()) delete parameters[name];
  return { ...task, inputs: { ...task.inputs, parameters } };
}
