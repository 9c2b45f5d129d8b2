// What surrounds every page: finding things, shortcuts, themes, addresses that lead nowhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route } from 'playwright-core';
import { shellPipeline } from '../../conformance/system/support/shell-pipeline.ts';
import { checkAccessibility, screenshot, skip } from './browser.ts';
import { testedPages } from './pages.ts';

const { installation, tab } = testedPages();

test('runs and pages are found by name', { skip }, async () => {
  const { run_id: runId } = await installation.submit('a needle', shellPipeline('hay', [{ name: 'say', script: 'echo hello' }]));
  await installation.waitForRun(runId);
  await tab.page.goto(installation.url);
  await tab.page.getByRole('link', { name: 'a needle' }).waitFor();
  await tab.page.keyboard.press('Control+k');
  await tab.page.getByRole('combobox').fill('needle');
  const option = tab.page.getByRole('option', { name: 'a needle' });
  await option.waitFor();
  await checkAccessibility(tab);
  await screenshot(tab, 'palette');
  await tab.page.keyboard.press('Enter');
  await tab.page.getByRole('heading', { name: 'a needle' }).waitFor();
  assert.equal(await tab.page.title(), 'a needle · Slipway');
});

test('shortcuts lead through the rooms and explain themselves', { skip }, async () => {
  await tab.page.keyboard.press('g');
  await tab.page.keyboard.press('r');
  await tab.page.getByRole('heading', { name: 'Runs' }).waitFor();
  await tab.page.keyboard.press('?');
  await tab.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Go to Pipelines').waitFor();
  await screenshot(tab, 'shortcuts');
  await tab.page.keyboard.press('Escape');
  await tab.page.getByRole('row').nth(1).focus();
  await tab.page.keyboard.press('Enter');
  await tab.page.getByRole('heading', { name: 'a needle' }).waitFor();
});

test('a chosen theme stays, and is there before the first paint', { skip }, async () => {
  await tab.page.emulateMedia({ colorScheme: 'light' });
  const background = () => tab.page.evaluate(() => getComputedStyle(document.querySelector('main')!).backgroundColor);
  const light = await background();
  await tab.page.getByRole('button', { name: /^Theme: as the system says/ }).click();
  await tab.page.getByRole('button', { name: /^Theme: light/ }).click();
  await tab.page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
  const dark = await background();
  assert.notEqual(dark, light);
  await tab.page.reload();
  await tab.page.getByRole('heading', { name: 'a needle' }).waitFor();
  assert.equal(await background(), dark);
});

test('Enter opens what is called as was typed, also before the server has answered', { skip }, async (t) => {
  const name = `a long name ${'x'.repeat(230)}`;
  await installation.waitForRun((await installation.submit(name, shellPipeline('hay', [{ name: 'say', script: 'echo hello' }]))).run_id);
  await tab.page.goto(`${installation.url}/#/pipelines`);
  await tab.page.keyboard.press('Control+k');
  await tab.page.getByRole('option', { name }).waitFor();
  t.after(() => tab.page.unroute(/runs\?/));
  const asked = Promise.withResolvers<Route>();
  await tab.page.route(/runs\?.*IS_SUBSTRING/, asked.resolve);
  await tab.page.getByRole('combobox').fill('needle');
  const held = await asked.promise;
  await tab.page.keyboard.press('Enter');
  await held.continue();
  await tab.page.getByRole('heading', { name: 'a needle' }).waitFor();
});

test('a name that is too long for the head of a page leaves its state in sight', { skip }, async () => {
  await tab.page.goto(`${installation.url}/#/runs`);
  await tab.page.getByRole('link', { name: /^a long name/ }).click();
  const state = tab.page.getByRole('heading', { name: /^a long name/ }).locator('..').getByText('Succeeded', { exact: true });
  await state.waitFor();
  const { x, width } = (await state.boundingBox())!;
  assert.ok(x + width <= tab.page.viewportSize()!.width);
});
