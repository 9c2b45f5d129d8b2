// Comma- and tab-separated text (RFC 4180, and the semicolons and bars of spreadsheets): the first rows.
import { commonDelimiter } from '../file-view.ts';
import { COLUMN_COUNT_MAX, noTable, shorten, type ColumnType, type TableOutcome } from './table.ts';

export interface DelimitedOptions {
  readonly delimiter?: string;
  /** The text is only the beginning of the file. */
  readonly isCut: boolean;
  readonly rowCountMax: number;
}

/** The first row is the header unless all of its cells are numbers. */
export function readDelimited(text: string, { delimiter = commonDelimiter(text) ?? ',', isCut, rowCountMax }: DelimitedOptions): TableOutcome {
  const { rows, rowCount } = splitRows(text.replace(/^\uFEFF/, ''), delimiter, isCut, rowCountMax + 1);
  const [first] = rows;
  if (first === undefined) return noTable('The file has no rows.');
  const hasHeader = !first.every((cell) => isNumber(cell)) || rows.length === 1;
  const body = hasHeader ? rows.slice(1) : rows.slice(0, rowCountMax);
  const columnCount = body.reduce((most, row) => Math.max(most, row.length), first.length);
  const shownCount = Math.min(columnCount, COLUMN_COUNT_MAX);
  const columns = Array.from({ length: shownCount }, (_, index) => ({
    name: hasHeader ? shorten(first[index] ?? '') : `column ${index + 1}`,
    type: columnType(body.map((row) => row[index] ?? '')),
  }));
  return {
    kind: 'table',
    columns,
    rows: body.map((row) => Array.from({ length: shownCount }, (_, index) => (row[index] === undefined ? null : shorten(row[index])))),
    ...(rowCount === undefined ? {} : { rowCount: hasHeader ? rowCount - 1 : rowCount }),
    columnCount,
  };
}

/** The first rows, and how many there are when the text is whole. A row that the end of a cut text interrupts is left out. */
function splitRows(text: string, delimiter: string, isCut: boolean, rowCountMax: number): { rows: string[][]; rowCount: number | undefined } {
  const rows: string[][] = [];
  let rowCount = 0;
  let position = 0;
  while (position < text.length && !(isCut && rows.length >= rowCountMax)) {
    const { cells, next, isEnded } = readRow(text, position, delimiter);
    if (isCut && !isEnded) break;
    position = next;
    if (cells.length === 1 && cells[0] === '') continue;
    rowCount++;
    if (rows.length < rowCountMax) rows.push(cells);
  }
  return { rows, rowCount: isCut ? undefined : rowCount };
}

/** `isEnded`: by a line break, not by the end of the text. */
function readRow(text: string, start: number, delimiter: string): { cells: string[]; next: number; isEnded: boolean } {
  const cells: string[] = [];
  let position = start;
  for (;;) {
    const cell = text[position] === '"' ? readQuoted(text, position, delimiter) : readPlain(text, position, delimiter);
    cells.push(cell.text);
    position = cell.next;
    const at = text[position];
    if (at === delimiter) position++;
    else if (at === '\r' && text[position + 1] === '\n') return { cells, next: position + 2, isEnded: true };
    else return { cells, next: position + 1, isEnded: at !== undefined };
  }
}

function readPlain(text: string, start: number, delimiter: string): { text: string; next: number } {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++;
  return { text: text.slice(start, end), next: end };
}

/** Two quotes in a row are one of the cell; what follows the closing one up to the delimiter belongs to it, as pandas reads it. */
function readQuoted(text: string, start: number, delimiter: string): { text: string; next: number } {
  let cell = '';
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return { text: cell + text.slice(from), next: text.length };
    cell += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const rest = readPlain(text, quote + 1, delimiter);
      return { text: cell + rest.text, next: rest.next };
    }
    cell += '"';
    from = quote + 2;
  }
}

function columnType(cells: readonly string[]): ColumnType {
  const filled = cells.filter((cell) => cell !== '');
  if (filled.length === 0) return 'text';
  if (filled.every(isNumber)) return 'number';
  return filled.every((cell) => /^(true|false)$/i.test(cell)) ? 'boolean' : 'text';
}

function isNumber(cell: string): boolean {
  return /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(cell) || /^(nan|-?inf(inity)?)$/i.test(cell);
}
