// A tab that nobody looks at holds no connection: browsers allow six to one server, over all tabs.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Request } from 'playwright-core';
import { shellPipeline } from '../../conformance/system/support/shell-pipeline.ts';
import { skip } from './browser.ts';
import { testedPages } from './pages.ts';

const { installation, tab } = testedPages(({ dataDir }) => {
  mkdirSync(join(dataDir, 'gate'));
  const gate = { source: join(dataDir, 'gate'), target: '/gate', readOnly: true };
  writeFileSync(join(dataDir, 'recipes.yaml'), JSON.stringify({ recipes: [{ image: 'gated', interpreter: 'shell', directories: [gate] }] }));
  return {};
});

const show = (state: 'hidden' | 'visible') =>
  tab.page.evaluate((visibility) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, value: visibility });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);

test('the log of a step that runs is left when its tab is hidden, and goes on where it was', { skip }, async () => {
  const script = 'seq 1 50; until [ -e /gate/open ]; do sleep 0.05; done; echo "through the gate"';
  const { run_id: runId } = await installation.submit('hidden', shellPipeline('gated', [{ name: 'gated', script, image: 'gated' }]));
  const open = new Set<Request>();
  tab.page.on('request', (request) => void (/events|log\?/.test(request.url()) && open.add(request)));
  for (const end of ['requestfinished', 'requestfailed'] as const) tab.page.on(end as 'requestfinished', (request) => void open.delete(request));
  await tab.page.goto(`${installation.url}/#/runs/details/${runId}?step=root.gated&tab=log`);
  const log = tab.page.getByRole('log', { name: 'Log' });
  await log.getByText('50', { exact: true }).last().waitFor();
  assert.ok(open.size <= 2, [...open].map((request) => request.url()).join('\n'));
  await show('hidden');
  for (let wait = 0; wait < 50 && open.size > 0; wait++) await tab.page.waitForTimeout(100);
  assert.deepEqual([...open].map((request) => request.url()), []);
  await log.getByText('50', { exact: true }).last().waitFor();
  await show('visible');
  writeFileSync(join(installation.dataDir, 'gate', 'open'), '');
  await log.getByText('through the gate').waitFor();
  assert.equal(await log.locator('[data-index]').last().getAttribute('data-index'), '50');
});
