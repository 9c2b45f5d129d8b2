// Every state of the pages has an address that can be sent to somebody: each is opened in a page that knows nothing yet, and
// shows what it names. Addresses that lead nowhere say so and where to go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { artifactPipeline } from '../../conformance/system/support/artifact-pipeline.ts';
import { shellPipeline } from '../../conformance/system/support/shell-pipeline.ts';
import type { ListedArtifact } from '../../src/facades/mod.ts';
import { checkAccessibility, skip } from './browser.ts';
import { testedPages } from './pages.ts';
import { everything, failing } from './pipelines.ts';

const { installation, tab } = testedPages();

async function open(address: string): Promise<void> {
  await tab.page.goto('about:blank');
  await tab.page.goto(`${installation.url}/#${address}`);
}

async function make<T>(path: string, body: object): Promise<T> {
  return installation.request<T>('POST', `/apis/v2beta1${path}`, body);
}

async function done(name: string, spec: object, parameters: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { run_id: runId } = await installation.submit(name, spec, parameters);
  await installation.waitForRun(runId);
  return runId;
}

/** What there is to be shown. */
async function fill() {
  const [everythingId, brokenId, artifactsId] = [await done('everything', everything, { epochs: 5 }), await done('broken', failing), await done('of artifacts', artifactPipeline({}))];
  await make(`/runs/${await done('old', shellPipeline('old', [{ name: 'say', script: 'true' }]))}:archive`, {});
  const { experiment_id: experimentId } = await make<{ experiment_id: string }>('/experiments', { display_name: 'trees' });
  const { pipeline_id: pipelineId } = await make<{ pipeline_id: string }>('/pipelines', { display_name: 'everything' });
  const { pipeline_version_id: versionId } = await make<{ pipeline_version_id: string }>(`/pipelines/${pipelineId}/versions`, { display_name: 'v1', pipeline_id: pipelineId, pipeline_spec: everything });
  const { artifacts } = await installation.request<{ artifacts: readonly ListedArtifact[] }>('GET', `/slipway/v1/artifacts`);
  const { items } = await installation.request<{ items: readonly { readonly metadata: { readonly name: string; readonly namespace: string } }[] }>('GET', '/api/v1/pods');
  const pod = items.find(({ metadata }) => metadata.name.startsWith('failing-parse'))!.metadata;
  return { everythingId, brokenId, artifactsId, experimentId, pipelineId, versionId, pricesId: artifacts.find(({ name }) => name === 'prices')!.artifact_id, podKey: `${pod.namespace}/${pod.name}` };
}

test('addresses show what they name', { skip }, async () => {
  const { everythingId, brokenId, artifactsId, experimentId, pipelineId, versionId, pricesId, podKey } = await fill();
  const { page } = tab;
  const heading = (name: string) => page.getByRole('heading', { level: 1, name });
  const panel = (name: string) => page.getByRole('complementary', { name });
  const link = (name: string) => page.getByRole('row').getByRole('link', { name, exact: true });
  const states: readonly (readonly [address: string, ...shown: readonly { waitFor(): Promise<void> }[]])[] = [
    // Those that the SDK prints.
    [`/runs/details/${everythingId}`, heading('everything'), page.getByRole('button', { name: /^load step, Succeeded/ })],
    [`/experiments/details/${experimentId}`, heading('trees')],
    [`/pipelines/details/${pipelineId}/version/${versionId}`, heading('everything'), page.getByRole('button', { name: /^report nested pipeline/ })],
    ['/runs?state=FAILED&sort=display_name+asc', link('broken'), page.getByRole('columnheader', { name: 'Name' }).and(page.locator('[aria-sort=ascending]'))],
    ['/runs?storage=ARCHIVED', heading('Archived runs'), link('old')],
    ['/archive/runs', heading('Archived runs'), link('old')],
    ['/runs?name=EVERY', link('everything')],
    [`/runs/details/${everythingId}?view=timeline`, page.getByRole('treegrid', { name: 'Timeline' })],
    [`/runs/details/${everythingId}?view=details`, page.getByLabel('Parameters').getByText('5', { exact: true })],
    [`/runs/details/${everythingId}?in=root.for-each-rate%5B1%5D&step=root.for-each-rate%5B1%5D.score`, panel('Step score').getByText('accuracy = 0.947')],
    [`/runs/details/${brokenId}?in=root.work&step=root.work.parse&tab=log&find=column`, panel('Step parse').getByText('1 of 1'), panel('Step parse').getByRole('log').getByText('no such column')],
    [`/runs/details/${brokenId}?in=root.work&step=root.work.parse&tab=yaml`, panel('Step parse').getByText('kind: Pod')],
    [`/compare?runlist=${everythingId},${artifactsId}&rows=different`, heading('Compare 2 runs'), page.getByLabel('Only differences').and(page.locator(':checked'))],
    [`/runs/new?cloneFromRun=${everythingId}`, page.getByLabel('epochs').and(page.locator('[value="5"]'))],
    [`/runs/new?pipelineId=${pipelineId}&pipelineVersionId=${versionId}`, page.getByLabel('epochs').and(page.locator('[value="3"]'))],
    ['/experiments?name=trees', link('trees')],
    [`/pipelines/details/${pipelineId}/version/${versionId}?in=root.report&step=root.report.evaluate`, panel('About evaluate').getByText('Classification metrics')],
    [`/pipelines/details/${pipelineId}/version/${versionId}?tab=ir`, page.getByText('pipelineInfo').first()],
    ['/artifacts?type=model', link('model')],
    [`/artifacts/${pricesId}?path=year%3D2026%2Fpart-0.parquet`, page.getByText('first 100 of 120 rows')],
    [`/cluster?tab=pods&pod=${encodeURIComponent(podKey)}&part=log`, panel(`Pod ${podKey.split('/')[1]}`).getByText('no such column')],
    [`/cluster?tab=pods&pod=${encodeURIComponent(podKey)}&part=events`, panel(`Pod ${podKey.split('/')[1]}`).getByText('The Pod has no events, and yet it failed')],
    ['/cluster?tab=environments', page.getByText('No environments yet')],
  ];
  for (const [address, ...shown] of states) {
    await open(address);
    for (const locator of shown) await locator.waitFor().catch((error: unknown) => assert.fail(`${address}: ${String(error)}`));
  }
  assert.deepEqual(tab.takeComplaints(), []);
});

