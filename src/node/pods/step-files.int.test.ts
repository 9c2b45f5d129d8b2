// Where an output may lie: links inside the step's own directory are nobody's business, those that lead out are refused.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readOutputText } from './step-files.ts';

const place = await mkdtemp(join(tmpdir(), 'slipway-outputs-'));
after(() => rm(place, { recursive: true, force: true }));

const root = join(place, 'root');
await mkdir(join(root, 'outputs'), { recursive: true });
await mkdir(join(place, 'elsewhere'));
await writeFile(join(root, 'outputs', 'text'), 'own');
await writeFile(join(place, 'elsewhere', 'text'), 'foreign');
await symlink('outputs', join(root, 'inside'));
await symlink(join(place, 'elsewhere'), join(root, 'outside'));
await symlink(root, join(place, 'linked-root'));

const read = (path: string, from = root) => readOutputText({ root: from, path: join(from, path) }, 100, 'output parameter "text"');

test('an output is read where it lies, through links too as long as they stay inside', async () => {
  for (const path of ['outputs/text', 'inside/text']) assert.equal(await read(path), 'own', path);
  assert.equal(await read('outputs/text', join(place, 'linked-root')), 'own');
});

test('a link that leads out is refused; what is not there is none', async () => {
  await assert.rejects(read('outside/text'), { reason: 'OutputInvalid', message: /symbolic link/ });
  for (const path of ['outputs/other', 'nowhere/text']) assert.equal(await read(path), undefined, path);
});
