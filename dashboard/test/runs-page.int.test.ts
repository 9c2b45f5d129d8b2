// The list of runs in a real browser, over a real server with real runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellPipeline } from '../../conformance/system/support/shell-pipeline.ts';
import { checkAccessibility, screenshot, skip } from './browser.ts';
import { testedPages } from './pages.ts';

const { installation, tab } = testedPages();

const rowOf = (name: string) => tab.page.getByRole('row').filter({ hasText: name });

test('without runs it teaches how to start one', { skip }, async () => {
  await tab.page.goto(installation.url);
  await tab.page.getByText('No runs yet').waitFor();
  await tab.page.getByText('slipway run examples/iris/pipeline.py').waitFor();
  await checkAccessibility(tab);
  await screenshot(tab, 'runs-empty');
});

test('runs come into the list by themselves, with their state, sentence and order', { skip }, async () => {
  await tab.page.evaluate(() => Reflect.set(globalThis, 'isMarked', true));
  const good = await installation.submit('first & <i>only</i>', shellPipeline('good', [{ name: 'say', script: 'echo hello' }]));
  await rowOf('first & <i>only</i>').getByText('Succeeded').waitFor();
  await installation.submit('broken', shellPipeline('bad', [{ name: 'bad', script: 'exit 7' }]));
  await rowOf('broken').getByText(/Failed · /).waitFor();
  assert.deepEqual(await tab.page.getByRole('gridcell').getByRole('link', { name: /only|broken/ }).allTextContents(), ['broken', 'first & <i>only</i>']);
  assert.equal(await tab.page.evaluate(() => Reflect.get(globalThis, 'isMarked') === true), true, 'the page was loaded again');
  assert.equal(await rowOf('first & <i>only</i>').getByRole('link').first().getAttribute('href'), `#/runs/details/${good.run_id}`);
  await checkAccessibility(tab);
  await screenshot(tab, 'runs');
  assert.deepEqual(tab.takeComplaints(), []);
});

test('filters are in the address, and actions work on what is selected', { skip }, async () => {
  await tab.page.keyboard.press('/');
  await tab.page.keyboard.type('only');
  await rowOf('broken').waitFor({ state: 'detached' });
  await tab.page.waitForURL(/name=only/);
  await tab.page.getByLabel('Filter by name').fill('');
  await rowOf('broken').getByRole('checkbox').click();
  await tab.page.getByRole('toolbar', { name: 'Selected runs' }).getByRole('button', { name: 'Archive' }).click();
  await rowOf('broken').waitFor({ state: 'detached' });
  await tab.page.getByLabel('Archived').click();
  await rowOf('broken').getByRole('button', { name: 'Actions for broken' }).click();
  await tab.page.getByRole('menuitem', { name: 'Delete' }).click();
  await tab.page.getByRole('dialog', { name: 'Delete “broken”?' }).getByRole('button', { name: 'Delete' }).click();
  await tab.page.getByText('Nothing is archived').waitFor();
  const { total_size: left } = await installation.request<{ total_size: number }>('GET', '/apis/v2beta1/runs');
  assert.equal(left, 1);
});

test('who comes back to the list finds his place again', { skip }, async () => {
  for (let index = 0; index < 6; index++) await installation.submit(`later ${index}`, shellPipeline('good', [{ name: 'say', script: 'echo hello' }]));
  await tab.page.setViewportSize({ width: 1440, height: 260 });
  await tab.page.goto(`${installation.url}/#/runs`);
  await rowOf('later 5').waitFor();
  const scrollTop = () => tab.page.getByRole('grid').evaluate((grid) => grid.parentElement!.scrollTop);
  await tab.page.getByRole('grid').evaluate((grid) => grid.parentElement!.scrollTo(0, grid.scrollHeight));
  await rowOf('first & <i>only</i>').getByRole('link').first().click();
  await tab.page.getByRole('button', { name: /^say step/ }).waitFor();
  await tab.page.goBack();
  await rowOf('first & <i>only</i>').waitFor();
  assert.ok((await scrollTop()) > 0, 'the list begins at its top again');
  await tab.page.getByRole('link', { name: 'Runs', exact: true }).click();
  await tab.page.setViewportSize({ width: 1440, height: 900 });
});

test('when the server goes, the page says so and keeps what it shows', { skip }, async () => {
  await tab.page.goto(`${installation.url}/#/runs`);
  await rowOf('first & <i>only</i>').waitFor();
  await installation.kill('SIGTERM');
  await tab.page.getByText('The connection to Slipway is lost').waitFor();
  await rowOf('first & <i>only</i>').waitFor();
});
