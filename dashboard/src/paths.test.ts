import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paths } from './paths.ts';

test('addresses are those that the kfp SDK prints, and say nothing of what is not chosen', () => {
  const all = [
    paths.run('a/b'),
    paths.run('r', { task: 't 1', view: undefined }),
    paths.experiment('e'),
    paths.pipeline('p'),
    paths.pipelineVersion('p', 'v'),
    paths.runs({ state: 'FAILED' }),
    paths.newRun({ cloneFromRun: 'r' }),
    paths.compare(['a', 'b']),
    paths.artifact('x'),
    paths.step('r', 'root.report.evaluate'),
    paths.step('r', 'root.for-each[2]', { tab: 'log' }),
    paths.step('r', 'root.load'),
  ];
  assert.deepEqual(all, [
    '/runs/details/a%2Fb',
    '/runs/details/r?task=t+1',
    '/experiments/details/e',
    '/pipelines/details/p',
    '/pipelines/details/p/version/v',
    '/runs?state=FAILED',
    '/runs/new?cloneFromRun=r',
    '/compare?runlist=a%2Cb',
    '/artifacts/x',
    '/runs/details/r?in=root.report&step=root.report.evaluate',
    '/runs/details/r?in=root.for-each&step=root.for-each%5B2%5D&tab=log',
    '/runs/details/r?step=root.load',
  ]);
});
