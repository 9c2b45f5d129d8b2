// One run in a real browser: its graph goes on before the eyes, levels are entered, steps tell everything about themselves.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { shellPipeline } from '../../conformance/system/support/shell-pipeline.ts';
import { checkAccessibility, screenshot, skip } from './browser.ts';
import { testedPages } from './pages.ts';
import { cached, everything, failing, grid, pipeline, step } from './pipelines.ts';

const { installation, tab } = testedPages(({ dataDir }) => {
  mkdirSync(join(dataDir, 'gate'));
  const gate = { source: join(dataDir, 'gate'), target: '/gate', readOnly: true };
  writeFileSync(join(dataDir, 'recipes.yaml'), JSON.stringify({ recipes: [{ image: 'gated', interpreter: 'shell', directories: [gate] }] }));
  return {};
});

const GATED = 'echo "waiting at the gate"; until [ -e /gate/open ]; do sleep 0.05; done; echo "through <b>the</b> gate"';
const node = (name: string) => tab.page.getByRole('button', { name: new RegExp(`^${name} (step|loop|condition|nested pipeline|runs at the end)`) });
const open = (address: string) => tab.page.goto(`${installation.url}/#${address}`);
const runPage = (runId: string, search = '') => open(`/runs/details/${runId}${search}`);
const panelOf = (name: string) => tab.page.getByRole('complementary', { name: `Step ${name}` });

async function done(name: string, spec: object, parameters: Record<string, unknown> = {}): Promise<string> {
  const { run_id: runId } = await installation.submit(name, spec, parameters);
  await installation.waitForRun(runId);
  return runId;
}

test('a run goes on before the eyes: states in the graph, the log as it is written', { skip }, async () => {
  const steps = [{ name: 'prepare', script: 'echo prepared' }, { name: 'gated', script: GATED, image: 'gated' }, { name: 'finish', script: 'echo finished' }];
  const { run_id: runId } = await installation.submit('first & <i>only</i>', shellPipeline('gated', steps));
  await runPage(runId);
  await tab.page.getByRole('button', { name: 'prepare step, Succeeded' }).waitFor();
  await tab.page.getByRole('button', { name: 'gated step, Running' }).waitFor();
  await tab.page.getByRole('button', { name: /finish step, (Waiting|Pending)/ }).waitFor();
  await node('gated').click();
  await panelOf('gated').getByRole('tab', { name: 'Log' }).click();
  const log = tab.page.getByRole('log', { name: 'Log' });
  await log.getByText('waiting at the gate').waitFor();
  assert.doesNotMatch((await log.textContent()) ?? '', /through/);
  await screenshot(tab, 'run-running');
  writeFileSync(join(installation.dataDir, 'gate', 'open'), '');
  await log.getByText('through <b>the</b> gate').waitFor();
  await tab.page.getByRole('button', { name: 'finish step, Succeeded' }).waitFor();
  await tab.page.getByRole('heading', { name: 'first & <i>only</i>' }).waitFor();
  assert.match(await tab.page.locator('header').getByText('Steps').locator('..').innerText(), /3/);
});

test('loops, iterations and nested pipelines are entered, and every level has an address', { skip }, async () => {
  const runId = await done('everything', everything, { epochs: 5 });
  await runPage(runId);
  await node('for-each-rate').waitFor();
  assert.match(await node('for-each-rate').innerText(), /3 iterations/);
  assert.match(await node('if-publish').innerText(), /condition false/);
  await checkAccessibility(tab);
  await screenshot(tab, 'run-graph');
  await tab.page.getByRole('button', { name: 'Open for-each-rate' }).click();
  await tab.page.getByRole('button', { name: 'Open for-each-rate [1]' }).click();
  await node('score').click();
  await panelOf('score').getByText('accuracy = 0.947').waitFor();
  assert.match(tab.page.url(), /in=root\.for-each-rate%5B1%5D&step=root\.for-each-rate%5B1%5D\.score/);
  await screenshot(tab, 'run-iteration');
  await checkAccessibility(tab);
  await tab.page.goBack();
  await tab.page.getByRole('button', { name: 'Open for-each-rate [2]' }).waitFor();
  await tab.page.getByRole('navigation', { name: 'Opened' }).getByRole('button', { name: 'Run' }).click();
  await node('report').waitFor();
  await runPage(runId, '?step=root.load');
  await panelOf('load').getByText('150', { exact: true }).waitFor();
  await panelOf('load').getByRole('link', { name: 'Dataset' }).waitFor();
  await screenshot(tab, 'run-step');
  assert.deepEqual(tab.takeComplaints(), []);
});

