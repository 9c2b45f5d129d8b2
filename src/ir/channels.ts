// kfp fills values into inputs, images and resources. In other texts an f-string leaves its mark of a value, as in
// `set_env_variable('WHO', f'{who}')`: `{{channel:task=;name=who;type=String;}}`. In a variable of a step the mark becomes a placeholder of
// an input that the step is given, as kfp does it for images; the URI of an importer is taken from its input, where kfp has filled it in.
// An input's text keeps the mark when kfp's search for marks does not know the value's type, such as `typing.Dict[str, int]`; it is
// treated like a variable.
import { emptyRecord } from './section.ts';
import { findSource, isToBeHad, type Owner } from './thread-inputs.ts';
import type { ComponentSpec, ContainerExecutor, DagSpec, Executor, ImporterExecutor, PipelineSpec, PipelineTaskSpec, TaskInputParameter } from './types.ts';

/** Bounded, so that no text makes the search for it long. */
const MARK = /\{\{channel:task=([^;{}]{0,200});name=([^;{}]{1,200});type=[^;]{0,200};\}\}/g;
/** What kfp puts before the name of a value that crosses the border of a group or a step. */
const CHANNEL = 'pipelinechannel--';
/** Each costs a walk through the tasks; in a document with more the rest stays as it is. */
const MARKED_VALUES_MAX = 500;
/** Input of an importer; kfp gives it whatever its URI is. */
const URI_INPUT = 'uri';

/** The text with marks of values replaced. `inputName` is kfp's name of the input that hands the value in. */
export function replaceChannels(text: string, replace: (inputName: string, mark: string) => string): string {
  if (!text.includes('{{channel:')) return text;
  return text.replaceAll(MARK, (mark, task: string, name: string) => replace(CHANNEL + (task === '' ? name : `${task}-${name}`), mark));
}

/** The same pipeline when there is no such mark; one of a value that is to be had nowhere stays. */
export function handInChannels(pipeline: PipelineSpec): PipelineSpec {
  const executors = emptyRecord<Executor>();
  const given = new Map<string, readonly string[]>();
  let left = MARKED_VALUES_MAX;
  for (const [label, executor] of Object.entries(pipeline.executors)) {
    executors[label] = executor.kind === 'importer' ? { kind: 'importer', importer: withUriInput(executor.importer) } : executor;
    const names = executor.kind === 'container' ? namesIn(executor.container) : [];
    if (executor.kind !== 'container' || names.length === 0 || left <= 0) continue;
    const owners = ownersOf(pipeline, label);
    left -= Math.max(names.length * owners.length, 1);
    if (left < 0) continue;
    const known = names.filter((name) => owners.every((owner) => isToBeHad(pipeline, owner, name)));
    executors[label] = { kind: 'container', container: withPlaceholders(executor.container, known) };
    given.set(label, known);
  }
  const components = emptyRecord<ComponentSpec>();
  const budget = { left };
  for (const name of Object.keys(pipeline.components)) components[name] = fillConstants(pipeline, name, giveInputs(pipeline, name, given), budget);
  const root = fillConstants(pipeline, undefined, giveInputs(pipeline, undefined, given), budget);
  return { ...pipeline, root, components, executors };
}

function withUriInput(importer: ImporterExecutor): ImporterExecutor {
  const { constant } = importer.artifactUri;
  const isMarked = typeof constant === 'string' && replaceChannels(constant, () => '') !== constant;
  return isMarked ? { ...importer, artifactUri: { runtimeParameter: URI_INPUT } } : importer;
}

function namesIn({ env = [] }: ContainerExecutor): readonly string[] {
  const names = new Set<string>();
  for (const { value = '' } of env) {
    replaceChannels(value, (name, mark) => {
      names.add(name);
      return mark;
    });
  }
  return [...names];
}

function withPlaceholders(container: ContainerExecutor, known: readonly string[]): ContainerExecutor {
  const placeholderOf = (name: string, mark: string) => (known.includes(name) ? inputPlaceholder(name) : mark);
  const env = container.env?.map(({ name, value = '' }) => ({ name, value: replaceChannels(value, placeholderOf) }));
  return env === undefined ? container : { ...container, env };
}

const inputPlaceholder = (name: string) => `{{$.inputs.parameters['${name}']}}`;

/** The components that have a task with this executor. */
function ownersOf({ root, components }: PipelineSpec, label: string): readonly Owner[] {
  const all: readonly (readonly [Owner, ComponentSpec])[] = [[undefined, root], ...Object.entries(components)];
  const hasTask = ({ dag }: ComponentSpec) => Object.values(dag?.tasks ?? {}).some(({ componentRef }) => components[componentRef.name]?.executorLabel === label);
  return all.flatMap(([owner, component]) => (hasTask(component) ? [owner] : []));
}

/** The component with its steps given what they need: what it has itself, or what `threadInputs` will hand in from around it. */
function giveInputs(pipeline: PipelineSpec, owner: Owner, given: ReadonlyMap<string, readonly string[]>): ComponentSpec {
  const component = owner === undefined ? pipeline.root : pipeline.components[owner]!;
  if (component.dag === undefined) return component;
  const tasks = emptyRecord<PipelineTaskSpec>();
  for (const [taskName, task] of Object.entries(component.dag.tasks)) {
    const names = given.get(pipeline.components[task.componentRef.name]?.executorLabel ?? '') ?? [];
    const parameters = Object.assign(emptyRecord<TaskInputParameter>(), task.inputs?.parameters);
    for (const name of names) parameters[name] ??= findSource(pipeline, owner, name)?.source ?? { componentInputParameter: name };
    tasks[taskName] = names.length === 0 ? task : { ...task, inputs: { ...task.inputs, parameters } };
  }
  const dag: DagSpec = { ...component.dag, tasks };
  return { ...component, dag };
}

/** The component with the marks in its tasks' constant inputs made placeholders of inputs that the tasks are given. */
function fillConstants(pipeline: PipelineSpec, owner: Owner, component: ComponentSpec, budget: { left: number }): ComponentSpec {
  if (component.dag === undefined) return component;
  const tasks = emptyRecord<PipelineTaskSpec>();
  for (const [taskName, task] of Object.entries(component.dag.tasks)) {
    const parameters = Object.assign(emptyRecord<TaskInputParameter>(), task.inputs?.parameters);
    for (const [input, { runtimeValue }] of Object.entries(parameters)) {
      if (typeof runtimeValue?.constant !== 'string') continue;
      const constant = replaceChannels(runtimeValue.constant, (name, mark) => {
        budget.left -= 1;
        if (budget.left < 0 || !isToBeHad(pipeline, owner, name)) return mark;
        parameters[name] ??= findSource(pipeline, owner, name)?.source ?? { componentInputParameter: name };
        return inputPlaceholder(name);
      });
      if (constant !== runtimeValue.constant) parameters[input] = { runtimeValue: { constant } };
    }
    tasks[taskName] = { ...task, inputs: { ...task.inputs, parameters } };
  }
  return { ...component, dag: { ...component.dag, tasks } };
}
