import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { readDelimited } from './delimited.ts';
import { readJsonLines, readJsonTable } from './json-rows.ts';
import { compressorsWithin, readParquet } from './parquet.ts';
import type { TableOutcome, TableStart } from './table.ts';

const WHOLE = { isCut: false, rowCountMax: 10 };

function tableOf(outcome: TableOutcome): TableStart {
  assert.equal(outcome.kind, 'table', JSON.stringify(outcome));
  return outcome as TableStart; // just asserted
}

function whyNot(outcome: TableOutcome): string {
  assert.equal(outcome.kind, 'no-table');
  return 'why' in outcome ? outcome.why : '';
}

test('delimited text: quotes, line ends, delimiters, numbers', () => {
  const table = tableOf(readDelimited('\uFEFFname,note,score\r\n"Ann","says ""hi"", twice",1.5\r\nBo,"two\nlines",-2e3\r\n', WHOLE));
  assert.deepEqual(table.columns, [{ name: 'name', type: 'text' }, { name: 'note', type: 'text' }, { name: 'score', type: 'number' }]);
  assert.deepEqual(table.rows, [['Ann', 'says "hi", twice', '1.5'], ['Bo', 'two\nlines', '-2e3']]);
  assert.equal(table.rowCount, 2);
  assert.deepEqual(tableOf(readDelimited('a;b\n1;2\n', WHOLE)).rows, [['1', '2']]);
  assert.deepEqual(tableOf(readDelimited('a\tb\n1\t2', { ...WHOLE, delimiter: '\t' })).rows, [['1', '2']]);
});

test('delimited text without a header, with uneven rows, or cut off', () => {
  const bare = tableOf(readDelimited('1,2\n3,4,5\n6\n', WHOLE));
  assert.deepEqual(bare.columns.map(({ name }) => name), ['column 1', 'column 2', 'column 3']);
  assert.deepEqual(bare.rows, [['1', '2', null], ['3', '4', '5'], ['6', null, null]]);
  const cut = tableOf(readDelimited('a,b\n1,2\n3,4\n5,', { isCut: true, rowCountMax: 10 }));
  assert.deepEqual(cut.rows, [['1', '2'], ['3', '4']]);
  assert.equal(cut.rowCount, undefined);
  const long = tableOf(readDelimited(`a,b\n${'1,2\n'.repeat(50)}`, WHOLE));
  assert.equal(long.rows.length, 10);
  assert.equal(long.rowCount, 50);
  assert.match(whyNot(readDelimited('\n\n', WHOLE)), /no rows/);
  assert.equal(tableOf(readDelimited('"never closed, \n1,2', WHOLE)).rows.length, 0);
});

test('very wide tables and long cells are cut, and say how wide they are', () => {
  const wide = tableOf(readDelimited(`${Array.from({ length: 3_000 }, (_, i) => `c${i}`).join(',')}\n${'x,'.repeat(2_999)}${'y'.repeat(9_000)}\n`, WHOLE));
  assert.equal(wide.columns.length, 200);
  assert.equal(wide.columnCount, 3_000);
  const [[cell] = []] = tableOf(readDelimited(`a,b\n${'z'.repeat(9_000)},1\n`, WHOLE)).rows;
  assert.equal(String(cell).length, 501);
});

test('JSON: rows, columns as pandas writes them, lines', () => {
  const rows = tableOf(readJsonTable('[{"a":1,"b":"x"},{"a":null,"c":[1]}]', 10));
  assert.deepEqual(rows.columns, [{ name: 'a', type: 'number' }, { name: 'b', type: 'text' }, { name: 'c', type: 'json' }]);
  assert.deepEqual(rows.rows, [[1, 'x', null], [null, null, '[1]']]);
  assert.deepEqual(tableOf(readJsonTable('{"x":{"0":1,"1":2},"y":{"0":"a","1":"b"}}', 10)).rows, [[1, 'a'], [2, 'b']]);
  assert.deepEqual(tableOf(readJsonTable('[[1,true],[2,false]]', 1)), {
    kind: 'table',
    columns: [{ name: 'column 1', type: 'number' }, { name: 'column 2', type: 'boolean' }],
    rows: [[1, true]],
    rowCount: 2,
    columnCount: 2,
  });
  assert.match(whyNot(readJsonTable('{"accuracy":0.9}', 10)), /no table/);
  assert.match(whyNot(readJsonTable('[1,', 10)), /not valid JSON/);
  const lines = tableOf(readJsonLines('{"a":1}\n{"a":2}\n{"a":', { isCut: true, rowCountMax: 10 }));
  assert.deepEqual(lines.rows, [[1], [2]]);
  assert.match(whyNot(readJsonLines('{"a":1}\nnope\n', WHOLE)), /Line 2/);
});

test('Parquet: types, row groups, codecs, and what cannot be read', async () => {
  for (const codec of ['snappy', 'zstd']) {
    const table = tableOf(await parquet(codec, 60));
    assert.equal(table.rowCount, 120);
    assert.equal(table.rows.length, 60);
    assert.deepEqual(table.columns.map(({ type }) => type), ['number', 'number', 'text', 'boolean', 'time', 'time', 'number', 'json', 'number']);
    assert.deepEqual(table.rows[58], [58, 14.5, 'Łódź', true, '2026-02-28', '2026-01-31T12:00:00.500Z', 12.5, '["a","b"]', '4611686018427387904']);
    assert.deepEqual(table.rows.slice(0, 3).map((row) => row[2]), ['Oslo', 'Łódź', null]);
  }
  assert.match(whyNot(await parquet('lz4', 10)), /LZ4/);
  const garbage = Buffer.from('PAR1 this is no parquet file PAR1');
  assert.match(whyNot(await readParquet(async (start, end) => garbage.subarray(start, end), garbage.length, 10)), /can not be shown/);
});

test('pages that grow when they are unpacked have room for so much together, and none is larger than it says', () => {
  const page = Buffer.alloc(60);
  // A length, then a literal of its first four bytes and copies of them.
  const snappy = Buffer.from([60, 0x0c, 0, 0, 0, 0, 0xde, 4, 0]);
  const packed = { GZIP: gzipSync(page), ZSTD: zstdCompressSync(page), BROTLI: brotliCompressSync(page), SNAPPY: snappy } as const;
  for (const [codec, bytes] of Object.entries(packed) as [keyof typeof packed, Buffer][]) {
    const unpack = compressorsWithin(100)[codec]!;
    assert.deepEqual(Buffer.from(unpack(bytes, 60)), page, codec);
    assert.throws(() => unpack(bytes, 60), /unpack to more than/, `${codec}: the second page`);
    assert.throws(() => compressorsWithin(100)[codec]!(bytes, 59), codec);
    for (const size of [-1, Number.NaN, 2 ** 31]) assert.throws(() => compressorsWithin(100)[codec]!(bytes, size), /unpack to more than/, `${codec}: ${size}`);
  }
});

function parquet(codec: string, rowCountMax: number): Promise<TableOutcome> {
  const bytes = readFileSync(new URL(`testing/${codec}.parquet`, import.meta.url));
  return readParquet(async (start, end) => bytes.subarray(start, end), bytes.length, rowCountMax);
}
