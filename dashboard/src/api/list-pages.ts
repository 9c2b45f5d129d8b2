// The pages of a list that are read so far, and what becomes of them when an event tells of a row.

export interface ListPage<Row> {
  readonly rows: readonly Row[];
  readonly totalSize: number;
  readonly nextPageToken: string | undefined;
}

export interface ListRow {
  readonly created_at?: string;
}

interface ListOrder<Row> {
  readonly idField: string & keyof Row;
  /** In another order the place of a new row is known to the server alone. */
  readonly isNewestFirst: boolean;
}

/**
 * The row anew where it stands; a new one above the first that is older. One that stands beyond what is read, or may, is left out: it
 * comes with its page.
 */
export function withRow<Row extends ListRow>(pages: readonly ListPage<Row>[], row: Row, { idField, isNewestFirst }: ListOrder<Row>): readonly ListPage<Row>[] {
  const isSame = (other: Row) => other[idField] === row[idField];
  if (pages.some((page) => page.rows.some(isSame))) {
    return pages.map((page) => ({ ...page, rows: page.rows.map((other) => (isSame(other) ? row : other)) }));
  }
  const target = isNewestFirst ? pages.findIndex((page) => page.rows.some((other) => createdMs(other) <= createdMs(row)) || page.nextPageToken === undefined) : -1;
  if (target < 0) return pages;
  return pages.map((page, index) => ({ ...page, totalSize: page.totalSize + 1, rows: index === target ? placed(page.rows, row) : page.rows }));
}

/** False when the row belongs into the list, and nobody but the server can say where. */
export function hasPlace<Row extends ListRow>(pages: readonly ListPage<Row>[], row: Row, { idField, isNewestFirst }: ListOrder<Row>): boolean {
  return isNewestFirst || pages.some((page) => page.rows.some((other) => other[idField] === row[idField]));
}

export function withoutRow<Row>(pages: readonly ListPage<Row>[], id: unknown, idField: keyof Row): readonly ListPage<Row>[] {
  if (!pages.some((page) => page.rows.some((row) => row[idField] === id))) return pages;
  return pages.map((page) => ({ ...page, totalSize: page.totalSize - 1, rows: page.rows.filter((row) => row[idField] !== id) }));
}

function placed<Row extends ListRow>(rows: readonly Row[], row: Row): readonly Row[] {
  const at = rows.findIndex((other) => createdMs(other) <= createdMs(row));
  return at < 0 ? [...rows, row] : rows.toSpliced(at, 0, row);
}

function createdMs({ created_at: createdAt = '' }: ListRow): number {
  return Date.parse(createdAt);
}