test('addresses that lead nowhere say what is missing and where the rest is', { skip }, async () => {
  const dead: readonly (readonly [address: string, sentence: RegExp, next: string])[] = [
    ['/runs/details/none', /There is no run with run_id "none"/, 'See all runs'],
    ['/recurringrun/details/none', /There is no recurring run with recurring_run_id "none"/, 'See all recurring runs'],
    ['/experiments/details/none', /There is no experiment with experiment_id "none"/, 'See all experiments'],
    ['/pipelines/details/none', /There is no pipeline with pipeline_id "none"/, 'See all pipelines'],
    ['/artifacts/none', /There is no artifact with artifact_id "none"/, 'See all artifacts'],
    ['/runs/new?cloneFromRun=none', /There is no run with run_id "none"/, 'See all runs'],
    ['/compare?runlist=none,neither', /There is no run with run_id/, 'See all runs'],
  ];
  for (const [address, sentence, next] of dead) {
    await open(address);
    const alert = tab.page.getByRole('alert').filter({ hasText: sentence });
    await alert.getByRole('link', { name: next }).click();
    await tab.page.waitForURL(/#\/(runs|recurringruns|experiments|pipelines|artifacts)$/);
    assert.equal(await alert.count(), 0);
  }
  await open('/nothing');
  await tab.page.getByText('There is no such page').waitFor();
  await tab.page.getByRole('link', { name: 'See all runs' }).waitFor();
  assert.equal(await tab.page.title(), 'Page not found · Slipway', 'not that of the page before');
  await checkAccessibility(tab);
});

test('a page that can not be fetched says so, and is there when the server is again', { skip }, async () => {
  await open('/runs');
  await tab.page.getByRole('link', { name: 'broken' }).waitFor();
  await tab.page.context().setOffline(true);
  // Its page was not fetched before.
  await tab.page.getByRole('link', { name: 'Pipelines' }).click();
  await tab.page.getByText('Slipway does not answer. Is it still running? Start it with: slipway up').waitFor();
  await tab.page.context().setOffline(false);
  await tab.page.getByRole('button', { name: 'Try again' }).click();
  await tab.page.getByRole('row').getByRole('link', { name: 'everything' }).waitFor();
  await tab.page.getByRole('link', { name: 'Cluster' }).click();
  await tab.page.getByRole('region', { name: 'Memory' }).waitFor();
});

test('a machine that loses its network shows its own Slipway', { skip }, async () => {
  await open('/runs');
  await tab.page.getByRole('link', { name: 'broken' }).waitFor();
  // What browsers tell pages then; the loopback is there all the same.
  await tab.page.evaluate("dispatchEvent(new Event('offline'))");
  await tab.page.getByRole('link', { name: 'Artifacts', exact: true }).click();
  await tab.page.getByRole('row').getByRole('link', { name: 'model', exact: true }).waitFor();
});
