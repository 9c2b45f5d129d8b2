import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pagesUrl } from './slipway.ts';

test('the address that is told can be opened, whatever is listened on', () => {
  for (const host of ['127.0.0.1', 'localhost', '0.0.0.0', '::']) assert.equal(pagesUrl(host, 8080), 'http://localhost:8080');
  assert.equal(pagesUrl('192.0.2.7', 8080), 'http://192.0.2.7:8080');
  assert.equal(pagesUrl('2001:db8::7', 8080), 'http://[2001:db8::7]:8080');
});