test('the keyboard goes from step to step', { skip }, async () => {
  await node('load').focus();
  await tab.page.keyboard.press('ArrowDown');
  await tab.page.keyboard.press('Enter');
  await panelOf('for-each-rate').waitFor();
  await tab.page.keyboard.press('Escape');
  await panelOf('for-each-rate').waitFor({ state: 'detached' });
});

test('timeline and details show the same run', { skip }, async () => {
  await tab.page.getByLabel('Timeline', { exact: true }).click();
  const row = tab.page.getByRole('row').filter({ hasText: 'for-each-rate [2]' });
  await row.waitFor();
  assert.match(await row.innerText(), /\d+ ms|\d s/);
  await checkAccessibility(tab);
  await screenshot(tab, 'run-timeline');
  await tab.page.getByLabel('Details', { exact: true }).click();
  await tab.page.getByLabel('Parameters').getByText('5', { exact: true }).waitFor();
  await tab.page.getByText('sdkVersion', { exact: true }).waitFor();
  await checkAccessibility(tab);
  await screenshot(tab, 'run-details');
  assert.deepEqual(tab.takeComplaints(), []);
});

test('a failed step says why; log, events, executor input and YAML are at hand', { skip }, async () => {
  const runId = await done('broken', failing);
  const panel = panelOf('parse');
  await runPage(runId);
  await tab.page.getByRole('link', { name: 'See the log of parse' }).click();
  await panel.getByRole('log').getByText('no such column: petal_width').waitFor();
  await checkAccessibility(tab);
  await runPage(runId, '?in=root.work&step=root.work.parse');
  await panel.getByText('No such column: petal_width (exit code 7)').waitFor();
  await screenshot(tab, 'run-failed');
  await checkAccessibility(tab);
  await panel.getByRole('tab', { name: 'Log' }).click();
  await panel.getByText('no such column: petal_width').waitFor();
  await panel.getByLabel('Search the log').fill('LINE');
  await panel.getByText('1 of 1').waitFor();
  await screenshot(tab, 'run-log');
  await checkAccessibility(tab);
  await panel.getByRole('tab', { name: 'YAML' }).click();
  await panel.getByText('kind: Pod').waitFor();
  await screenshot(tab, 'run-yaml');
  await panel.getByRole('tab', { name: 'Executor input' }).click();
  await panel.getByText('parameterValues').waitFor();
  await checkAccessibility(tab);
  await screenshot(tab, 'run-executor-input');
  await panel.getByRole('tab', { name: 'Events' }).click();
  await panel.getByText('its command ended with exit code 7').waitFor();
  await panel.getByText('No such column: petal_width (exit code 7)').waitFor();
  assert.equal(await panel.getByText('Nothing out of the ordinary').count(), 0);
  await checkAccessibility(tab);
  await screenshot(tab, 'run-events');
  await panel.getByRole('button', { name: 'Open the log' }).click();
  await panel.getByRole('log').getByText('no such column: petal_width').waitFor();
  assert.deepEqual(tab.takeComplaints(), []);
  await tab.page.getByRole('button', { name: 'Retry' }).click();
  await tab.page.getByText('Runs again: broken').waitFor();
  await installation.waitForRun(runId);
});

test('a log that is too long for a page is searched to its beginning', { skip }, async () => {
  const runId = await done('long log', shellPipeline('long', [{ name: 'count', script: 'echo "the needle"; seq 1 100100' }]));
  await runPage(runId, '?step=root.count&tab=log&find=NEEDLE');
  const panel = panelOf('count');
  await panel.getByText('The first 101 lines are left out here').waitFor();
  await panel.getByText('1 of them has it:').waitFor();
  assert.equal(await panel.getByLabel('Search the log').inputValue(), 'NEEDLE');
  assert.equal(await panel.getByRole('list', { name: 'Found in the lines left out' }).innerText().then((text) => text.replaceAll(/\s+/g, ' ')), '1 the needle');
  await checkAccessibility(tab);
  await screenshot(tab, 'run-long-log');
});

