// Placeholders in commands, arguments and variables: {{$}} and {{$.path}}. A template is read once from left to right and
// what is filled in is never read again, so a value that looks like a placeholder stays what it is.
import type { Json } from '../base/mod.ts';
import { goJsonStringify, goNumberText } from '../expr/mod.ts';
import { runPlaceholder, type RunPlaceholders } from './constants.ts';
import { executorInputJson, type ArtifactList, type ExecutorInput, type RuntimeArtifact } from './executor-input.ts';
import { parameterText } from './values.ts';

export interface PlaceholderScope {
  readonly executorInput: ExecutorInput;
  readonly run: RunPlaceholders;
  /** Path inside the container at which an artifact lies; undefined when its URI has none. */
  readonly pathOf: (artifact: RuntimeArtifact) => string | undefined;
  /** Inputs of the component, given or not; a placeholder of an input that was not given becomes the empty text. */
  readonly declaredInputs: ReadonlySet<string>;
  /** The text is a program: a placeholder of what the component does not have is a text of its own, and stays. */
  readonly isSource?: boolean;
}

/** Thrown for a placeholder that can't be filled in; caught by the functions that are called from outside. */
export class PlaceholderProblem extends Error {
  override readonly name = 'PlaceholderProblem';
}

/** The official system fills in the command in its launcher, arguments in its driver; they write numbers in two ways. */
export type Filler = 'driver' | 'launcher';

/**
 * A text of a container's command, arguments or variables, in which the kubelet will expand `$(NAME)`, and make one dollar of
 * two. Both is meant for what the IR itself says of variables: `$(NAME)` and `$$(NAME)`. Every other dollar comes out as it
 * was, above all those in values. (Upstream loses every second dollar of a value.)
 */
export function fillExpandable(template: string, scope: PlaceholderScope, filler: Filler = 'driver'): string {
  const own = template.includes('$$') ? template.replaceAll(/\$\$(?!\()/g, '$$$$$$$$') : template;
  return fill(own, scope, filler, (value) => value.replaceAll('$', '$$$$'));
}

/** The template with every placeholder filled in. Unknown placeholders stay. Throws `PlaceholderProblem`. */
export function fillTemplate(template: string, scope: PlaceholderScope): string {
  return fill(template, scope, 'driver', (value) => value);
}

function fill(template: string, scope: PlaceholderScope, filler: Filler, written: (value: string) => string): string {
  if (!template.includes('{{$')) return template;
  // The driver leaves a text that speaks of outputs to the launcher.
  const textOf = filler === 'launcher' || template.includes('$.outputs') ? parameterText : driverText;
  return template.replace(PLACEHOLDER, (placeholder, expression: string) => {
    const steps = parsePath(expression);
    const value = steps && knownValue(steps, scope, textOf);
    return value === undefined ? placeholder : written(value);
  });
}

/** Parameter text as the official driver writes it into arguments. */
export function driverText(value: Json): string {
  return typeof value === 'number' ? goNumberText(value) : parameterText(value);
}

/** Names may hold braces, but not the two characters that end a placeholder. */
const PLACEHOLDER = /\{\{\$((?:(?!\}\}).)*)\}\}/g;
/** `.name`, `['key']` (kfp sometimes doubles the quotes) or `[1]`. */
const STEP = /\.([A-Za-z_]\w*)|\['+([^']*)'+\]|\[(\d{1,3})\]/y;

type Text = (value: Json) => string;

/** The steps of a path; undefined when the text is no path. */
function parsePath(expression: string): readonly string[] | undefined {
  const steps: string[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < expression.length) {
    const step = STEP.exec(expression);
    if (step === null) return undefined;
    steps.push(step[1] ?? step[2] ?? step[3]!);
  }
  return steps;
}

function knownValue(steps: readonly string[], scope: PlaceholderScope, textOf: Text): string | undefined {
  try {
    return valueAt(steps, scope, textOf);
  } catch (error) {
    if (scope.isSource === true && error instanceof PlaceholderProblem) return undefined;
    throw error;
  }
}

