// Follows every name in a pipeline: components, executors, producers and their outputs, inputs of the enclosing component.
import type { Json } from '../base/mod.ts';
import { checkExpressions } from './check-expressions.ts';
import { checkInputFit } from './check-input-fit.ts';
import { checkPlaceholders, inputsGiven, type Step } from './check-placeholders.ts';
import { complain, type FieldError, type Section } from './section.ts';
import type {
  ComponentSpec,
  DagSpec,
  ImporterExecutor,
  InputDefinitions,
  PipelineSpec,
  PipelineTaskSpec,
  TaskInputArtifact,
  TaskInputParameter,
} from './types.ts';
import { holderOfTasks } from './untangle-groups.ts';
import { coerceParameter } from './values.ts';

/** Adds an error for every name that leads nowhere. `prefix` is the path of the spec in the document. */
export function checkReferences(pipeline: PipelineSpec, errors: FieldError[], prefix: string): void {
  const at: Section = { members: {}, path: prefix, errors };
  const expressions = new Set<string>();
  // What no task calls can't run, and so can't fail.
  const given = inputsGiven(pipeline);
  checkComponent({ pipeline, component: pipeline.root, expressions, at: below(at, 'root') });
  for (const [name, component] of Object.entries(pipeline.components)) {
    const givenInputs = given.get(name);
    const holder = givenInputs && holderOfTasks(pipeline.components, name);
    if (holder !== undefined) complain(at, `components.${name}.dag.tasks`, `is empty: ${tangled(holder)}`);
    checkComponent({ pipeline, component, expressions, at: below(at, `components.${name}`) });
    const executor = pipeline.executors[component.executorLabel ?? ''];
    if (executor === undefined || givenInputs === undefined) continue;
    const place = below(at, `deploymentSpec.executors.${component.executorLabel}`);
    if (executor.kind === 'container') checkPlaceholders(below(place, 'container'), executor.container, { component, givenInputs });
    if (executor.kind === 'importer') checkImporter(below(place, 'importer'), executor.importer, { component, givenInputs });
  }
}

interface Scope {
  readonly pipeline: PipelineSpec;
  /** The component whose inside is looked at. */
  readonly component: ComponentSpec;
  readonly at: Section;
  /** Conditions and selectors that were found to be CEL. */
  readonly expressions: Set<string>;
}

interface TaskScope extends Scope {
  readonly dag: DagSpec;
  readonly taskName: string;
  readonly task: PipelineTaskSpec;
  readonly called: ComponentSpec;
}

function below(section: Section, member: string): Section {
  return { ...section, path: section.path === '' ? member : `${section.path}.${member}` };
}

function checkImporter(at: Section, { artifactUri }: ImporterExecutor, { component, givenInputs }: Step): void {
  const name = artifactUri.runtimeParameter;
  if (name === undefined || hasParameter(component.inputDefinitions, name) || givenInputs.has(name)) return;
  complain(at, 'artifactUri.runtimeParameter', noInput('parameter', name));
}

function checkComponent(scope: Scope): void {
  const { pipeline, component, expressions, at } = scope;
  const { dag, executorLabel } = component;
  if (executorLabel !== undefined && pipeline.executors[executorLabel] === undefined) {
    complain(at, 'executorLabel', `names the executor "${executorLabel}", which deploymentSpec does not define.`);
  }
  if (dag === undefined) return;
  if (component === pipeline.root && Object.keys(dag.tasks).length === 0) complain(at, 'dag.tasks', 'has no task; there is nothing to run.');
  for (const [taskName, task] of Object.entries(dag.tasks)) {
    const taskAt = below(at, `dag.tasks.${taskName}`);
    const called = pipeline.components[task.componentRef.name];
    if (called === undefined) {
      complain(taskAt, 'componentRef.name', `names the component "${task.componentRef.name}", which the pipeline does not define.`);
    } else {
      checkTask({ pipeline, component, expressions, dag, taskName, task, called, at: taskAt });
    }
  }
  checkOutputs(scope, dag);
}

function checkTask(scope: TaskScope): void {
  const { task, dag, taskName, at } = scope;
  task.dependentTasks?.forEach((name, index) => {
    if (dag.tasks[name] === undefined) complain(at, `dependentTasks[${index}]`, noTask(name));
    else if (name === taskName) complain(at, `dependentTasks[${index}]`, 'names the task itself.');
  });
  for (const [name, input] of Object.entries(task.inputs?.parameters ?? {})) checkInputParameter(scope, name, input);
  for (const [name, input] of Object.entries(task.inputs?.artifacts ?? {})) checkInputArtifact(scope, name, input);
  checkInputFit(at, scope);
  checkIterator(scope);
  checkExpressions(at, task, scope.called, scope.expressions);
  checkRequiredInputs(scope);
}

