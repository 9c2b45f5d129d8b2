// kfp compiles an f-string inside of nested groups (loops, conditions, exit handlers) so that what it needs from further out is
// asked of the group right around it and of nobody beyond. Such an input is handed in from where it is: an output of a task
// there, a parameter of the pipeline, an item of an outer loop or a member of one.
import { NESTING_DEPTH_MAX } from './limits.ts';
import { itemMemberOf, memberOf } from './loop-item-members.ts';
import { emptyRecord } from './section.ts';
import type { ComponentSpec, ParameterSpec, PipelineSpec, PipelineTaskSpec, TaskInputParameter } from './types.ts';

/** The same pipeline when nothing is missing, or when what is missing is nowhere. */
export function threadInputs(pipeline: PipelineSpec): PipelineSpec {
  const missing = missingInputs(pipeline);
  if (missing.length === 0 || missing.length > MISSING_MAX) return pipeline;
  const components = Object.assign(emptyRecord<ComponentSpec>(), pipeline.components);
  const draft: Draft = { root: pipeline.root, components, callers: callersIn(pipeline) };
  for (const { owner, name } of missing) {
    const threads = new Map<string, Thread | undefined>();
    if (planThread(draft, owner, name, threads, 0) === undefined) continue;
    for (const thread of threads.values()) if (thread !== undefined) addInput(draft, thread);
  }
  return { ...pipeline, root: draft.root, components: draft.components };
}

/** A document with more is broken in some other way. */
const MISSING_MAX = 1_000;

/** Name of a component; undefined for the root. */
export type Owner = string | undefined;

interface Caller {
  readonly caller: Owner;
  readonly taskName: string;
}

interface Draft {
  root: ComponentSpec;
  readonly components: Record<string, ComponentSpec>;
  /** The tasks that call a component. */
  readonly callers: ReadonlyMap<string, readonly Caller[]>;
}

/** A group's input that is to be declared, and what each of the tasks that call it gives to it. */
interface Thread {
  readonly called: string;
  readonly name: string;
  readonly spec: ParameterSpec;
  readonly sources: readonly (Caller & { readonly source: TaskInputParameter })[];
}

/** kfp's mark of a value that crosses the border of a group. */
const CHANNEL = 'pipelinechannel--';

function missingInputs(pipeline: PipelineSpec): readonly { readonly owner: string; readonly name: string }[] {
  return Object.entries(pipeline.components).flatMap(([owner, { dag, inputDefinitions }]) => {
    const sources = Object.values(dag?.tasks ?? {}).flatMap((task) => Object.values(task.inputs?.parameters ?? {}));
    const names = sources.flatMap(({ componentInputParameter: name }) => (name?.startsWith(CHANNEL) === true ? [name] : []));
    return [...new Set(names)].filter((name) => inputDefinitions?.parameters?.[name] === undefined).map((name) => ({ owner, name }));
  });
}

function callersIn(pipeline: PipelineSpec): ReadonlyMap<string, readonly Caller[]> {
  const callers = new Map<string, Caller[]>();
  const owners: readonly (readonly [Owner, ComponentSpec])[] = [[undefined, pipeline.root], ...Object.entries(pipeline.components)];
  for (const [caller, { dag }] of owners) {
    for (const [taskName, task] of Object.entries(dag?.tasks ?? {})) {
      const called = task.componentRef.name;
      const known = callers.get(called);
      if (known === undefined) callers.set(called, [{ caller, taskName }]);
      else known.push({ caller, taskName });
    }
  }
  return callers;
}

