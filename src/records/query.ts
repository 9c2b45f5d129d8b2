// A Query as SQL. The texts form a small closed set (they are prepared once and kept): what varies per request (the
// predicates, a rare sort field) travels as values, never as text.
import { Failure, assert } from '../base/mod.ts';
import type { Database, SqlRow, SqlValue } from '../sql/mod.ts';
import type { Page, Predicate, Query } from './records.ts';
import type { Column, SpecCodec, Table } from './tables.ts';

/** More conditions than any client needs; each one is evaluated for each row. */
const PREDICATE_COUNT_MAX = 8;

/** Conditions of a statement: a filter's, and what else of the query's own fields narrows the table. Every slot costs each row. */
const SLOT_COUNTS = [1, 2, 3, PREDICATE_COUNT_MAX + 3] as const;

type Position = NonNullable<Query['after']>;

export interface QueryPlan<T> {
  readonly table: Table<T>;
  /** Fields by which the table is usually narrowed and that have an index, the narrowest first. */
  readonly scopes: readonly string[];
  readonly hasMetrics: boolean;
}

/** SQLite compares a blob greater than any number or text: the position before the first row in descending order. */
const AFTER_EVERYTHING = new Uint8Array(0);

const METRIC_PREFIX = 'metric:';
const TAG_PREFIX = 'tags.';

/** Rows without a sort value count as smaller than all others. */
const NO_SORT_VALUE = -Infinity;

/** One page and the number of all rows that match. Fails with reason `UnknownField` or `TooManyPredicates`. */
export function queryPage<T>(reader: Pick<Database, 'get' | 'all'>, plan: QueryPlan<T>, query: Query, specs: SpecCodec): Page<T> {
  const { scope, predicates } = narrow(plan, query);
  const where: string[] = [];
  const whereValues: SqlValue[] = [];
  if (scope !== undefined) {
    const { column } = columnOf(plan.table, scope.field);
    where.push(typeof scope.value === 'string' ? `${column} = ?` : `${column} IN (SELECT value FROM json_each(?))`);
    whereValues.push(typeof scope.value === 'string' ? scope.value : JSON.stringify(scope.value));
  }
  if (predicates.length > 0) {
    const slotCount = SLOT_COUNTS.find((count) => count >= predicates.length);
    assert(slotCount !== undefined, 'more conditions than slots');
    where.push(...Array<string>(slotCount).fill(predicateSql(plan)));
    for (let slot = 0; slot < slotCount; slot++) whereValues.push(...predicateValues(plan, predicates[slot]));
  }
  const found = selectRows(reader, plan, query, where, whereValues);
  const rows = found.slice(0, query.limit);
  const last = rows.at(-1);
  // All of them were found: a filter that little passes would read the whole table once more to count them.
  const isWhole = query.after === undefined && found.length === rows.length;
  const countSql = `SELECT count(*) AS count FROM ${plan.table.name}${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`}`;
  return {
    rows: rows.map((row) => plan.table.decode(row, specs)),
    totalSize: isWhole ? rows.length : (reader.get<{ count: number }>(countSql, ...whereValues)?.count ?? 0),
    ...(last !== undefined && found.length > rows.length ? { next: positionOf(plan, last) } : {}),
  };
}

/** Chooses the index: the narrowest field with known values. What else narrows becomes a predicate. */
function narrow<T>(plan: QueryPlan<T>, query: Query): { scope?: { field: string; value: string | readonly string[] }; predicates: Predicate[] } {
  const predicates = [...(query.predicates ?? [])];
  if (predicates.length > PREDICATE_COUNT_MAX) {
    throw new Failure('TooManyPredicates', `a filter has at most ${PREDICATE_COUNT_MAX} predicates`);
  }
  for (const field of ['namespace', 'experimentId', 'pipelineId', 'runId'] as const) {
    const value = query[field];
    if (value !== undefined) predicates.push({ operation: 'EQUALS', field, value });
  }
  for (const field of plan.scopes) {
    const index = predicates.findIndex((one) => one.field === field && (one.operation === 'EQUALS' || one.operation === 'IN'));
    const value = predicates[index]?.value;
    // '' means the rows without one, which its index may not have.
    if (value === undefined || value === '' || typeof value === 'number') continue;
    if (typeof value !== 'string' && !isTexts(value)) continue;
    predicates.splice(index, 1);
    return { scope: { field, value }, predicates };
  }
  return { predicates };
}

function isTexts(values: readonly (string | number)[]): values is readonly string[] {
  return values.every((value) => typeof value === 'string');
}

function selectRows<T>(
  reader: Pick<Database, 'all'>,
  plan: QueryPlan<T>,
  query: Query,
  where: readonly string[],
  whereValues: readonly SqlValue[],
): SqlRow[] {
  const { table } = plan;
  const { field, isDescending } = query.sortBy ?? { field: 'createdAtMs', isDescending: false };
  const order = isDescending ? 'DESC' : 'ASC';
  const [sortValue, id] = boundaryOf(query.after, isDescending);
  const boundary = `(sort_value, ${table.id.column}) ${isDescending ? '<' : '>'} (?, ?)`;
  const tail = `ORDER BY sort_value ${order}, ${table.id.column} ${order} LIMIT ?`;
  if (field === 'createdAtMs') {
    const conditions = [...where, boundary.replace('sort_value', 'created_at_ms')].join(' AND ');
    const sql = `SELECT *, created_at_ms AS sort_value FROM ${table.name} WHERE ${conditions} ${tail}`;
    return reader.all(sql, ...whereValues, sortValue, id, query.limit + 1);
  }
  const inner = `SELECT *, coalesce(${fieldSql(plan)}, -9e999) AS sort_value FROM ${table.name}`;
  const filtered = where.length === 0 ? inner : `${inner} WHERE ${where.join(' AND ')}`;
  const sql = `SELECT * FROM (${filtered}) WHERE ${boundary} ${tail}`;
  return reader.all(sql, ...fieldValues(plan, field), ...whereValues, sortValue, id, query.limit + 1);
}

function boundaryOf(after: Position | undefined, isDescending: boolean): [SqlValue, string] {
  if (after !== undefined) return [after.sortValue ?? NO_SORT_VALUE, after.id];
  return isDescending ? [AFTER_EVERYTHING, ''] : [NO_SORT_VALUE, ''];
}

function positionOf<T>(plan: QueryPlan<T>, row: SqlRow): Position {
  const sortValue = row['sort_value'];
  assert(typeof sortValue === 'number' || typeof sortValue === 'string', 'a row has no sort value');
  return { sortValue: sortValue === NO_SORT_VALUE ? null : sortValue, id: String(row[plan.table.id.column]) };
}

/** What `fieldSql` takes: a column by its field name; a tag or a metric by a prefix and its key. */
function fieldValues<T>(plan: QueryPlan<T>, field: string): string[] {
  if (plan.hasMetrics && field.startsWith(METRIC_PREFIX)) return [METRIC_PREFIX, field.slice(METRIC_PREFIX.length)];
  if (hasTags(plan.table) && field.startsWith(TAG_PREFIX)) return [TAG_PREFIX, field.slice(TAG_PREFIX.length)];
  const { field: name } = columnOf(plan.table, field);
  return plan.hasMetrics || hasTags(plan.table) ? [name, ''] : [name];
}

function columnOf<T>(table: Table<T>, field: string): Column {
  const column = table.columns.find((one) => one.field === field && isPlain(one));
  if (column === undefined) throw new Failure('UnknownField', `${table.name} can't be filtered or sorted by ${field}`);
  return column;
}