test('what came from the cache is marked', { skip }, async () => {
  const firstId = await done('cached', cached);
  await runPage(await done('cached again', cached));
  await tab.page.getByRole('button', { name: 'slow step, Cached' }).click();
  await panelOf('slow').getByText(/Outputs of an equal step are reused/).waitFor();
  assert.equal(await panelOf('slow').getByRole('link', { name: 'the run that did the work' }).getAttribute('href'), `#/runs/details/${firstId}`);
  await checkAccessibility(tab);
  await screenshot(tab, 'run-cached');
});

test('a step that was not taken from the cache says what differs from the run before', { skip }, async () => {
  const changed = (script: string) => pipeline({ name: 'changed', components: { slow: step(script) }, tasks: { slow: { component: 'slow', cachingOptions: { enableCache: true } } } });
  await done('one', changed('echo one'));
  await runPage(await done('two', changed('echo two')), '?step=root.slow');
  await panelOf('slow').getByText('Why it ran', { exact: true }).waitFor();
  await panelOf('slow').getByText(/not in the cache: the arguments were changed/).waitFor();
  await checkAccessibility(tab);
});

test('a thousand steps are a map from afar and cards near by', { skip }, async () => {
  const { run_id: runId } = await installation.submit('grid', grid(20, 50, 'sleep 60'));
  await runPage(runId);
  await tab.page.getByText('1,000 tasks').waitFor();
  await screenshot(tab, 'run-thousand');
  for (let step = 0; step < 8; step++) await tab.page.getByRole('button', { name: 'Zoom in' }).click();
  await tab.page.getByRole('button', { name: /^step-\d+-\d+ step/ }).first().waitFor();
  assert.ok((await tab.page.getByRole('button', { name: /^step-/ }).count()) < 300);
  await checkAccessibility(tab);
  await screenshot(tab, 'run-thousand-near');
  await tab.page.getByRole('button', { name: 'Terminate' }).click();
  await tab.page.getByRole('dialog').getByRole('button', { name: 'Terminate' }).click();
  await tab.page.getByText(/Canceling|Canceled/).first().waitFor();
});

test('the log of an earlier try is chosen from a list', { skip }, async () => {
  const spec = pipeline({ name: 'retried', components: { flaky: step('echo "I am $KFP_POD_NAME"; exit 1') }, tasks: { flaky: { component: 'flaky', retryPolicy: { maxRetryCount: 1, backoffDuration: '0s' } } } });
  const runId = await done('retried', spec);
  await runPage(runId, '?step=root.flaky&tab=log');
  const log = tab.page.getByRole('log', { name: 'Log' });
  await log.getByText('I am retried-flaky-').waitFor();
  const newest = (await log.textContent()) ?? '';
  await panelOf('flaky').getByRole('combobox', { name: 'Try' }).selectOption('Try 1');
  await tab.page.waitForFunction((text) => document.querySelector('[role=log]')?.textContent?.includes('I am') === true && document.querySelector('[role=log]')?.textContent !== text, newest);
  await checkAccessibility(tab);
  await screenshot(tab, 'run-log-of-try');
});

test('a run that is terminated runs its exit tasks, and is asked once more before those are stopped', { skip }, async () => {
  const watched = { dependentTasks: ['work'], triggerPolicy: { strategy: 'ALL_UPSTREAM_TASKS_COMPLETED' } };
  const spec = pipeline({ name: 'cleaning', components: { work: step('sleep 60'), clean: step('sleep 60') }, tasks: { work: { component: 'work' }, clean: { component: 'clean', ...watched } } });
  const { run_id: runId } = await installation.submit('cleaning', spec);
  await runPage(runId);
  await tab.page.getByRole('button', { name: 'work step, Running' }).waitFor();
  const terminate = async (question: RegExp) => {
    await tab.page.getByRole('button', { name: 'Terminate', exact: true }).click();
    await tab.page.getByRole('dialog').getByText(question).waitFor();
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Terminate' }).click();
  };
  await terminate(/Exit tasks run after them/);
  await tab.page.getByText('its exit tasks run before it ends').waitFor();
  await tab.page.getByRole('button', { name: /^clean runs at the end, Running/ }).waitFor();
  await screenshot(tab, 'run-terminated');
  await terminate(/are stopped, too/);
  await tab.page.getByRole('button', { name: /^clean runs at the end, Canceled/ }).waitFor();
  assert.equal((await installation.waitForRun(runId)).state, 'FAILED');
});

test('a run that is not there is said to be none', { skip }, async () => {
  await runPage('none');
  await tab.page.getByText('No such run').waitFor();
  assert.equal(await tab.page.title(), 'Run · Slipway');
});
