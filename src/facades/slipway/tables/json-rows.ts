// Tables in JSON: a list of objects or of lists, an object of columns (pandas' to_json), one object per line.
import { isJsonObject, type Json } from '../../../base/mod.ts';
import { cellOf, COLUMN_COUNT_MAX, columnTypeOf, noTable, shorten, type TableOutcome } from './table.ts';

export function readJsonTable(text: string, rowCountMax: number): TableOutcome {
  let json: Json;
  try {
    json = JSON.parse(text) as Json; // JSON.parse gives JSON.
  } catch (error) {
    return noTable(`The file is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const rows = rowsOf(json);
  return rows === undefined ? noTable('The JSON is no table: no list of objects or of lists, and no object of equally long columns.') : tableOf(rows, rows.length, rowCountMax);
}

/** A line that the end of a cut text interrupts is left out. */
export function readJsonLines(text: string, { isCut, rowCountMax }: { readonly isCut: boolean; readonly rowCountMax: number }): TableOutcome {
  const lines = text.split('\n');
  const whole = (isCut ? lines.slice(0, -1) : lines).filter((line) => line.trim() !== '');
  const rows: Json[] = [];
  for (const [index, line] of whole.slice(0, rowCountMax).entries()) {
    try {
      rows.push(JSON.parse(line) as Json); // Likewise.
    } catch {
      return noTable(`Line ${index + 1} is not valid JSON.`);
    }
  }
  return tableOf(rows, isCut ? undefined : whole.length, rowCountMax);
}

function rowsOf(json: Json): readonly Json[] | undefined {
  if (Array.isArray(json)) {
    const isTable = json.length > 0 && (json.every((row) => isJsonObject(row)) || json.every((row) => Array.isArray(row)));
    return isTable ? (json as Json[]) : undefined;
  }
  if (!isJsonObject(json)) return undefined;
  const columns = Object.entries(json).map(([name, values]) => [name, columnValues(values)] as const);
  const [, first] = columns[0] ?? [];
  if (first === undefined || first.length === 0) return undefined;
  if (!columns.every(([, values]) => values?.length === first.length)) return undefined;
  return first.map((_, index) => Object.fromEntries(columns.map(([name, values]) => [name, values?.[index] ?? null])));
}

/** pandas writes a column as an object by the label of the row. */
function columnValues(values: Json | undefined): readonly Json[] | undefined {
  if (Array.isArray(values)) return values as Json[];
  return values !== undefined && isJsonObject(values) ? (Object.values(values) as Json[]) : undefined;
}

function tableOf(rows: readonly Json[], rowCount: number | undefined, rowCountMax: number): TableOutcome {
  const shown = rows.slice(0, rowCountMax);
  const fields = new Map<string, Json[]>();
  shown.forEach((row, index) => {
    for (const [name, value] of entriesOf(row)) {
      let values = fields.get(name);
      if (values === undefined) fields.set(name, (values = Array.from<Json>({ length: shown.length }).fill(null)));
      values[index] = value;
    }
  });
  const columns = [...fields].slice(0, COLUMN_COUNT_MAX);
  return {
    kind: 'table',
    columns: columns.map(([name, values]) => ({ name: shorten(name), type: columnTypeOf(values) })),
    rows: shown.map((_, index) => columns.map(([, values]) => cellOf(values[index]))),
    ...(rowCount === undefined ? {} : { rowCount }),
    columnCount: fields.size,
  };
}

function entriesOf(row: Json): readonly (readonly [string, Json])[] {
  if (Array.isArray(row)) return row.map((value, index) => [`column ${index + 1}`, value as Json] as const);
  return isJsonObject(row) ? (Object.entries(row) as [string, Json][]) : [['value', row]];
}
