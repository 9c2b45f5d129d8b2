import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../base/mod.ts';
import { parseFilter } from './filter.ts';
import { PIPELINE_FIELDS, RUN_FIELDS } from './list-fields.ts';
import { readListRequest } from './list-request.ts';
import { readPageToken, writePageToken } from './page-token.ts';

const filter = (...predicates: readonly object[]) => JSON.stringify({ predicates });

test('operations by number and by name, value keys in both cases, times as milliseconds', () => {
  const equals = [{ operation: 'EQUALS', field: 'displayName', value: 'x' }];
  for (const predicate of [
    { operation: 1, key: 'display_name', stringValue: 'x' },
    { operation: 'EQUALS', key: 'display_name', string_value: 'x' },
    { operation: 'EQUALS', key: 'name', stringValue: 'x' },
  ]) {
    assert.deepEqual(parseFilter(filter(predicate), RUN_FIELDS), equals);
  }
  assert.deepEqual(parseFilter(filter({ operation: 8, key: 'name', string_values: { values: ['A', 'b'] } }), RUN_FIELDS), [
    { operation: 'IN', field: 'displayName', value: ['A', 'b'] },
  ]);
  assert.deepEqual(parseFilter(filter({ operation: 5, key: 'created_at', timestampValue: '2026-01-01T01:00:00+01:00' }), RUN_FIELDS), [
    { operation: 'GREATER_THAN_EQUALS', field: 'createdAtMs', value: Date.UTC(2026, 0, 1) },
  ]);
  assert.deepEqual(parseFilter(filter({ operation: 3, key: 'metric:loss', longValue: '7' }), RUN_FIELDS), [
    { operation: 'GREATER_THAN', field: 'metric:loss', value: 7 },
  ]);
  assert.deepEqual(parseFilter(filter({ operation: 9, key: 'tags.team', stringValue: 'x' }), PIPELINE_FIELDS), [
    { operation: 'IS_SUBSTRING', field: 'tags.team', value: 'x' },
  ]);
});

test('words for states, and fields to sort by, are taken in any case', () => {
  assert.deepEqual(parseFilter(filter({ operation: 1, key: 'state', stringValue: 'succeeded' }), RUN_FIELDS), [{ operation: 'EQUALS', field: 'state', value: 'SUCCEEDED' }]);
  assert.deepEqual(parseFilter(filter({ operation: 8, key: 'status', stringValues: { values: ['Failed', 'CANCELED'] } }, { operation: 2, key: 'storage_state', stringValue: 'archived' }), RUN_FIELDS), [
    { operation: 'IN', field: 'state', value: ['FAILED', 'CANCELED'] },
    { operation: 'NOT_EQUALS', field: 'storageState', value: 'ARCHIVED' },
  ]);
  const orderOf = (sortBy: string) => readListRequest('runs', { sort_by: sortBy }, RUN_FIELDS, {}).query.sortBy;
  assert.deepEqual(orderOf('Created_At DESC'), { field: 'createdAtMs', isDescending: true });
  assert.deepEqual(orderOf('metric:F1 asc'), { field: 'metric:F1', isDescending: false });
});

test('a filter that was escaped twice is understood', () => {
  const text = filter({ operation: 1, key: 'name', stringValue: 'a b' });
  assert.deepEqual(parseFilter(encodeURIComponent(text), RUN_FIELDS), [{ operation: 'EQUALS', field: 'displayName', value: 'a b' }]);
});

