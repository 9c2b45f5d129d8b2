import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkRecipesFile, doubtfulSettings } from './doubtful-settings.ts';

test('a recipes file that was named has to be there, the one of the data directory has not', (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-doubtful-'));
  t.after(() => rmSync(dataDir, { recursive: true }));
  checkRecipesFile({ dataDir, recipesFile: join(dataDir, 'recipes.yaml') });
  assert.throws(() => checkRecipesFile({ dataDir, recipesFile: join(dataDir, 'mine.yaml') }), { reason: 'BadConfiguration', message: /^there is no recipes file .*mine\.yaml; write it, or leave --recipes out$/ });
  assert.throws(() => checkRecipesFile({ dataDir, recipesFile: dataDir }), { reason: 'BadConfiguration', message: /is a directory; --recipes names a file$/ });
});

test('recipes that can not be read and an engine that does not answer are told in one line each', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-doubtful-'));
  t.after(() => rmSync(dataDir, { recursive: true }));
  const recipesFile = join(dataDir, 'recipes.yaml');
  assert.deepEqual(await doubtfulSettings({ recipesFile, containerEngine: 'off' }), []);
  const engine = join(dataDir, 'engine.sock');
  writeFileSync(recipesFile, 'recipes: [');
  const [recipes, silent] = await doubtfulSettings({ recipesFile, containerEngine: engine });
  assert.match(recipes!, /^The recipes file .*recipes\.yaml is not YAML\.: .* Pods do not start until it is corrected\.$/);
  assert.equal(silent, `no engine answers at ${engine}: start it, or leave --container-engine at auto`);
  writeFileSync(recipesFile, 'recipes: [{image: a, interpeter: shell}]');
  assert.match((await doubtfulSettings({ recipesFile, containerEngine: 'off' }))[0]!, /recipes\[0\]\.interpeter is not known; known are image, interpreter/);
});
