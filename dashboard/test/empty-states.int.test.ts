// Pages without content teach: each has a command that can be copied and that is right.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { skip } from './browser.ts';
import { testedPages } from './pages.ts';

const { installation, tab } = testedPages();
const ROOT = join(import.meta.dirname, '../..');
const PAGES: readonly (readonly [address: string, title: string])[] = [
  ['/runs', 'No runs yet'],
  ['/recurringruns', 'No recurring runs yet'],
  ['/experiments', 'No experiments yet'],
  ['/pipelines', 'No pipelines yet'],
  ['/artifacts', 'No artifacts yet'],
  ['/cluster?tab=pods', 'No Pods'],
  ['/cluster?tab=events', 'No events'],
  ['/cluster?tab=environments', 'No environments yet'],
  ['/runs/new', 'Create run'],
];

test('every empty page has a command that can be copied', { skip }, async () => {
  await tab.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const commands = new Set<string>();
  for (const [address, title] of PAGES) {
    await tab.page.goto(`${installation.url}/#${address}`);
    await tab.page.getByRole('heading', { name: title }).waitFor();
    const shown = await tab.page.locator('main pre').innerText();
    await tab.page.getByRole('button', { name: 'Copy the command' }).click();
    await tab.page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = String(await tab.page.evaluate('navigator.clipboard.readText()'));
    assert.equal(copied, shown, address);
    commands.add(copied);
  }
  const help = execFileSync(process.execPath, [join(ROOT, 'src/cli/main.ts'), 'run', '--help'], { encoding: 'utf8' });
  for (const command of commands) {
    const [program = '', ...words] = command.split(' ');
    assert.match(program, /^(slipway|kubectl|kfp)$/);
    if (program !== 'slipway') continue;
    assert.equal(words[0], 'run');
    assert.ok(existsSync(join(ROOT, words[1]!)), words[1]);
    for (const option of words.filter((word) => word.startsWith('-'))) assert.match(help, new RegExp(`^ .*${option}\\b`, 'm'));
  }
  assert.deepEqual(tab.takeComplaints(), []);
});
