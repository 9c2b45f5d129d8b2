// The container of a step as it is started: image, command, arguments, variables and resources with everything filled in.
// Arguments may also be structures, written as JSON: {"IfPresent": …} and {"Concat": […]}, one inside the other.
import { isJsonObject, type Json, type JsonObject } from '../base/mod.ts';
import type { RunPlaceholders } from './constants.ts';
import type { ExecutorInput, RuntimeArtifact } from './executor-input.ts';
import { fillExpandable, fillTemplate, PlaceholderProblem, type Filler, type PlaceholderScope } from './placeholders.ts';
import { isStructure, partOf, readStructure } from './structures.ts';
import type { ComponentSpec, ContainerExecutor } from './types.ts';

export interface ContainerOptions {
  readonly container: ContainerExecutor;
  /** The component that the container implements. */
  readonly component: ComponentSpec;
  /** With defaults filled in. */
  readonly executorInput: ExecutorInput;
  /** Input parameters that count for IfPresent; the others have a default only. Undefined: all that have a value. */
  readonly given?: ReadonlySet<string> | undefined;
  /** Input parameters whose values are constants of the IR that speak of the step itself (`speaksOfStep`). */
  readonly selfReferring?: readonly string[];
  readonly run: RunPlaceholders;
  /** Path inside the container at which an artifact lies; undefined when its URI has none. */
  readonly pathOf: (artifact: RuntimeArtifact) => string | undefined;
}

/** Command, arguments and variables are texts for the kubelet, which expands `$(NAME)` in them and makes one dollar of two. */
export interface CompiledContainer {
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly resources: JsonObject;
}

export type ContainerCompilation =
  | { readonly ok: true; readonly value: CompiledContainer }
  /** Names the place, for example args[2]. */
  | { readonly ok: false; readonly message: string };

export function compileContainer(options: ContainerOptions): ContainerCompilation {
  const { container, component, executorInput, given, selfReferring = [], run, pathOf } = options;
  const inputs = component.inputDefinitions;
  const declaredInputs = new Set([...Object.keys(inputs?.parameters ?? {}), ...Object.keys(inputs?.artifacts ?? {})]);
  try {
    const scope = withSelfReferences({ executorInput, run, pathOf, declaredInputs }, selfReferring);
    return {
      ok: true,
      value: {
        image: at('image', () => fillTemplate(container.image, scope)),
        command: fillList('command', container.command ?? [], { ...scope, given, filler: 'launcher' }),
        args: fillList('args', container.args ?? [], { ...scope, given, filler: 'driver' }),
        env: (container.env ?? []).map(({ name, value = '' }) => ({
          name,
          value: at(`env.${name}`, () => fillExpandable(value, scope)),
        })),
        resources: at('resources', () => fillResources(container.resources ?? {}, scope)),
      },
    };
  } catch (error) {
    if (error instanceof PlaceholderProblem) return { ok: false, message: error.message };
    throw error;
  }
}

/** Each of these values is read once, before any is filled in: an executor input in an executor input shows the placeholder. */
function withSelfReferences(scope: PlaceholderScope, names: readonly string[]): PlaceholderScope {
  if (names.length === 0) return scope;
  const { inputs, outputs } = scope.executorInput;
  const filled = names.map((name) => [name, at(`inputs.parameters.${name}`, () => fillTemplate(String(inputs.parameterValues?.[name]), scope))] as const);
  return { ...scope, executorInput: { inputs: { ...inputs, parameterValues: { ...inputs.parameterValues, ...Object.fromEntries(filled) } }, outputs } };
}

/** Adds the place to a problem. */
function at<T>(place: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof PlaceholderProblem) throw new PlaceholderProblem(`${place} ${error.message}`);
    throw error;
  }
}

interface ListScope extends PlaceholderScope {
  readonly filler: Filler;
  readonly given: ReadonlySet<string> | undefined;
}

function fillList(member: string, templates: readonly string[], scope: ListScope): readonly string[] {
  return templates.flatMap((template, index) =>
    at(`${member}[${index}]`, () => fillItem(template, { ...scope, isSource: isPythonSource(templates, index) })),
  );
}

/** Whether this text of a command is the program of a Python component, as kfp writes it behind the script that stores it. */
export function isPythonSource(command: readonly string[], index: number): boolean {
  return command[index - 1]?.includes('ephemeral_component.py') === true;
}

/** One template may become no argument, one, or several. */
function fillItem(template: string, scope: ListScope): readonly string[] {
  if (!isStructure(template)) return [fillExpandable(template, scope, scope.filler)];
  return fillStructure(readStructure(template), scope, 0);
}

function fillStructure(structure: Json, scope: ListScope, depth: number): readonly string[] {
  const part = partOf(structure, depth);
  switch (part.kind) {
    case 'text':
      return [fillExpandable(part.text, scope, scope.filler)];
    case 'list':
      return part.items.flatMap((item) => fillStructure(item, scope, depth + 1));
    case 'concat':
      return [part.items.flatMap((item) => fillStructure(item, scope, depth + 1)).join('')];
    case 'choice':
      return fillStructure(isPresent(part.inputName, scope) ? part.present : part.absent, scope, depth + 1);
  }
}

/** Null counts as absent, and so do an input that has its default only and an artifact input without artifacts. */
function isPresent(name: string, { executorInput, given }: ListScope): boolean {
  const { parameterValues = {}, artifacts = {} } = executorInput.inputs;
  if (Object.hasOwn(parameterValues, name)) return (parameterValues[name] ?? null) !== null && given?.has(name) !== false;
  return Object.hasOwn(artifacts, name) && artifacts[name]!.artifacts.length > 0;
}

/** Placeholders may stand in any text of the resources. */
function fillResources(resources: JsonObject, scope: PlaceholderScope): JsonObject {
  const entries = Object.entries(resources).map(([name, value]) => {
    if (typeof value === 'string') return [name, fillTemplate(value, scope)] as const;
    return [name, isJsonObject(value) ? fillResources(value, scope) : value] as const;
  });
  return Object.fromEntries(entries);
}
