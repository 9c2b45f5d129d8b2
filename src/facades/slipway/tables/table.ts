// The beginning of a table, as the pages show it.

export const COLUMN_TYPES = ['number', 'text', 'boolean', 'time', 'json'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

/** Text of a delimited file stays text, also where the column is one of numbers: nothing is lost to rounding. */
export type Cell = string | number | boolean | null;

export interface TableStart {
  readonly kind: 'table';
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: readonly (readonly Cell[])[];
  /** Of the whole table; undefined where only its beginning was read. */
  readonly rowCount?: number;
  /** Columns of the whole table; `columns` may be fewer. */
  readonly columnCount: number;
}

/** It is no table, or none that can be shown; `why` is a sentence. */
export interface NoTable {
  readonly kind: 'no-table';
  readonly why: string;
}

export type TableOutcome = TableStart | NoTable;

export const COLUMN_COUNT_MAX = 200;
/** Longer texts are cut and end in …. */
const CELL_CHARS_MAX = 500;

export function noTable(why: string): NoTable {
  return { kind: 'no-table', why };
}

export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'string':
      return shorten(value);
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    default:
      return value instanceof Date ? timeText(value) : shorten(jsonText(value));
  }
}

/** Of values that are not all absent. */
export function columnTypeOf(values: readonly unknown[]): ColumnType {
  const types = new Set(values.filter((value) => value !== null && value !== undefined).map(typeOfValue));
  const [type = 'text'] = types;
  return types.size <= 1 ? type : 'text';
}

function typeOfValue(value: unknown): ColumnType {
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'object') return value instanceof Date ? 'time' : 'json';
  return 'text';
}

export function shorten(text: string): string {
  return text.length <= CELL_CHARS_MAX ? text : `${text.slice(0, CELL_CHARS_MAX)}…`;
}

function timeText(time: Date): string {
  return Number.isNaN(time.getTime()) ? 'not a time' : time.toISOString().replace('T00:00:00.000Z', '').replace('.000Z', 'Z');
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? '';
}
