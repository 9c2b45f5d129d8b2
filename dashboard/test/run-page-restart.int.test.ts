// A page that is open while the server is restarted: it goes on by itself.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { shellPipeline } from '../../conformance/system/support/shell-pipeline.ts';
import { skip } from './browser.ts';
import { testedPages } from './pages.ts';

const { installation, tab } = testedPages(
  ({ dataDir }) => {
    mkdirSync(join(dataDir, 'gate'));
    const gate = { source: join(dataDir, 'gate'), target: '/gate', readOnly: true };
    writeFileSync(join(dataDir, 'recipes.yaml'), JSON.stringify({ recipes: [{ image: 'gated', interpreter: 'shell', directories: [gate] }] }));
    return {};
  },
  { keepsPort: true },
);

test('the log of a step that runs goes on when the server is back', { skip }, async () => {
  const script = 'echo "waiting at the gate"; until [ -e /gate/open ]; do sleep 0.05; done; echo "through the gate"';
  const { run_id: runId } = await installation.submit('restarted', shellPipeline('gated', [{ name: 'gated', script, image: 'gated' }]));
  await tab.page.goto(`${installation.url}/#/runs/details/${runId}?step=root.gated&tab=log`);
  const panel = tab.page.getByRole('complementary', { name: 'Step gated' });
  const log = panel.getByRole('log', { name: 'Log' });
  await log.getByText('waiting at the gate').waitFor();
  await installation.kill('SIGTERM');
  await panel.getByText('Slipway does not answer').waitFor();
  await log.getByText('waiting at the gate').waitFor();
  await installation.start();
  await panel.getByText('Slipway does not answer').waitFor({ state: 'detached' });
  writeFileSync(join(installation.dataDir, 'gate', 'open'), '');
  await log.getByText('through the gate').waitFor();
  await tab.page.getByRole('button', { name: 'gated step, Succeeded' }).waitFor();
});
