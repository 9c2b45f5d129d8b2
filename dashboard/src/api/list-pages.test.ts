import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasPlace, withoutRow, withRow, type ListPage } from './list-pages.ts';

interface Row {
  readonly id: string;
  readonly created_at: string;
  readonly state?: string;
}

const row = (minute: number, state?: string): Row => ({ id: `r${minute}`, created_at: new Date(minute * 60_000).toISOString(), ...(state === undefined ? {} : { state }) });
const page = (minutes: readonly number[], totalSize: number, nextPageToken?: string): ListPage<Row> => ({ rows: minutes.map((minute) => row(minute)), totalSize, nextPageToken });
const newestFirst = { idField: 'id', isNewestFirst: true } as const;
const byName = { idField: 'id', isNewestFirst: false } as const;
const look = (pages: readonly ListPage<Row>[]) => pages.map(({ rows, totalSize }) => `${rows.map(({ id }) => id).join(' ')} of ${totalSize}`);

test('a new row stands at the top, one that comes back stands where it was', () => {
  const pages = [page([9, 8], 6, 'a'), page([6, 5], 6, 'b')];
  assert.deepEqual(look(withRow(pages, row(10), newestFirst)), ['r10 r9 r8 of 7', 'r6 r5 of 7']);
  assert.deepEqual(look(withRow(pages, row(7), newestFirst)), ['r9 r8 of 7', 'r7 r6 r5 of 7']);
});

test('a change of a row that is not read yet moves nothing and counts nothing', () => {
  const pages = [page([9, 8], 6, 'a')];
  assert.deepEqual(look(withRow(pages, row(1, 'RUNNING'), newestFirst)), ['r9 r8 of 6']);
  assert.deepEqual(look(withRow(pages, row(1), byName)), ['r9 r8 of 6']);
  assert.equal(hasPlace(pages, row(1), byName), false);
  assert.equal(hasPlace(pages, row(9), byName), true);
});

test('the oldest row stands at the end of a list that is read whole, also of an empty one', () => {
  assert.deepEqual(look(withRow([page([9, 8], 2)], row(1), newestFirst)), ['r9 r8 r1 of 3']);
  assert.deepEqual(look(withRow([page([], 0)], row(1), newestFirst)), ['r1 of 1']);
});

test('a row is changed in its place, and goes', () => {
  const pages = [page([9, 8], 2)];
  assert.equal(withRow(pages, row(8, 'FAILED'), byName)[0]?.rows[1]?.state, 'FAILED');
  assert.deepEqual(look(withoutRow(pages, 'r8', 'id')), ['r9 of 1']);
  assert.deepEqual(look(withoutRow(pages, 'r1', 'id')), ['r9 r8 of 2']);
});
