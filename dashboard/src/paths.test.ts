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
  ]);
});
