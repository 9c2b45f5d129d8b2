// What the configuration names and is not as it should be. What can only be a mistake keeps the server from starting; what may still come is told.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, Failure } from '../base/mod.ts';
import { checkContainerEngine, readRecipes } from '../node/mod.ts';
import { definedVariables } from './defined-variables.ts';
import type { Config } from './config.ts';

/** The data directory need not have recipes; a file that somebody named has to be there. Throws Failure `BadConfiguration`. */
export function checkRecipesFile({ recipesFile, dataDir }: Pick<Config, 'recipesFile' | 'dataDir'>): void {
  if (recipesFile === join(dataDir, 'recipes.yaml')) return;
  const found = statSync(recipesFile, { throwIfNoEntry: false });
  if (found === undefined) throw new Failure('BadConfiguration', `there is no recipes file ${recipesFile}; write it, or leave --recipes out`);
  if (found.isDirectory()) throw new Failure('BadConfiguration', `${recipesFile} is a directory; --recipes names a file`);
}

/** Sentences for whoever starts the server: recipes can be corrected and engines started while it runs. */
export async function doubtfulSettings({ recipesFile, containerEngine }: Pick<Config, 'recipesFile' | 'containerEngine'>): Promise<readonly string[]> {
  const recipes = await readRecipes(recipesFile).then(() => [], (error: unknown) => [`${describeError(error).split('\n')[0]} Pods do not start until it is corrected.`]);
  // Without a path the machine may well have none: the doctor says so, and Pods that need one.
  if (containerEngine === 'auto' || containerEngine === 'off') return recipes;
  const { verdict, observation, nextStep } = await checkContainerEngine(containerEngine, definedVariables());
  return verdict === 'good' ? recipes : [...recipes, `${observation}: ${nextStep}`];
}
