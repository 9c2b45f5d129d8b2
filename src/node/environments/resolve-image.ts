// Image → how it runs on this machine: the user's recipes first, then what its name tells.
import type { Interpreter, Interpreters } from './interpreters.ts';
import { PYTHON_MINOR_MIN } from './interpreters.ts';
import { knownImage, matchesImagePattern } from './image-name.ts';
import type { MappedDirectory, Recipe } from './recipe.ts';

export type ResolvedImage =
  | {
      readonly kind: 'python';
      readonly interpreter: Interpreter;
      /** The packages that the interpreter itself has are visible too. */
      readonly inheritsPackages: boolean;
      /** A sentence when the version differs from the one that the image names. */
      readonly versionDiffers?: string;
      readonly packages: readonly string[];
      readonly directories: readonly MappedDirectory[];
      readonly variables: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'shell';
      /** What it starts by itself. */
      readonly command: readonly string[];
      /** Scripts for it may be written for busybox's shell. */
      readonly hasAsh: boolean;
      readonly directories: readonly MappedDirectory[];
      readonly variables: Readonly<Record<string, string>>;
    }
  /** Only a container engine can run it, says its recipe. */
  | { readonly kind: 'container' }
  /** A sentence that says what to do. */
  | { readonly kind: 'not-runnable'; readonly message: string };

export interface ResolveOptions {
  readonly recipes: readonly Recipe[];
  /** Where recipes are written, for the message. */
  readonly recipesPath: string;
  readonly interpreters: Interpreters;
}

type Added = Pick<Recipe, 'packages' | 'directories' | 'variables'>;
const NOTHING_ADDED: Added = { packages: [], directories: [], variables: {} };

/** Throws Failure `InterpreterNotUsable` when a recipe names an interpreter that is none. */
export async function resolveImage(image: string, options: ResolveOptions): Promise<ResolvedImage> {
  const recipe = options.recipes.find(({ imagePattern }) => matchesImagePattern(imagePattern, image));
  if (recipe !== undefined) return resolveRecipe(image, recipe, options.interpreters);
  const known = knownImage(image);
  if (known === undefined) return { kind: 'not-runnable', message: unknownImageMessage(image, options.recipesPath) };
  if (known.kind === 'shell') return { ...known, directories: [], variables: {} };
  const { wantedVersion } = known;
  if (wantedVersion !== undefined && !wantedVersion.startsWith('3.')) {
    return { kind: 'not-runnable', message: `The image ${image} needs Python ${wantedVersion}; steps run with Python 3.${PYTHON_MINOR_MIN} or newer.` };
  }
  const minor = wantedVersion === undefined ? undefined : Number(wantedVersion.slice(2));
  return pythonOf(image, minor, NOTHING_ADDED, options.interpreters);
}

async function resolveRecipe(image: string, recipe: Recipe, interpreters: Interpreters): Promise<ResolvedImage> {
  const { interpreter, packages, directories, variables } = recipe;
  switch (interpreter.kind) {
    case 'container':
      return { kind: 'container' };
    case 'shell':
      return { kind: 'shell', command: ['sh'], hasAsh: false, directories, variables };
    case 'path':
      return { kind: 'python', interpreter: await interpreters.at(interpreter.path), inheritsPackages: true, packages, directories, variables };
    case 'python':
      return pythonOf(image, interpreter.minor, { packages, directories, variables }, interpreters);
  }
}

async function pythonOf(image: string, minor: number | undefined, added: Added, interpreters: Interpreters): Promise<ResolvedImage> {
  const { packages, directories, variables } = added;
  const interpreter = await interpreters.nearest(minor);
  if (interpreter === undefined) return { kind: 'not-runnable', message: noPythonMessage(image) };
  const python = { kind: 'python', interpreter, inheritsPackages: false, packages, directories, variables } as const;
  if (minor === undefined || interpreter.minor === minor) return python;
  return { ...python, versionDiffers: `The image ${image} names Python 3.${minor}; this machine has none, so it runs with Python ${interpreter.version}.` };
}

function noPythonMessage(image: string): string {
  return `The image ${image} needs Python, and this machine has no Python 3.${PYTHON_MINOR_MIN} or newer: install one (apt install python3 python3-venv, or brew install python).`;
}

function unknownImageMessage(image: string, recipesPath: string): string {
  const snippet = ['recipes:', `  - image: ${JSON.stringify(image)}`, '    interpreter: python3  # or shell, for the programs of this machine', '    packages: []'].join('\n');
  return (
    `The image ${image} can't run here: there is no recipe for it and no container engine. Either install podman or Docker ` +
    `(apt-get install podman, dnf install podman, brew install podman) and try again, ` +
    `or write in ${recipesPath} what the image needs and try again:\n${snippet}`
  );
}
