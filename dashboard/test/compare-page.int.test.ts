// Runs side by side in a real browser: parameters, metrics, curves and matrices that came through the real API.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../src/base/mod.ts';
import { checkAccessibility, screenshot, skip } from './browser.ts';
import { testedPages } from './pages.ts';
import { scored } from './pipelines.ts';

const { installation, tab } = testedPages();

test('runs are chosen in the list and compared in every respect', { skip }, async () => {
  for (const [name, parameters] of Object.entries({ careful: { rate: 0.001, trees: 400 }, quick: { rate: 0.1, trees: 50 }, middle: { rate: 0.01, trees: 200 } })) {
    const { run_id: runId } = await installation.submit(name, scored(parameters.rate), parameters);
    await installation.waitForRun(runId);
  }
  await tab.page.goto(`${installation.url}/#/runs`);
  for (const name of ['careful', 'quick', 'middle']) await tab.page.getByLabel(`Select ${name}`).click();
  await tab.page.getByRole('toolbar', { name: 'Selected runs' }).getByRole('button', { name: 'Compare' }).click();
  await tab.page.getByRole('heading', { name: 'Compare 3 runs' }).waitFor();
  const row = (name: string) => tab.page.getByRole('row').filter({ has: tab.page.getByRole('rowheader', { name }) });
  await row('trees').waitFor();
  assert.deepEqual((await row('trees').getByRole('cell').allInnerTexts()).toSorted(), ['200', '400', '50']);
  assert.match((await row('score · metrics · accuracy').getByRole('cell').allInnerTexts()).join(' '), /0\.9/);
  await tab.page.getByRole('img', { name: /ROC curve. .*careful: area under the curve 0\.\d{3}/ }).waitFor();
  assert.equal(await tab.page.getByRole('table').filter({ hasText: 'predicted' }).count(), 3);
  await tab.page.getByRole('img', { name: /Parallel coordinates of 3 runs over rate, trees, score · metrics · accuracy/ }).waitFor();
  await checkAccessibility(tab);
  await screenshot(tab, 'compare');
  await tab.page.getByLabel('Only differences').click();
  await row('mode').waitFor({ state: 'detached' });
  await tab.page.getByRole('button', { name: 'Leave out quick' }).click();
  await tab.page.getByRole('heading', { name: 'Compare 2 runs' }).waitFor();
  assert.deepEqual(tab.takeComplaints(), []);
});

test('runs of the same name are told apart', { skip }, async () => {
  const ids: string[] = [];
  for (const rate of [0.001, 0.01, 0.1]) {
    const { run_id: runId } = await installation.submit('same', scored(rate), { rate, trees: 1 });
    await installation.waitForRun(runId);
    ids.push(runId);
  }
  await tab.page.goto(`${installation.url}/#/compare?runlist=${ids.join(',')}`);
  const legend = tab.page.locator('figure li');
  await until('a curve for each run', async () => (await legend.count()) === 3);
  await tab.page.getByRole('button', { name: 'Leave out same' }).first().click();
  await tab.page.getByRole('heading', { name: 'Compare 2 runs' }).waitFor();
  await until('a curve less', async () => (await legend.count()) === 2);
});

test('with nothing to compare it says how to choose', { skip }, async () => {
  await tab.page.goto(`${installation.url}/#/compare`);
  await tab.page.getByText('Nothing to compare yet').waitFor();
});
