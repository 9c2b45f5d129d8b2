// A Query as SQL. The texts form a small closed set (they are prepared once and kept): what varies per request (the
// predicates, a rare sort field) travels as values, never as text.
import { Failure, assert } from '../base/mod.ts';
import type { Database, SqlRow, SqlValue } from '../sql/mod.ts';
import type { Page, Predicate, Query } from './records.ts';
import type { Column, SpecCodec, Table } from './tables.ts';

/** More conditions than any client needs; each one is evaluated for each row. */
const PREDICATE_COUNT_MAX = 32;

type Position = NonNullable<Query['after']>;

export interface QueryPlan<T> {
  readonly table: Table<T>;
  /** Fields by which the table is usually narrowed and that have an index, the narrowest first. */
  readonly scopes: readonly string[];
  readonly hasMetrics: boolean;
}

/** SQLite compares a blob greater than any number or text: the position before the first row in descending order. */
const AFTER_EVERYTHING = new Uint8Array(0);

/** Rows without a sort value count as smaller than all others. */
const NO_SORT_VALUE = -Infinity;

/** One page and the number of all rows that match. Fails with reason `UnknownField` or `TooManyPredicates`. */
export function queryPage<T>(reader: Pick<Database, 'get' | 'all'>, plan: QueryPlan<T>, query: Query, specs: SpecCodec): Page<T> {
  const { scope, predicates } = narrow(plan, query);
  const where: string[] = [];
  const whereValues: SqlValue[] = [];
  if (scope !== undefined) {
    where.push(`${columnOf(plan.table, scope.field).column} = ?`);
    whereValues.push(scope.value);
  }
  if (predicates.length > 0) {
    where.push(predicatesSql(plan));
    whereValues.push(JSON.stringify(predicates.map((predicate) => predicateDocument(plan, predicate))));
  }
  const counted = reader.get<{ count: number }>(
    `SELECT count(*) AS count FROM ${plan.table.name}${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`}`,
    ...whereValues,
  );
  const found = selectRows(reader, plan, query, where, whereValues);
  const rows = found.slice(0, query.limit);
  const last = rows.at(-1);
  return {
    rows: rows.map((row) => plan.table.decode(row, specs)),
    totalSize: counted?.count ?? 0,
    ...(last !== undefined && found.length > rows.length ? { next: positionOf(plan, last) } : {}),
  };
}

/** Chooses the index: the narrowest field with a known value. What else narrows becomes a predicate. */
function narrow<T>(plan: QueryPlan<T>, query: Query): { scope?: { field: string; value: string }; predicates: Predicate[] } {
  const predicates = [...(query.predicates ?? [])];
  if (predicates.length > PREDICATE_COUNT_MAX) {
    throw new Failure('TooManyPredicates', `a filter has at most ${PREDICATE_COUNT_MAX} predicates`);
  }
  for (const field of ['namespace', 'experimentId', 'pipelineId', 'runId'] as const) {
    const value = query[field];
    if (value !== undefined) predicates.push({ operation: 'EQUALS', field, value });
  }
  for (const field of plan.scopes) {
    const index = predicates.findIndex((one) => one.field === field && one.operation === 'EQUALS');
    const value = predicates[index]?.value;
    if (typeof value !== 'string') continue;
    predicates.splice(index, 1);
    return { scope: { field, value }, predicates };
  }
  return { predicates };
}

function selectRows<T>(
  reader: Pick<Database, 'all'>,
  plan: QueryPlan<T>,
  query: Query,
  where: readonly string[],
  whereValues: readonly SqlValue[],
): SqlRow[] {
  const { table, hasMetrics } = plan;
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
  const { kind, key } = fieldReference(plan, field);
  const inner = `SELECT *, coalesce(${fieldSql(plan, '?', '?')}, -9e999) AS sort_value FROM ${table.name}`;
  const filtered = where.length === 0 ? inner : `${inner} WHERE ${where.join(' AND ')}`;
  const keys = hasMetrics || hasTags(table) ? [key ?? ''] : [];
  const sql = `SELECT * FROM (${filtered}) WHERE ${boundary} ${tail}`;
  return reader.all(sql, kind, ...keys, ...whereValues, sortValue, id, query.limit + 1);
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

/** How a field is named inside the statements: a column by its name, tags and metrics by a key. */
function fieldReference<T>(plan: QueryPlan<T>, field: string): { kind: string; key?: string } {
  if (plan.hasMetrics && field.startsWith('metric:')) return { kind: 'metric:', key: field.slice('metric:'.length) };
  if (hasTags(plan.table) && field.startsWith('tags.')) return { kind: 'tags.', key: field.slice('tags.'.length) };
  return { kind: columnOf(plan.table, field).field };
}

/** True when `field` can be filtered and sorted by. */
export function isQueryField<T>(plan: QueryPlan<T>, field: string): boolean {
  if (plan.hasMetrics && field.startsWith('metric:')) return true;
  if (hasTags(plan.table) && field.startsWith('tags.')) return true;
  return plan.table.columns.some((column) => column.field === field && isPlain(column));
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
function fieldSql<T>(plan: QueryPlan<T>, kind: string, key: string): string {
  const { table } = plan;
  const cases = table.columns.filter(isPlain).map((column) => {
    const value = `${table.name}.${column.column}`;
    if (!column.isOptional) return `WHEN '${column.field}' THEN ${value}`;
    return `WHEN '${column.field}' THEN coalesce(${value}, ${column.kind === 'text' ? `''` : 0})`;
  });
  if (plan.hasMetrics) {
    cases.push(`WHEN 'metric:' THEN (SELECT value FROM metrics WHERE metrics.run_id = runs.run_id AND metrics.name = ${key})`);
  }
  if (hasTags(table)) {
    cases.push(`WHEN 'tags.' THEN (SELECT tag.value FROM json_each(${table.name}.tags) AS tag WHERE tag.key = ${key})`);
  }
  return `CASE ${kind} ${cases.join(' ')} END`;
}

/** True for a row that fulfils every predicate of a JSON list; one text for any number of them. */
function predicatesSql<T>(plan: QueryPlan<T>): string {
  return `NOT EXISTS (
    SELECT 1 FROM (
      SELECT value ->> '$.operation' AS operation, value ->> '$.value' AS operand, value -> '$.value' AS operands,
        ${fieldSql(plan, `value ->> '$.field'`, `value ->> '$.key'`)} AS field
      FROM json_each(?)
    ) WHERE NOT coalesce(CASE operation
      WHEN 'EQUALS' THEN field = operand
      WHEN 'NOT_EQUALS' THEN field IS NOT operand
      WHEN 'GREATER_THAN' THEN field > operand
      WHEN 'GREATER_THAN_EQUALS' THEN field >= operand
      WHEN 'LESS_THAN' THEN field < operand
      WHEN 'LESS_THAN_EQUALS' THEN field <= operand
      WHEN 'IN' THEN EXISTS (SELECT 1 FROM json_each(operands) AS one WHERE one.value = field)
      WHEN 'IS_SUBSTRING' THEN instr(lower(field), lower(operand)) > 0
    END, 0))`;
}

function predicateDocument<T>(plan: QueryPlan<T>, { operation, field, value }: Predicate): object {
  const { kind, key } = fieldReference(plan, field);
  return { operation, field: kind, ...(key === undefined ? {} : { key }), value };
}