function checkInputParameter(scope: TaskScope, name: string, input: TaskInputParameter): void {
  const at = below(scope.at, `inputs.parameters.${name}`);
  const { taskOutputParameter: output, taskFinalStatus: status, componentInputParameter, runtimeValue } = input;
  if (output !== undefined) {
    checkProducer(scope, below(at, 'taskOutputParameter'), {
      task: output.producerTask,
      taskField: 'producerTask',
      key: output.outputParameterKey,
      keyField: 'outputParameterKey',
      sort: 'parameters',
    });
  }
  if (status !== undefined && scope.dag.tasks[status.producerTask] === undefined) {
    complain(at, 'taskFinalStatus.producerTask', noTask(status.producerTask));
  }
  if (componentInputParameter !== undefined && !hasParameter(scope.component.inputDefinitions, componentInputParameter)) {
    complain(at, 'componentInputParameter', noInput('parameter', componentInputParameter));
  }
  if (runtimeValue?.constant !== undefined) checkConstant(scope, name, runtimeValue.constant, at);
  const runtimeParameter = runtimeValue?.runtimeParameter;
  if (runtimeParameter !== undefined && !hasParameter(scope.component.inputDefinitions, runtimeParameter)) {
    complain(at, 'runtimeValue.runtimeParameter', noInput('parameter', runtimeParameter));
  }
}

/** A text with placeholders is whatever it becomes; members of loop items have types that kfp has guessed. */
function checkConstant({ called }: TaskScope, name: string, constant: Json, at: Section): void {
  const spec = called.inputDefinitions?.parameters?.[name];
  if (spec === undefined || (typeof constant === 'string' && constant.includes('{{')) || name.includes('-subvar-')) return;
  if (constant === null) {
    const mayBeAbsent = spec.isOptional === true || spec.defaultValue !== undefined || spec.parameterType === 'TASK_CONFIG';
    if (!mayBeAbsent) complain(at, 'runtimeValue.constant', 'is null, and the input is not optional.');
    return;
  }
  const conversion = coerceParameter(spec.parameterType, constant);
  if (!conversion.ok) complain(at, 'runtimeValue.constant', conversion.message);
}

function checkInputArtifact(scope: TaskScope, name: string, input: TaskInputArtifact): void {
  const at = below(scope.at, `inputs.artifacts.${name}`);
  const { taskOutputArtifact: output, componentInputArtifact } = input;
  if (output !== undefined) {
    checkProducer(scope, below(at, 'taskOutputArtifact'), {
      task: output.producerTask,
      taskField: 'producerTask',
      key: output.outputArtifactKey,
      keyField: 'outputArtifactKey',
      sort: 'artifacts',
    });
  }
  if (componentInputArtifact === undefined) return;
  if (scope.component.inputDefinitions?.artifacts?.[componentInputArtifact] === undefined) {
    complain(at, 'componentInputArtifact', noInput('artifact', componentInputArtifact));
  }
}

interface Producer {
  readonly task: string;
  readonly taskField: string;
  readonly key: string;
  readonly keyField: string;
  readonly sort: 'parameters' | 'artifacts';
}

/** The producing task is a sibling, and its component has the output. */
function checkProducer(scope: Scope & { readonly dag: DagSpec }, at: Section, producer: Producer): void {
  const task = scope.dag.tasks[producer.task];
  if (task === undefined) {
    complain(at, producer.taskField, noTask(producer.task));
    return;
  }
  const component = scope.pipeline.components[task.componentRef.name];
  if (component === undefined || component.outputDefinitions?.[producer.sort]?.[producer.key] !== undefined) return;
  const word = producer.sort === 'parameters' ? 'parameter' : 'artifact';
  complain(at, producer.keyField, `names the output ${word} "${producer.key}", which the task "${producer.task}" does not have.`);
}

function checkIterator(scope: TaskScope): void {
  const { task, called, at } = scope;
  const { parameterIterator, artifactIterator } = task;
  const items = parameterIterator?.items.inputParameter;
  if (items !== undefined && task.inputs?.parameters?.[items] === undefined && !hasParameter(called.inputDefinitions, items)) {
    complain(at, 'parameterIterator.items.inputParameter', noInput('parameter', items));
  }
  const artifacts = artifactIterator?.items.inputArtifact;
  if (artifacts !== undefined && task.inputs?.artifacts?.[artifacts] === undefined) {
    complain(at, 'artifactIterator.items.inputArtifact', noInput('artifact', artifacts));
  }
  if (parameterIterator && !hasParameter(called.inputDefinitions, parameterIterator.itemInput)) {
    complain(at, 'parameterIterator.itemInput', noInput('parameter', parameterIterator.itemInput));
  }
  if (artifactIterator && called.inputDefinitions?.artifacts?.[artifactIterator.itemInput] === undefined) {
    complain(at, 'artifactIterator.itemInput', noInput('artifact', artifactIterator.itemInput));
  }
}

