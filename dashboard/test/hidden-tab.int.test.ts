// What pages hold open: nothing in a tab that nobody looks at, and in others nothing that counts among the six connections that browsers
// allow to one server, over all tabs.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { WebSocket } from 'playwright-core';
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
  const open = new Set<WebSocket>();
  tab.page.on('websocket', (webSocket) => {
    open.add(webSocket);
    webSocket.on('close', () => open.delete(webSocket));
  });
  await tab.page.goto(`${installation.url}/#/runs/details/${runId}?step=root.gated&tab=log`);
  const log = tab.page.getByRole('log', { name: 'Log' });
  await log.getByText('50', { exact: true }).last().waitFor();
  assert.equal(open.size, 2, [...open].map((webSocket) => webSocket.url()).join('\n'));
  await show('hidden');
  for (let wait = 0; wait < 50 && open.size > 0; wait++) await tab.page.waitForTimeout(100);
  assert.deepEqual([...open].map((webSocket) => webSocket.url()), []);
  await log.getByText('50', { exact: true }).last().waitFor();
  await show('visible');
  writeFileSync(join(installation.dataDir, 'gate', 'open'), '');
  await log.getByText('through the gate').waitFor();
  assert.equal(await log.locator('[data-index]').last().getAttribute('data-index'), '50');
});

test('eight windows with the log of a step that runs open are all served, and so is a ninth', { skip }, async () => {
  const script = 'seq 1 50; until [ -e /gate/late ]; do sleep 0.05; done';
  const { run_id: runId } = await installation.submit('windows', shellPipeline('windows', [{ name: 'gated', script, image: 'gated' }]));
  const address = `${installation.url}/#/runs/details/${runId}?step=root.gated&tab=log`;
  const windows = [];
  for (let count = 0; count < 9; count++) {
    const page = await tab.page.context().newPage();
    windows.push(page);
    await page.goto(address);
    await page.getByRole('log', { name: 'Log' }).getByText('50', { exact: true }).last().waitFor();
  }
  writeFileSync(join(installation.dataDir, 'gate', 'late'), '');
  for (const page of windows) await page.close();
});