function valueAt(steps: readonly string[], scope: PlaceholderScope, textOf: Text): string | undefined {
  const escapeAt = steps.indexOf('json_escape');
  if (escapeAt >= 0 && escapeAt === steps.length - 2) {
    const inner = valueAt(steps.slice(0, escapeAt), scope, textOf);
    return inner === undefined ? undefined : jsonEscape(inner, Number(steps[escapeAt + 1]));
  }
  const [first, second, key = '', ...rest] = steps;
  if (first === undefined) return executorInputJson(scope.executorInput);
  if (first === 'inputs' && second === 'parameters') return rest.length === 0 ? inputParameter(key, scope, textOf) : undefined;
  if (first === 'inputs' && second === 'artifacts') return artifactValue(scope.executorInput.inputs.artifacts, key, rest, scope);
  if (first === 'outputs' && second === 'artifacts') return artifactValue(scope.executorInput.outputs.artifacts, key, rest, scope);
  if (first === 'outputs' && second === 'parameters' && rest[0] === 'output_file') return outputFile(key, scope);
  if (first === 'outputs' && second === 'output_file') return scope.executorInput.outputs.outputFile;
  if (first === 'outputMetadataUri') return scope.executorInput.outputs.outputFile;
  return steps.length === 1 ? runPlaceholder(first, scope.run) : undefined;
}

function inputParameter(name: string, scope: PlaceholderScope, textOf: Text): string {
  const values = scope.executorInput.inputs.parameterValues ?? {};
  if (Object.hasOwn(values, name)) return textOf(values[name] ?? null);
  if (scope.declaredInputs.has(name)) return '';
  throw new PlaceholderProblem(`uses the input parameter "${name}", which the component does not have.`);
}

function outputFile(name: string, scope: PlaceholderScope): string {
  const { parameters = {} } = scope.executorInput.outputs;
  if (Object.hasOwn(parameters, name)) return parameters[name]!.outputFile;
  throw new PlaceholderProblem(`uses the output parameter "${name}", which the component does not have.`);
}

/** The last two are names of the proto that `metadata` has replaced. */
const METADATA_MEMBERS: ReadonlySet<string> = new Set(['metadata', 'properties', 'custom_properties']);

/** Members of the first artifact; without a member, the whole list as JSON. */
function artifactValue(
  lists: Readonly<Record<string, ArtifactList>> = {},
  key: string,
  [member, metadataKey, ...more]: readonly string[],
  scope: PlaceholderScope,
): string | undefined {
  const artifacts = Object.hasOwn(lists, key) ? lists[key]!.artifacts : [];
  if (artifacts.length === 0 && !scope.declaredInputs.has(key)) {
    throw new PlaceholderProblem(`uses the artifact "${key}", which the component does not have.`);
  }
  const [artifact] = artifacts;
  if (artifact === undefined) return '';
  if (member === undefined) return JSON.stringify(artifacts);
  if (more.length > 0) return undefined;
  if (METADATA_MEMBERS.has(member)) return metadataText(artifact, metadataKey);
  if (metadataKey !== undefined) return undefined;
  return artifactMember(artifact, key, member, scope);
}

function artifactMember(artifact: RuntimeArtifact, key: string, member: string, scope: PlaceholderScope): string | undefined {
  if (member === 'uri') return artifact.uri;
  if (member === 'name') return artifact.name;
  if (member !== 'path') return undefined;
  const path = artifact.customPath ?? scope.pathOf(artifact);
  if (path !== undefined) return path;
  throw new PlaceholderProblem(`uses the path of the artifact "${key}", but ${artifact.uri} has no path inside the container.`);
}

function metadataText(artifact: RuntimeArtifact, key: string | undefined): string {
  if (key === undefined) return goJsonStringify(artifact.metadata);
  const value = Object.hasOwn(artifact.metadata, key) ? artifact.metadata[key] : undefined;
  return driverText(value ?? null);
}

/** The inside of the JSON string of the text, as often as asked. */
function jsonEscape(text: string, timesMax: number): string {
  let escaped = text;
  for (let times = 0; times < Math.min(timesMax, ESCAPES_MAX); times++) escaped = JSON.stringify(escaped).slice(1, -1);
  return escaped;
}

/** Every escaping may double the text. */
const ESCAPES_MAX = 4;
