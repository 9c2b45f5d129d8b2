// Recipes: how the user says that an image runs on this machine. One YAML file:
//
//   recipes:
//     - image: registry.example/team/*        # `*` stands for any text
//       interpreter: python3.11               # or 3.11, an absolute path, `shell`, or `container`
//       packages: [pandas==2.2.3]
//       directories:
//         - {source: ./app, target: /app, readOnly: true}
//       variables: {PYTHONPATH: /app}
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, normalize, resolve } from 'node:path';
import { parse } from 'yaml';
import { Failure, isJsonObject, type JsonObject } from '../../base/mod.ts';
import { isRequirement } from './requirement.ts';

export type RecipeInterpreter =
  | { readonly kind: 'python'; readonly minor: number | undefined }
  /** This very interpreter, with the packages that it has. */
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'shell' }
  /** A container engine runs the image itself. */
  | { readonly kind: 'container' };

export interface MappedDirectory {
  /** Absolute path on this machine. */
  readonly source: string;
  /** Absolute path that the container sees. */
  readonly target: string;
  readonly readOnly: boolean;
}

export interface Recipe {
  readonly imagePattern: string;
  readonly interpreter: RecipeInterpreter;
  readonly packages: readonly string[];
  readonly directories: readonly MappedDirectory[];
  readonly variables: Readonly<Record<string, string>>;
}

const FILE_BYTES_MAX = 1024 * 1024;
const RECIPE_COUNT_MAX = 1000;
const ITEM_COUNT_MAX = 500;
const FIELDS = ['image', 'interpreter', 'packages', 'directories', 'variables'];
const DIRECTORY_FIELDS = ['source', 'target', 'readOnly'];
/** Places that belong to the system of the container. */
const TARGETS_REFUSED = ['/', '/bin', '/dev', '/etc', '/lib', '/proc', '/run', '/sbin', '/sys', '/usr'];

/** No recipes when the file does not exist. Throws Failure `InvalidRecipes`. */
export async function readRecipes(path: string): Promise<readonly Recipe[]> {
  try {
    return parseRecipes(await readFile(path, 'utf8'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    if (error instanceof Failure) throw error;
    throw new Failure('InvalidRecipes', `The recipes file ${path} cannot be read.`, { cause: error });
  }
}

/** Paths in the text are relative to the directory of `path`. Throws Failure `InvalidRecipes`, which names the field. */
export function parseRecipes(text: string, path: string): readonly Recipe[] {
  const context: Context = { path, field: '' };
  if (text.length > FILE_BYTES_MAX) throw invalid(context, `is larger than ${FILE_BYTES_MAX} bytes`);
  const root = parseYaml(text, context);
  if (root === null || root === undefined || root === '') return [];
  const { recipes } = objectOf(root, ['recipes'], context);
  return listOf(recipes, RECIPE_COUNT_MAX, at(context, 'recipes')).map((item, i) => parseRecipe(item, at(context, `recipes[${i}]`)));
}

interface Context {
  readonly path: string;
  readonly field: string;
}

function at(context: Context, field: string): Context {
  return { ...context, field: context.field === '' ? field : `${context.field}.${field}` };
}

function parseYaml(text: string, context: Context): unknown {
  try {
    // Every scalar stays text: 3.10 is a version here, not the number 3.1.
    return parse(text, { schema: 'failsafe', maxAliasCount: 100, logLevel: 'error' });
  } catch (error) {
    throw new Failure('InvalidRecipes', `The recipes file ${context.path} is not YAML.`, { cause: error });
  }
}

function parseRecipe(item: unknown, context: Context): Recipe {
  const recipe = objectOf(item, FIELDS, context);
  const packages = listOf(recipe['packages'], ITEM_COUNT_MAX, at(context, 'packages'));
  return {
    imagePattern: textOf(recipe['image'], at(context, 'image')),
    interpreter: parseInterpreter(recipe['interpreter'], at(context, 'interpreter')),
    packages: packages.map((value, i) => parsePackage(value, at(context, `packages[${i}]`))),
    directories: listOf(recipe['directories'], ITEM_COUNT_MAX, at(context, 'directories')).map((value, i) =>
      parseDirectory(value, at(context, `directories[${i}]`)),
    ),
    variables: parseVariables(recipe['variables'], at(context, 'variables')),
  };
}

function parseInterpreter(value: unknown, context: Context): RecipeInterpreter {
  const text = value === undefined ? 'python3' : textOf(value, context);
  if (text === 'shell' || text === 'container') return { kind: text };
  if (isAbsolute(text)) return { kind: 'path', path: text };
  const match = /^(?:python)?3(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null) throw invalid(context, `is ${JSON.stringify(text)}; give python3.11, an absolute path, shell, or container`);
  return { kind: 'python', minor: match[1] === undefined ? undefined : Number(match[1]) };
}

function parsePackage(value: unknown, context: Context): string {
  const text = textOf(value, context);
  if (!isRequirement(text)) throw invalid(context, `is ${JSON.stringify(text)}, which is not a requirement like pandas==2.2.3`);
  return text;
}

function parseDirectory(value: unknown, context: Context): MappedDirectory {
  const directory = objectOf(value, DIRECTORY_FIELDS, context);
  const target = textOf(directory['target'], at(context, 'target'));
  const normal = normalize(target).replace(/(.)\/$/, '$1');
  if (!isAbsolute(target) || TARGETS_REFUSED.includes(normal)) throw invalid(at(context, 'target'), 'must be an absolute path like /app');
  const readOnly = directory['readOnly'] ?? 'true';
  if (readOnly !== 'true' && readOnly !== 'false') throw invalid(at(context, 'readOnly'), 'must be true or false');
  const source = resolve(dirname(resolve(context.path)), textOf(directory['source'], at(context, 'source')));
  return { source, target: normal, readOnly: readOnly === 'true' };
}

function parseVariables(value: unknown, context: Context): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const variables = objectOf(value, undefined, context);
  const entries = Object.entries(variables).map(([name, text]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw invalid(context, `has ${JSON.stringify(name)}, which is not a name for a variable`);
    if (typeof text !== 'string') throw invalid(at(context, name), 'must be text');
    return [name, text] as const;
  });
  return Object.fromEntries(entries);
}

function objectOf(value: unknown, fields: readonly string[] | undefined, context: Context): JsonObject {
  if (!isJsonObject(value)) throw invalid(context, 'must be a mapping');
  const unknownField = fields === undefined ? undefined : Object.keys(value).find((name) => !fields.includes(name));
  if (unknownField !== undefined) throw invalid(at(context, unknownField), `is not known; known are ${fields!.join(', ')}`);
  return value;
}

function listOf(value: unknown, lengthMax: number, context: Context): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid(context, 'must be a list');
  if (value.length > lengthMax) throw invalid(context, `has more than ${lengthMax} items`);
  return value;
}

function textOf(value: unknown, context: Context): string {
  if (typeof value !== 'string' || value === '') throw invalid(context, 'must be text and not empty');
  return value;
}

function invalid({ path, field }: Context, complaint: string): Failure {
  return new Failure('InvalidRecipes', `The recipes file ${path}: ${field === '' ? 'it' : field} ${complaint}.`, { fields: { path, field } });
}