/** Plans what must be added so that the component has the input; undefined when it is to be had nowhere, or only in a circle. */
function planThread(draft: Draft, called: string, name: string, threads: Map<string, Thread | undefined>, depth: number): ParameterSpec | undefined {
  if (threads.has(called)) return threads.get(called)?.spec;
  threads.set(called, undefined);
  const callers = depth < NESTING_DEPTH_MAX ? (draft.callers.get(called) ?? []) : [];
  const sources: Thread['sources'][number][] = [];
  let spec: ParameterSpec | undefined;
  for (const { caller, taskName } of callers) {
    const found = findSource(draft, caller, name);
    const outer = found?.spec ?? (caller === undefined ? undefined : planThread(draft, caller, name, threads, depth + 1));
    if (outer === undefined) return undefined;
    spec ??= outer;
    sources.push({ caller, taskName, source: found?.source ?? { componentInputParameter: name } });
  }
  if (spec !== undefined) threads.set(called, { called, name, spec, sources });
  return spec;
}

/** Whether the tasks of this component can be given the value of that name, from wherever it is. */
export function isToBeHad(pipeline: PipelineSpec, owner: Owner, name: string): boolean {
  if (findSource(pipeline, owner, name) !== undefined) return true;
  const { root, components } = pipeline;
  return owner !== undefined && planThread({ root, components, callers: callersIn(pipeline) }, owner, name, new Map(), 0) !== undefined;
}

/** Where the tasks of a DAG can take the value of this name from; undefined when it comes from further out, or from nowhere. */
export function findSource(
  pipeline: Pick<PipelineSpec, 'root' | 'components'>,
  owner: Owner,
  name: string,
): { readonly source: TaskInputParameter; readonly spec: ParameterSpec } | undefined {
  const { dag, inputDefinitions } = ownerOf(pipeline, owner);
  const plain = name.slice(CHANNEL.length);
  for (const input of [name, plain]) {
    const spec = inputDefinitions?.parameters?.[input];
    if (spec !== undefined) return { source: { componentInputParameter: input }, spec: typeOf(spec) };
  }
  const member = itemMemberOf(name);
  if (member !== undefined && inputDefinitions?.parameters?.[member.itemInput] !== undefined) {
    return { source: memberOf(member.itemInput, member.member), spec: MEMBER_SPEC };
  }
  for (const [taskName, task] of Object.entries(dag?.tasks ?? {})) {
    if (!plain.startsWith(`${taskName}-`)) continue;
    const key = plain.slice(taskName.length + 1);
    const spec = pipeline.components[task.componentRef.name]?.outputDefinitions?.parameters?.[key];
    if (spec !== undefined) return { source: { taskOutputParameter: { producerTask: taskName, outputParameterKey: key } }, spec: typeOf(spec) };
  }
  return undefined;
}

/** Nobody knows the type of a member; the step that takes it does. */
const MEMBER_SPEC: ParameterSpec = { parameterType: 'STRING' };

/** Defaults and the like stay where they are. */
function typeOf({ parameterType, isOptional }: ParameterSpec): ParameterSpec {
  return { parameterType, ...(isOptional === true && { isOptional }) };
}

function ownerOf({ root, components }: Pick<PipelineSpec, 'root' | 'components'>, owner: Owner): ComponentSpec {
  return owner === undefined ? root : components[owner]!;
}

function addInput(draft: Draft, { called, name, spec, sources }: Thread): void {
  const component = draft.components[called]!;
  const definitions = Object.assign(emptyRecord<ParameterSpec>(), component.inputDefinitions?.parameters, { [name]: spec });
  draft.components[called] = { ...component, inputDefinitions: { ...component.inputDefinitions, parameters: definitions } };
  for (const { caller, taskName, source } of sources) {
    const owner = ownerOf(draft, caller);
    const task = owner.dag!.tasks[taskName]!;
    const parameters = Object.assign(emptyRecord<TaskInputParameter>(), task.inputs?.parameters, { [name]: source });
    const tasks = Object.assign(emptyRecord<PipelineTaskSpec>(), owner.dag!.tasks, { [taskName]: { ...task, inputs: { ...task.inputs, parameters } } });
    const changed = { ...owner, dag: { ...owner.dag, tasks } };
    if (caller === undefined) draft.root = changed;
    else draft.components[caller] = changed;
  }
}
