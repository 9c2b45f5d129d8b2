// The first page in a real browser: what it shows came through the API, and changes by itself while a run goes on. Skipped
// where there is no Chromium. Screenshots go to a directory that SLIPWAY_SCREENSHOTS names, to be looked at by people.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';
import { Installation } from '../../sim/installation.ts';
import { shellPipeline } from './support/shell-pipeline.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const skip = CHROMIUM === undefined ? 'there is no Chromium on this machine' : false;
const SCREENSHOTS = process.env['SLIPWAY_SCREENSHOTS'];
const SHOWN_TIME_MS_MAX = 15_000;

const installation = new Installation();
let browser: Browser;
let page: Page;
/** Whatever the browser complained about. */
const complaints: string[] = [];

before(async () => {
  if (skip !== false) return;
  mkdirSync(join(installation.dataDir, 'gate'));
  const gate = { source: join(installation.dataDir, 'gate'), target: '/gate', readOnly: true };
  writeFileSync(join(installation.dataDir, 'recipes.yaml'), JSON.stringify({ recipes: [{ image: 'gated', interpreter: 'shell', directories: [gate] }] }));
  await installation.start();
  browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(SHOWN_TIME_MS_MAX);
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
});

after(async () => {
  await browser?.close();
  await installation.remove();
});

/** Lets the gated step of a run go on. */
function openGate(): void {
  writeFileSync(join(installation.dataDir, 'gate', 'open'), '');
}

const GATED = 'echo "waiting at the gate"; until [ -e /gate/open ]; do sleep 0.05; done; echo "through <b>the</b> gate"';

function submitGated(name: string) {
  const steps = [
    { name: 'prepare', script: 'echo prepared' },
    { name: 'gated', script: GATED, image: 'gated' },
    { name: 'finish', script: 'echo finished' },
  ];
  return installation.submit(name, shellPipeline('gated', steps));
}

async function screenshot(name: string): Promise<void> {
  if (SCREENSHOTS === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`), fullPage: true });
  }
}

async function isStillTheSameDocument(): Promise<boolean> {
  return page.evaluate(() => Reflect.get(globalThis, 'isMarked') === true);
}

test('without runs it says how to start one', { skip }, async () => {
  await page.goto(installation.url);
  await page.getByText('No runs yet').waitFor();
  await page.evaluate(() => Reflect.set(globalThis, 'isMarked', true));
  await screenshot('empty');
});

test('a run comes into the list, goes on before the eyes, and ends: without a reload', { skip }, async () => {
  await submitGated('first & <i>only</i>');
  const row = page.getByRole('row').filter({ hasText: 'first & <i>only</i>' });
  await row.getByText('Running').waitFor();
  await row.getByRole('link').click();

  const step = (name: string) => page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });
  await step('prepare').getByText('Succeeded').waitFor();
  await step('gated').getByText('Running').waitFor();
  assert.match((await step('finish').textContent()) ?? '', /Waiting|Pending/);
  assert.deepEqual(await page.getByRole('button').allTextContents(), ['prepare', 'gated', 'finish']);

  await page.getByRole('button', { name: 'gated' }).click();
  const log = page.getByLabel('Log');
  await log.getByText('waiting at the gate').waitFor();
  assert.doesNotMatch((await log.textContent()) ?? '', /through/);
  await screenshot('running');
  openGate();
  await log.getByText('through <b>the</b> gate').waitFor();
  await step('finish').getByText('Succeeded').waitFor();
  await page.locator('.facts .state.SUCCEEDED').first().waitFor();
  await screenshot('done');

  await page.getByRole('link', { name: 'Runs' }).click();
  await row.getByText('Succeeded').waitFor();
  await screenshot('list');
  assert.ok(await isStillTheSameDocument(), 'the page was loaded again');
});

test('a failed run says why, in the list and on its page; the links of the SDK lead there', { skip }, async () => {
  const { run_id: runId } = await installation.submit('broken', shellPipeline('broken', [{ name: 'bad', script: 'echo oh no >&2; exit 7' }]));
  await page.getByRole('row').filter({ hasText: 'broken' }).getByText('Failed', { exact: true }).waitFor();
  await page.goto(`${installation.url}/#/runs/details/${runId}`);
  await page.getByRole('button', { name: 'bad' }).click();
  await page.getByText('exit code 7', { exact: true }).waitFor();
  await page.getByLabel('Log').getByText('oh no').waitFor();
  await screenshot('failed');
});

test('pipelines and experiments are listed; a run that is not there is said to be none', { skip }, async () => {
  await page.getByRole('link', { name: 'Experiments' }).click();
  await page.getByRole('cell', { name: 'Default', exact: true }).waitFor();
  await page.getByRole('link', { name: 'Pipelines' }).click();
  await page.getByText('Nothing here yet').waitFor();
  assert.deepEqual(complaints, []);
  await page.goto(`${installation.url}/#/runs/details/none`);
  await page.getByText('No such run').waitFor();
  complaints.length = 0; // the browser notes the 404, which was asked for
});

test('when the server goes, the page says so', { skip }, async () => {
  await page.goto(`${installation.url}/#/runs`);
  await page.getByRole('row').filter({ hasText: 'broken' }).waitFor();
  const lost = page.getByText('The connection to Slipway is lost');
  await installation.kill('SIGTERM');
  await lost.waitFor();
});