/** An input that is neither optional nor given by the task, nor by its loop, could never be resolved. */
function checkRequiredInputs({ task, called, at }: TaskScope): void {
  const items = [task.parameterIterator?.itemInput, task.artifactIterator?.itemInput];
  for (const [name, spec] of Object.entries(called.inputDefinitions?.parameters ?? {})) {
    const isGiven = task.inputs?.parameters?.[name] !== undefined || items.includes(name);
    if (isGiven || spec.isOptional === true || spec.defaultValue !== undefined) continue;
    if (spec.parameterType === 'TASK_CONFIG') continue;
    complain(at, `inputs.parameters.${name}`, `is required by the component "${task.componentRef.name}".`);
  }
  for (const [name, spec] of Object.entries(called.inputDefinitions?.artifacts ?? {})) {
    const isGiven = task.inputs?.artifacts?.[name] !== undefined || items.includes(name);
    if (isGiven || spec.isOptional === true) continue;
    complain(at, `inputs.artifacts.${name}`, `is required by the component "${task.componentRef.name}".`);
  }
}

function checkOutputs(scope: Scope, dag: DagSpec): void {
  const outputsAt = below(scope.at, 'dag.outputs');
  checkDeclaredOutputs(scope, dag, outputsAt);
  for (const [name, output] of Object.entries(dag.outputs?.parameters ?? {})) {
    const at = below(outputsAt, `parameters.${name}`);
    const { valueFromParameter, valueFromOneof } = output;
    if (valueFromParameter) checkSelector({ ...scope, dag }, below(at, 'valueFromParameter'), valueFromParameter);
    valueFromOneof?.parameterSelectors.forEach((selector, index) => {
      checkSelector({ ...scope, dag }, below(at, `valueFromOneof.parameterSelectors[${index}]`), selector);
    });
  }
  for (const [name, output] of Object.entries(dag.outputs?.artifacts ?? {})) {
    output.artifactSelectors.forEach((selector, index) => {
      checkSelector({ ...scope, dag }, below(outputsAt, `artifacts.${name}.artifactSelectors[${index}]`), selector);
    });
  }
}

/** An output that no task of the DAG gives would be missing in every run. */
function checkDeclaredOutputs({ component }: Scope, { outputs = {} }: DagSpec, at: Section): void {
  for (const name of Object.keys(component.outputDefinitions?.parameters ?? {})) {
    const output = outputs.parameters?.[name];
    if (output === undefined) complain(at, `parameters.${name}`, 'is required: the component declares this output.');
    else if (output.valueFromOneof?.parameterSelectors.length === 0) {
      complain(at, `parameters.${name}.valueFromOneof.parameterSelectors`, 'needs at least one entry.');
    }
  }
  for (const name of Object.keys(component.outputDefinitions?.artifacts ?? {})) {
    const output = outputs.artifacts?.[name];
    if (output === undefined) complain(at, `artifacts.${name}`, 'is required: the component declares this output.');
    else if (output.artifactSelectors.length === 0) complain(at, `artifacts.${name}.artifactSelectors`, 'needs at least one entry.');
  }
}

type Selector =
  | { readonly producerSubtask: string; readonly outputParameterKey: string }
  | { readonly producerSubtask: string; readonly outputArtifactKey: string };

function checkSelector(scope: Scope & { readonly dag: DagSpec }, at: Section, selector: Selector): void {
  const isParameter = 'outputParameterKey' in selector;
  checkProducer(scope, at, {
    task: selector.producerSubtask,
    taskField: 'producerSubtask',
    key: isParameter ? selector.outputParameterKey : selector.outputArtifactKey,
    keyField: isParameter ? 'outputParameterKey' : 'outputArtifactKey',
    sort: isParameter ? 'parameters' : 'artifacts',
  });
}

function hasParameter(definitions: InputDefinitions | undefined, name: string): boolean {
  return definitions?.parameters?.[name] !== undefined;
}

function tangled(holder: string): string {
  return `kfp has put its tasks into "${holder}", the group of a nested pipeline that has the same name. Make this group a pipeline of its own (@dsl.pipeline) and compile again.`;
}

function noTask(name: string): string {
  return `names the task "${name}", which this dag does not have.`;
}

function noInput(word: 'parameter' | 'artifact', name: string): string {
  return `names the input ${word} "${name}", which the component does not have.`;
}
