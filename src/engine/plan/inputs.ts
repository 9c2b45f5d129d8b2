// The values that go into a task: from its parent's inputs, from other tasks of the DAG, from constants and defaults.
import type { Json } from '../../base/mod.ts';
import {
  coerceParameter,
  expandConstants,
  isTypeGuessed,
  resolveConstant,
  selectFromParameter,
  type ParameterSpec,
  type TaskInputArtifact,
  type TaskInputParameter,
} from '../../ir/mod.ts';
import type { TaskValues } from '../../records/mod.ts';
import { finalStatusOf } from './final-status.ts';
import { own } from './own.ts';
import { runPlaceholdersOf } from './placeholder-context.ts';
import type { Planning } from './planning.ts';
import { isIteration, type TaskNode } from './run-tree.ts';
import { isSuccess } from './task-life.ts';

export type Resolved<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

export interface TaskInputs {
  /** What the task was given; defaults left out, as the cache key wants it. */
  readonly given: TaskValues;
  /** With defaults: what the step sees. */
  readonly effective: TaskValues;
}

/** kfp's mark of an input that a group (loop, branch, exit handler) hands on to what is inside. It never says that it may be absent. */
const CHANNEL = 'pipelinechannel--';

/** Undefined: there is no value (optional input not set, producer skipped). */
type Source<T> = Resolved<T | undefined>;

export function resolveInputs(planning: Planning, node: TaskNode): Resolved<TaskInputs> {
  const parameters = resolveParameters(planning, node);
  if (!parameters.ok) return parameters;
  const artifacts = resolveArtifacts(node);
  if (!artifacts.ok) return artifacts;
  const effective = withDefaults(planning, node, expandConstants(node.spec?.inputs?.parameters ?? {}, parameters.value));
  if (!effective.ok) return effective;
  return {
    ok: true,
    value: {
      given: { parameters: parameters.value, artifacts: artifacts.value },
      effective: { parameters: effective.value, artifacts: artifacts.value },
    },
  };
}

/** An input value of a DAG or one of its iterations; an iteration holds only its item, the rest is its loop's. */
export function inputParameterOf(node: TaskNode, name: string): Json | undefined {
  const value = own(node.row.inputs.parameters, name);
  return value === undefined && isIteration(node) ? own(node.parent!.row.inputs.parameters, name) : value;
}

export function inputArtifactsOf(node: TaskNode, name: string): readonly string[] | undefined {
  const ids = own(node.row.inputs.artifacts, name);
  return ids === undefined && isIteration(node) ? own(node.parent!.row.inputs.artifacts, name) : ids;
}

function resolveParameters(planning: Planning, node: TaskNode): Resolved<Record<string, Json>> {
  const values: [string, Json][] = [];
  const specs = node.component.inputDefinitions?.parameters;
  for (const [name, input] of Object.entries(node.spec?.inputs?.parameters ?? {})) {
    const source = resolveParameter(planning, node, input);
    if (!source.ok) return problem(name, source.message);
    const spec = own(specs, name);
    const value = source.value ?? null;
    // Null counts as not given where the input may do without; the default, if any, is filled in later.
    if (value === null && spec !== undefined && (mayBeAbsent(spec) || isHandedOn(node, name))) continue;
    if (value === null && isForText(node, name, input)) {
      values.push([name, null]);
      continue;
    }
    if (value === null) return problem(name, absenceOf(node, input));
    // The step that takes it knows better.
    const isGuessed = node.component.dag !== undefined && isTypeGuessed(name);
    const fitted = spec === undefined || isGuessed ? { ok: true as const, value } : coerceParameter(spec.parameterType, value);
    if (!fitted.ok) return problem(name, fitted.message);
    values.push([name, fitted.value]);
  }
  return { ok: true, value: Object.fromEntries(values) };
}

/** Those that the task was given a value for, not counting defaults; undefined where that can't be told from what it has. */
export function givenParametersOf(planning: Planning, node: TaskNode): ReadonlySet<string> | undefined {
  const parameters = isIteration(node) ? undefined : resolveParameters(planning, node);
  if (parameters?.ok !== true) return undefined;
  return new Set(Object.keys(parameters.value).filter((name) => parameters.value[name] !== null));
}

/** A value as the IR describes it, in the DAG that the task stands in; undefined when there is none. */
export function resolveParameter(planning: Planning, node: TaskNode, input: TaskInputParameter): Source<Json> {
  const source = rawParameter(planning, node, input);
  const selector = input.parameterExpressionSelector;
  if (!source.ok || source.value === undefined || selector === undefined || selector === '') return source;
  return selectFromParameter(selector, source.value);
}

