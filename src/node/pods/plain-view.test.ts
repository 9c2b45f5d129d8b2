import { test } from 'node:test';
import assert from 'node:assert/strict';
import { plainView, refuseInvisible } from './plain-view.ts';

const STEP = {
  mounts: [
    { source: '/data/artifacts/minio/b/run/task', target: '/minio/b/run/task', readOnly: false },
    { source: '/data/artifacts/minio/b/run/task/in', target: '/minio/b/run/task/in', readOnly: true },
  ],
  tmpPaths: ['kfp/outputs'],
  artifactRoots: { '/minio/': '/data/artifacts/minio/' },
};
const NO_VARIABLES: Readonly<Record<string, string>> = {};
const FILES = [{ path: '/tmp/tmp.x/component.py', text: 'pass' }];

function view(root = '/data') {
  const step = { ...STEP, mounts: STEP.mounts.map((mount) => ({ ...mount, source: mount.source.replace('/data', root) })) };
  return plainView({ step, tmpDirectory: `${root}/pods/uid/tmp`, files: FILES, reason: 'there are no walls' });
}

test('a command is told its places as they are on the machine, and URIs stay', () => {
  const command = view().command({
    kind: 'exec',
    argv: ['sh', '-c', 'cat "$0" > /tmp/kfp/outputs/x', '/minio/b/run/task/in/file', '{"uri": "minio://b/run/task/in", "outputFile": "/minio/b/run/task/output_metadata.json"}'],
    env: { WHERE: '/minio/b/run/task' },
    cwd: '/',
  });
  assert.deepEqual(command.argv.slice(2), [
    'cat "$0" > /data/pods/uid/tmp/kfp/outputs/x',
    '/data/artifacts/minio/b/run/task/in/file',
    '{"uri": "minio://b/run/task/in", "outputFile": "/data/artifacts/minio/b/run/task/output_metadata.json"}',
  ]);
  assert.deepEqual(command.env, { TMPDIR: '/data/pods/uid/tmp', WHERE: '/data/artifacts/minio/b/run/task' });
});

test('only whole names are replaced, and what was replaced is not replaced again', () => {
  const argv = ['/minio/b/run/task2', '/minio/b/run/task.txt', 'x/minio/b/run/task', '/data/artifacts/minio/b/run/task'];
  assert.deepEqual(view().command({ kind: 'exec', argv, env: {}, cwd: '/' }).argv, argv);
});

test('files go into the own /tmp; a fork learns where the SDK finds artifacts', () => {
  const { files, command } = view();
  assert.deepEqual(files, [{ path: '/data/pods/uid/tmp/tmp.x/component.py', text: 'pass' }]);
  const fork = command({ kind: 'fork', parentId: 'p', module: 'kfp.dsl.executor_main', args: ['/tmp/tmp.x/component.py'], env: NO_VARIABLES, cwd: '/' });
  assert.deepEqual(fork.args, ['/data/pods/uid/tmp/tmp.x/component.py']);
  assert.equal(fork.env['SLIPWAY_ARTIFACT_ROOTS'], '{"/minio/":"/data/artifacts/minio/"}');
});

test('what can not be told is refused with a sentence', () => {
  assert.throws(() => view('/my data'), /\/minio\/b\/run\/task can't be shown .* spaces or quotes; `slipway doctor`/);
  assert.throws(() => refuseInvisible([{ source: '/a', target: '/b', readOnly: true }], 'there are no walls'), /\/b can't be shown to the container, because there are no walls/);
  refuseInvisible([{ source: '/a', target: '/a', readOnly: true }], 'there are no walls');
});
