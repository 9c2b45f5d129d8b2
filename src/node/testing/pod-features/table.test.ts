import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AREAS } from './features.ts';
import { podsReference } from './table.ts';

test('the page has a row for every feature, and none for others', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/reference/pods.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| |') && !line.startsWith('| ---')).map((line) => line.split(' | ')[0]!.slice(2));
  assert.deepEqual(rows, AREAS.flatMap(({ features }) => features.map(({ name }) => name.replaceAll('|', '\\|'))), 'run npm run conformance:pods');
});

test('what does not hold leads to a note, the same sentence to the same one; what was not run says why', () => {
  const area = { title: 'A', features: ['one', 'two', 'three'].map((name) => ({ name, check: () => Promise.resolve() })) };
  const page = podsReference([area], { process: { results: { one: '', two: 'no way', three: 'no way' } }, container: { missing: 'no podman' } });
  assert.match(page, /\| one \| ✓ \| – \|\n\| two \| ✗ 1 \| – \|\n\| three \| ✗ 1 \| – \|/);
  assert.match(page, /1\. no way\n\n## Not run\n\n- container: no podman\.\n$/);
});
