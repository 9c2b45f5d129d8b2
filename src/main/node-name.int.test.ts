import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ensureNodeName } from './node-name.ts';

test('the node keeps the name that the machine had at the first start', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-node-name-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const first = (file: string, hostName: string) => ensureNodeName(join(directory, file), hostName);
  assert.equal(first('a', 'Laptop.home'), 'laptop.home');
  assert.equal(first('a', 'laptop.office'), 'laptop.home');
  assert.deepEqual([first('b', "Ann's Mac_Book"), first('c', '-'), first('d', '4f2a91c03d11')], ['ann-s-mac-book', 'localhost', '4f2a91c03d11']);
});
