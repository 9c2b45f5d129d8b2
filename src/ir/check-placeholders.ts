// Placeholders in the container of a step are read before anything runs: one that names an input or output which the component
// does not have would only fail when the step is started.
import { isPythonSource } from './compile-container.ts';
import { complain, type Section } from './section.ts';
import { structureProblem } from './structures.ts';
import type { ComponentSpec, ContainerExecutor, PipelineSpec } from './types.ts';

/** `{{$.inputs.parameters['name']}}`, with whatever follows the name. */
const REFERENCE = /\{\{\$\.(inputs|outputs)\.(parameters|artifacts)\['+([^']*)'+\]/g;

/** `at` is the container's place in the document. */
export function checkPlaceholders(at: Section, { image, command = [], args = [], env = [] }: ContainerExecutor, step: Step): void {
  check(at, 'image', image, step);
  command.forEach((text, index) => {
    if (!isPythonSource(command, index)) checkPart(at, `command[${index}]`, text, step);
  });
  args.forEach((text, index) => checkPart(at, `args[${index}]`, text, step));
  env.forEach(({ value = '' }, index) => check(at, `env[${index}].value`, value, step));
}

export interface Step {
  /** What the container implements. */
  readonly component: ComponentSpec;
  /** Inputs that tasks give to it, declared or not: kfp hands in so what an image or a limit is made of. */
  readonly givenInputs: ReadonlySet<string>;
}

/** For every component that is called, the names of the inputs that any task gives to it. */
export function inputsGiven({ root, components }: PipelineSpec): ReadonlyMap<string, ReadonlySet<string>> {
  const given = new Map<string, Set<string>>();
  for (const { dag } of [root, ...Object.values(components)]) {
    for (const { componentRef, inputs } of Object.values(dag?.tasks ?? {})) {
      const names = given.get(componentRef.name) ?? new Set();
      for (const name of [...Object.keys(inputs?.parameters ?? {}), ...Object.keys(inputs?.artifacts ?? {})]) names.add(name);
      given.set(componentRef.name, names);
    }
  }
  return given;
}

/** A part of a command may be a structure. */
function checkPart(at: Section, field: string, text: string, step: Step): void {
  const inputs = step.component.inputDefinitions;
  const hasInput = (name: string) => step.givenInputs.has(name) || inputs?.parameters?.[name] !== undefined || inputs?.artifacts?.[name] !== undefined;
  const problem = structureProblem(text, hasInput);
  if (problem !== undefined) complain(at, field, problem);
  check(at, field, text, step);
}

function check(at: Section, field: string, text: string, { component, givenInputs }: Step): void {
  for (const [, side, sort, name = ''] of text.matchAll(REFERENCE)) {
    const definitions = side === 'inputs' ? component.inputDefinitions : component.outputDefinitions;
    const isGiven = side === 'inputs' && givenInputs.has(name);
    const isDeclared = isGiven || definitions?.[sort as 'parameters' | 'artifacts']?.[name] !== undefined;
    const what = `${side === 'inputs' ? 'input' : 'output'} ${sort === 'parameters' ? 'parameter' : 'artifact'}`;
    if (!isDeclared) complain(at, field, `uses the ${what} "${name}", which the component does not have.`);
  }
}