function isPlain(column: Column): boolean {
  return column.kind === 'text' || column.kind === 'integer';
}

function hasTags<T>(table: Table<T>): boolean {
  return table.columns.some((column) => column.field === 'tags');
}

/** The value of a field whose name is itself a value. Absent text is '', an absent number 0, an absent key NULL. */
function fieldSql<T>({ table, hasMetrics }: QueryPlan<T>): string {
  const cases = table.columns.filter(isPlain).toSorted(byUse).map((column) => {
    const value = `${table.name}.${column.column}`;
    if (!column.isOptional) return `WHEN '${column.field}' THEN ${value}`;
    return `WHEN '${column.field}' THEN coalesce(${value}, ${column.kind === 'text' ? `''` : 0})`;
  });
  const byColumn = `CASE ? ${cases.join(' ')}`;
  if (hasMetrics) return `${byColumn} ELSE (SELECT value FROM metrics WHERE metrics.run_id = runs.run_id AND name = ?) END`;
  if (hasTags(table)) return `${byColumn} ELSE (SELECT value FROM json_each(${table.name}.tags) WHERE key = ?) END`;
  return `${byColumn} END`;
}

/** What lists are filtered by most: each row looks through the names in this order. */
const MOST_USED: readonly string[] = ['displayName', 'storageState', 'state', 'uri', 'type'];

function byUse(a: Column, b: Column): number {
  const place = ({ field }: Column) => (MOST_USED.includes(field) ? MOST_USED.indexOf(field) : MOST_USED.length);
  return place(a) - place(b);
}

/** One condition whose operation, operand and field are values. A list operand is JSON text. */
function predicateSql<T>(plan: QueryPlan<T>): string {
  return `(SELECT CASE operation
      WHEN 'NONE' THEN 1
      WHEN 'EQUALS' THEN field = operand
      WHEN 'NOT_EQUALS' THEN field IS NOT operand
      WHEN 'GREATER_THAN' THEN field > operand
      WHEN 'GREATER_THAN_EQUALS' THEN field >= operand
      WHEN 'LESS_THAN' THEN field < operand
      WHEN 'LESS_THAN_EQUALS' THEN field <= operand
      WHEN 'IN' THEN EXISTS (SELECT 1 FROM json_each(operand) AS one WHERE one.value = field)
      WHEN 'IS_SUBSTRING' THEN instr(lower(field), lower(operand)) > 0
      WHEN 'IS_FOLDED_SUBSTRING' THEN instr(lower_unicode(field), operand) > 0
    END FROM (SELECT ? AS operation, ? AS operand, ${fieldSql(plan)} AS field))`;
}

/** SQLite itself knows capitals of ASCII only, and is several times as quick with them. */
const BEYOND_ASCII = /[^\0-\u007f]/;

function predicateValues<T>(plan: QueryPlan<T>, predicate: Predicate | undefined): SqlValue[] {
  if (predicate === undefined) return ['NONE', null, ...fieldValues(plan, plan.table.id.field)];
  const { operation, field, value } = predicate;
  if (operation === 'IS_SUBSTRING' && typeof value === 'string' && BEYOND_ASCII.test(value)) {
    return ['IS_FOLDED_SUBSTRING', value.toLowerCase(), ...fieldValues(plan, field)];
  }
  const operand = typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
  return [operation, operand, ...fieldValues(plan, field)];
}
