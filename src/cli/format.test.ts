import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatSize } from '../base/mod.ts';
import { cleanLine, formatAge, formatDuration, formatTable } from './format.ts';

test('durations grow units as they grow', () => {
  const cases: [number, string][] = [
    [-5, '0.0 s'],
    [40, '0.0 s'],
    [1_234, '1.2 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [59_700, '1 m 00 s'],
    [185_000, '3 m 05 s'],
    [7_380_000, '2 h 03 m'],
  ];
  for (const [durationMs, text] of cases) assert.equal(formatDuration(durationMs), text);
});

test('sizes', () => {
  assert.deepEqual([0, 512, 1536, 3 * 2 ** 30].map(formatSize), ['0 bytes', '512 bytes', '1.5 KiB', '3.0 GiB']);
});

test('ages as kubectl prints them', () => {
  assert.deepEqual([0, 119, 120, 7_200, 172_800].map((seconds) => formatAge(seconds * 1000)), ['0s', '119s', '2m', '2h', '2d']);
});

test('tables are padded, without blanks at the end of lines', () => {
  assert.equal(formatTable(['NAME', 'AGE'], [['a', '1s'], ['longer', '']]), 'NAME     AGE\na        1s\nlonger\n');
});

test('a cell of a table is one line, whatever somebody named a run', () => {
  assert.equal(formatTable(['NAME', 'AGE'], [['two\nlines \u001b[31mred', '1s']]), 'NAME            AGE\ntwo lines red   1s\n');
});

test('lines of programs lose escapes, tabs and all but the last state of a progress bar', () => {
  assert.equal(cleanLine('\u001b[31mred\u001b[0m\tend'), 'red end');
  assert.equal(cleanLine('10%\r50%\r100%\r'), '100%');
  assert.equal(cleanLine('\u001b]0;title\u0007text\u001b[2K\u0007'), 'text');
  assert.equal(cleanLine('\u001b[1mbold\u001b(B\u001b[m, \u001b]8;;https://example.com\u001b\\link\u001b]8;;\u001b\\'), 'bold, link');
  assert.equal(cleanLine('grün ✓ 漢字'), 'grün ✓ 漢字');
});
