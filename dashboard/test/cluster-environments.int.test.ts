// Environments and warm interpreters on the page of the cluster, in a real browser: what a real node says of them. Their
// packages are made on the spot, so that no package index is needed.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../src/base/mod.ts';
import type { ClusterFacts } from '../../src/facades/mod.ts';
import { makeWheel } from '../../src/node/testing/wheel.ts';
import { sizeText } from '../src/frame/time-text.ts';
import { checkAccessibility, screenshot, SHOWN_TIME_MS_MAX, skip } from './browser.ts';
import { testedPages } from './pages.ts';
import { pipeline, step } from './pipelines.ts';

const EXECUTOR = "if __name__ == '__main__':\n    print('a step of Python')\n";
/** A package index without packages. */
const index = createServer((_, response) => response.writeHead(404).end());
await new Promise<void>((resolve) => index.listen(0, '127.0.0.1', resolve));
index.unref();
/** An environment is built with pip on a machine that may have much else to do. */
const BUILD_TIME_MS_MAX = 180_000;

const { installation, tab } = testedPages(async ({ dataDir }) => {
  const wheels = join(dataDir, 'wheels');
  const files = { 'kfp.py': '', 'kfp/__init__.py': '', 'kfp/dsl/__init__.py': '', 'kfp/dsl/executor_main.py': EXECUTOR };
  await makeWheel(wheels, 'kfp', '2.99.0', { files });
  writeFileSync(join(dataDir, 'recipes.yaml'), JSON.stringify({ recipes: [{ image: 'python-with-kfp', interpreter: 'python3', packages: ['kfp==2.99.0'] }] }));
  return { PIP_INDEX_URL: `http://127.0.0.1:${(index.address() as AddressInfo).port}/simple`, PIP_FIND_LINKS: wheels, PIP_RETRIES: '0' };
});

const python = step('', { image: 'python-with-kfp', command: ['python3', '-m', 'kfp.dsl.executor_main'] });
const twoSteps = pipeline({ name: 'python', components: { python }, tasks: { first: { component: 'python' }, second: { component: 'python', dependentTasks: ['first'] } } });

test('environments and warm interpreters have the figures of the node', { skip }, async () => {
  const facts = () => installation.request<ClusterFacts>('GET', '/slipway/v1/cluster');
  await tab.page.goto(`${installation.url}/#/cluster`);
  await tab.page.getByRole('heading', { name: 'Warm interpreters 0' }).waitFor();
  const { run_id: runId } = await installation.submit('two steps of Python', twoSteps);
  const run = await installation.waitForRun(runId, BUILD_TIME_MS_MAX);
  assert.equal(run.state, 'SUCCEEDED', run.error?.message);
  // The list of environments may be some seconds old.
  const environment = await until('the environment', async () => (await facts()).environments.find(({ requirements }) => requirements.includes('kfp==2.99.0')), { timeoutMs: SHOWN_TIME_MS_MAX });
  assert.deepEqual((await facts()).interpreters.map(({ started_count: count }) => count), [2]);

  const row = tab.page.getByRole('row').filter({ has: tab.page.getByRole('rowheader', { name: `Python ${environment.python_version} with kfp` }) });
  // Memory changes while one looks: at some moment both say the same.
  await until('the figures of the interpreter', async () => {
    const cells = await row.getByRole('cell').allInnerTexts();
    const [interpreter] = (await facts()).interpreters;
    return interpreter !== undefined && cells[1] === String(interpreter.started_count) && cells[2] === sizeText(interpreter.memory_bytes);
  }, { timeoutMs: SHOWN_TIME_MS_MAX });
  await tab.page.getByRole('heading', { name: 'Warm interpreters 1' }).waitFor();
  await checkAccessibility(tab);
  await screenshot(tab, 'cluster-interpreters');

  await tab.page.getByRole('tab', { name: 'Environments' }).click();
  const built = tab.page.getByRole('row').filter({ hasText: 'kfp==2.99.0' });
  await built.getByText(environment.python_version, { exact: true }).waitFor();
  await built.getByText(sizeText(environment.size_bytes), { exact: true }).waitFor();
  assert.ok(environment.size_bytes > 0);
  await checkAccessibility(tab);
  await screenshot(tab, 'cluster-environments-built');
  assert.deepEqual(tab.takeComplaints(), []);
});