function rawParameter(planning: Planning, node: TaskNode, input: TaskInputParameter): Source<Json> {
  if (input.taskOutputParameter !== undefined) {
    const { producerTask, outputParameterKey } = input.taskOutputParameter;
    return given(own(siblingOf(node, producerTask)?.row.outputs.parameters, outputParameterKey));
  }
  if (input.componentInputParameter !== undefined) {
    return given(node.parent && inputParameterOf(node.parent, input.componentInputParameter));
  }
  if (input.taskFinalStatus !== undefined) {
    const producer = siblingOf(node, input.taskFinalStatus.producerTask);
    return given(producer && finalStatusOf(planning, producer));
  }
  const { constant, runtimeParameter } = input.runtimeValue ?? {};
  if (runtimeParameter !== undefined) return given(own(planning.tree.root?.row.inputs.parameters, runtimeParameter));
  if (constant === undefined) return given(undefined);
  return given(constantOf(planning, node, constant));
}

/** A constant or a default of the IR, with the run's placeholders filled in. */
export function constantOf({ tree, facts }: Planning, node: TaskNode, constant: Json): Json {
  return resolveConstant(constant, runPlaceholdersOf(tree, node, facts.settings.defaultRootUri));
}

function resolveArtifacts(node: TaskNode): Resolved<Record<string, readonly string[]>> {
  const values: [string, readonly string[]][] = [];
  for (const [name, input] of Object.entries(node.spec?.inputs?.artifacts ?? {})) {
    const ids = artifactIdsFor(node, input);
    if (ids !== undefined) values.push([name, ids]);
    else if (own(node.component.inputDefinitions?.artifacts, name)?.isOptional !== true && !isHandedOn(node, name)) {
      return problem(name, absenceOf(node, input));
    }
  }
  return { ok: true, value: Object.fromEntries(values) };
}

function artifactIdsFor(node: TaskNode, input: TaskInputArtifact): readonly string[] | undefined {
  if (input.taskOutputArtifact !== undefined) {
    const { producerTask, outputArtifactKey } = input.taskOutputArtifact;
    return own(siblingOf(node, producerTask)?.row.outputs.artifacts, outputArtifactKey);
  }
  if (input.componentInputArtifact === undefined || node.parent === undefined) return undefined;
  return inputArtifactsOf(node.parent, input.componentInputArtifact);
}

/** Fills in the component's defaults. A DAG's optional input without one is null, a step's is left out. */
function withDefaults(planning: Planning, node: TaskNode, values: Readonly<Record<string, Json>>): Resolved<Record<string, Json>> {
  const filled: [string, Json][] = Object.entries(values);
  const itemInput = node.spec?.parameterIterator?.itemInput;
  for (const [name, spec] of Object.entries(node.component.inputDefinitions?.parameters ?? {})) {
    if (Object.hasOwn(values, name) || name === itemInput) continue;
    if (spec.defaultValue !== undefined && spec.defaultValue !== null) filled.push([name, constantOf(planning, node, spec.defaultValue)]);
    else if (!mayBeAbsent(spec) && !isHandedOn(node, name)) return problem(name, 'is required and was not given');
    else if (node.component.dag !== undefined) filled.push([name, null]);
  }
  return { ok: true, value: Object.fromEntries(filled) };
}

function mayBeAbsent(spec: ParameterSpec): boolean {
  return spec.isOptional === true || spec.defaultValue !== undefined || spec.parameterType === 'TASK_CONFIG';
}

/** kfp gives a step what its texts are made of (f-strings, the image, limits) without declaring it: there nothing is the empty text. */
function isForText({ component }: TaskNode, name: string, { componentInputParameter }: TaskInputParameter): boolean {
  const isDeclared = own(component.inputDefinitions?.parameters, name) !== undefined;
  return component.dag === undefined && !isDeclared && name.startsWith(CHANNEL) && componentInputParameter !== undefined;
}

/** What was not given around a group is not given inside of it either; the step that takes it knows whether it may do without. */
function isHandedOn({ component, spec }: TaskNode, name: string): boolean {
  if (component.dag === undefined || !name.startsWith(CHANNEL)) return false;
  const parameter = own(spec?.inputs?.parameters, name)?.componentInputParameter;
  const artifact = own(spec?.inputs?.artifacts, name)?.componentInputArtifact;
  return parameter !== undefined || artifact !== undefined;
}

function siblingOf(node: TaskNode, name: string): TaskNode | undefined {
  return node.parent?.childByName.get(name);
}

function given<T>(value: T | undefined): Source<T> {
  return { ok: true, value };
}

function problem(name: string, message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message: `input "${name}" ${message.replace(/\.$/, '')}` };
}

/** Why a required input has no value, naming the task that should have given it. */
function absenceOf(node: TaskNode, input: TaskInputParameter & TaskInputArtifact): string {
  const output = input.taskOutputParameter ?? input.taskOutputArtifact;
  const isOfRun = input.componentInputArtifact !== undefined && node.parent?.row.type === 'ROOT';
  if (isOfRun) return 'has no value: it is an input artifact of the pipeline, and a run can only be given parameters';
  if (output === undefined) return 'has no value';
  const key = 'outputParameterKey' in output ? output.outputParameterKey : output.outputArtifactKey;
  const producer = siblingOf(node, output.producerTask);
  const what = `has no value: ${producer?.row.displayName ?? output.producerTask}`;
  if (producer !== undefined && !isSuccess(producer.row.state)) return `${what} is ${producer.row.state} and gave no "${key}"`;
  return `${what} gave no output "${key}"`;
}

