// A run with a long loop in a real browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAccessibility, screenshot, skip } from './browser.ts';
import { testedPages } from './pages.ts';
import { pipeline, step } from './pipelines.ts';

const { installation, tab } = testedPages();

test('of a long loop those iterations that failed are shown alone, and the log of the first is one click away', { skip }, async () => {
  const items = JSON.stringify(Array.from({ length: 60 }, (_, index) => index));
  const one = step(`[ "{{$.inputs.parameters['item']}}" -lt 58 ] || { echo "too much" >&2; exit 3; }`, { inputs: { parameters: { item: { parameterType: 'NUMBER_INTEGER' } } } });
  const spec = pipeline({ name: 'long-loop', components: { one }, tasks: { each: { component: 'one', parameterIterator: { itemInput: 'item', items: { raw: items } } } } });
  const { run_id: runId } = await installation.submit('long loop', spec);
  await installation.waitForRun(runId);
  const cards = tab.page.getByRole('button', { name: /^each \[\d+\] step/ });
  await tab.page.goto(`${installation.url}/#/runs/details/${runId}`);
  await tab.page.getByRole('link', { name: /^See the log of each/ }).click();
  await tab.page.getByRole('log').getByText('too much').waitFor();
  await tab.page.getByText('Failed 2', { exact: true }).click();
  await tab.page.waitForFunction(() => document.querySelectorAll('[data-node]').length === 2);
  assert.deepEqual((await cards.allInnerTexts()).map((text) => text.split('\n')[0]), ['each [58]', 'each [59]']);
  assert.match(tab.page.url(), /only=FAILED/);
  await checkAccessibility(tab);
  await screenshot(tab, 'run-loop-failed');
  await tab.page.getByText('All 60', { exact: true }).click();
  await tab.page.waitForFunction(() => document.querySelectorAll('[data-node]').length !== 2);
  assert.deepEqual(tab.takeComplaints(), []);
});