test('what is wrong with a filter is named', () => {
  const refused: [string, RegExp][] = [
    ['{', /filter must be a JSON object/],
    ['[]', /filter must be a JSON object/],
    ['%', /filter must be a JSON object/],
    ['{"predicate": []}', /unknown field "filter.predicate"/],
    [filter({ key: 'name', stringValue: 'x' }), /filter.predicates\[0\].operation is missing/],
    [filter({ operation: 4, key: 'name', stringValue: 'x' }), /operation" must be one of EQUALS/],
    [filter({ operation: 'LIKE', key: 'name', stringValue: 'x' }), /operation" must be one of EQUALS/],
    [filter({ operation: 1, stringValue: 'x' }), /key is missing/],
    [filter({ operation: 1, key: 'colour', stringValue: 'x' }), /key "colour" can't be filtered by; possible are id, run_id/],
    [filter({ operation: 1, key: 'constructor', stringValue: 'x' }), /key "constructor" can't be filtered by/],
    [filter({ operation: 1, key: 'name' }), /has no value/],
    [filter({ operation: 1, key: 'name', stringValue: 'x', intValue: 1 }), /has more than one value/],
    [filter({ operation: 1, key: 'name', intValue: 1 }), /needs string_value/],
    [filter({ operation: 1, key: 'created_at', stringValue: 'x' }), /needs timestamp_value/],
    [filter({ operation: 1, key: 'created_at', timestampValue: 'yesterday' }), /must be a time as in RFC 3339/],
    [filter({ operation: 8, key: 'name', stringValue: 'x' }), /needs a list of values/],
    [filter({ operation: 1, key: 'name', stringValues: { values: [] } }), /needs one value/],
    [filter({ operation: 9, key: 'created_at', timestampValue: '2026-01-01T00:00:00Z' }), /possible for text only/],
    [filter(...Array.from({ length: 9 }, () => ({ operation: 1, key: 'name', stringValue: 'x' }))), /more than 8 predicates/],
    [' '.repeat(17_000), /longer than/],
  ];
  for (const [text, sentence] of refused) assert.throws(() => parseFilter(text, RUN_FIELDS), sentence, text.slice(0, 80));
});

test('any text is a filter or a refusal, never a fault', () => {
  const key = fc.oneof(fc.constantFrom('name', 'created_at', 'metric:x', 'tags.', '__proto__'), fc.string());
  const value = fc.oneof(fc.string(), fc.integer(), fc.jsonValue());
  const predicate = fc.dictionary(fc.constantFrom('operation', 'key', 'stringValue', 'int_value', 'stringValues', 'timestampValue', 'x'), fc.oneof(key, value));
  const text = fc.oneof(fc.json(), fc.string(), fc.array(predicate, { maxLength: 10 }).map((predicates) => JSON.stringify({ predicates })));
  const property = fc.property(text, fc.string(), (filterText, sortBy) => {
    try {
      readListRequest('runs', { filter: filterText, sort_by: sortBy }, RUN_FIELDS, {});
    } catch (error) {
      assert.ok(error instanceof Failure && error.reason === 'InvalidArgument', String(error));
    }
  });
  fc.assert(property, { numRuns: 2_000 });
});

test('a page token comes back whole, and any change to it is refused', () => {
  const sortValue = fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null));
  const tokens = fc.record({ list: fc.string(), filter: fc.string(), sortBy: fc.string(), after: fc.record({ sortValue, id: fc.string() }) });
  const property = fc.property(tokens, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (token, at, replacement) => {
    const text = writePageToken(token);
    assert.deepEqual(readPageToken(text), JSON.parse(JSON.stringify(token)));
    const position = at % text.length;
    const changed = text.slice(0, position) + replacement + text.slice(position + 1);
    const isSame = Buffer.from(changed, 'base64url').equals(Buffer.from(text, 'base64url'));
    if (!isSame) assert.throws(() => readPageToken(changed), /page_token/);
  });
  fc.assert(property, { numRuns: 500 });
  for (const text of ['TOK==', '', '%%%', 'a'.repeat(70_000)]) assert.throws(() => readPageToken(text), /page_token/);
});

test('a page token serves its own list, filter and order only, and need not be given them again', () => {
  const text = filter({ operation: 1, key: 'name', stringValue: 'x' });
  const first = readListRequest('runs', { filter: text, sort_by: 'name desc' }, RUN_FIELDS, { experimentId: 'e' });
  const token = writePageToken({ ...first.origin, after: { sortValue: 'x', id: 'r' } });
  const scope = { experimentId: 'e' };
  for (const parameters of [{}, { filter: text }, { sort_by: 'display_name  DESC' }]) {
    const { query } = readListRequest('runs', { page_token: token, ...parameters }, RUN_FIELDS, scope);
    assert.deepEqual(query, { ...first.query, after: { sortValue: 'x', id: 'r' } });
  }
  const refused = [
    () => readListRequest('runs', { page_token: token, sort_by: 'name' }, RUN_FIELDS, scope),
    () => readListRequest('runs', { page_token: token, filter: '{}' }, RUN_FIELDS, scope),
    () => readListRequest('runs', { page_token: token }, RUN_FIELDS, {}),
    () => readListRequest('pipelines', { page_token: token }, PIPELINE_FIELDS, scope),
  ];
  for (const refuse of refused) assert.throws(refuse, /page_token belongs to/);
});

test('page sizes are counted, defaulted and cut', () => {
  const limitOf = (pageSize?: string) =>
    readListRequest('runs', pageSize === undefined ? {} : { page_size: pageSize }, RUN_FIELDS, {}).query.limit;
  assert.deepEqual([limitOf(), limitOf('0'), limitOf('7'), limitOf('201'), limitOf('999999999')], [20, 20, 7, 200, 200]);
  for (const text of ['-1', '1.5', 'ten', '1e3', '9999999999']) assert.throws(() => limitOf(text), /page_size is/);
});
