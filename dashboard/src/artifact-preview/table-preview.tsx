// The first rows of a stored table; JSON that is no table is shown as text.
import { useState } from 'react';
import { useArtifactTable } from '../api/artifacts.ts';
import type { ArtifactTable } from '../api/messages.ts';
import { sizeText } from '../frame/time-text.ts';
import { Button } from '../ui/button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { TextView } from './text-view.tsx';
import styles from './artifact-preview.module.css';

interface TablePreviewProps {
  readonly artifactId: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly format: string;
}

const FIRST_ROW_COUNT = 100;
const ROW_COUNT_MAX = 1_000;
const FORMATS: Readonly<Record<string, string>> = { csv: 'CSV', tsv: 'TSV', json: 'JSON', jsonl: 'JSON lines', parquet: 'Parquet' };

export function TablePreview({ artifactId, path, sizeBytes, format }: TablePreviewProps) {
  const [rowCount, setRowCount] = useState(FIRST_ROW_COUNT);
  const table = useArtifactTable(artifactId, path, rowCount);
  if (table.isError) return <ErrorState title="The table could not be read" error={table.error} onRetry={() => void table.refetch()} />;
  if (table.data === undefined) return <p className={styles['note']}>Reading the table …</p>;
  if (table.data.kind === 'no-table') {
    if (format === 'parquet') return <p className={styles['note']}>{table.data.why}</p>;
    return <TextView artifactId={artifactId} path={path} sizeBytes={sizeBytes} isJson={format === 'json'} />;
  }
  const { rows, row_count: total, columns, column_count: columnCount } = table.data;
  const isMore = rows.length < (total ?? Infinity) && rows.length >= rowCount && rowCount < ROW_COUNT_MAX;
  return (
    <div className={styles['table-box']}>
      <div className={styles['table-scroll']} tabIndex={0} role="region" aria-label="First rows of the table">
        <Rows table={table.data} />
      </div>
      <footer className={styles['table-foot']}>
        <span>
          {total === undefined || total > rows.length ? `first ${rows.length.toLocaleString('en')}${total === undefined ? '' : ` of ${total.toLocaleString('en')}`} rows` : `${total.toLocaleString('en')} rows`}
          {' · '}
          {columnCount > columns.length ? `${columns.length} of ${columnCount.toLocaleString('en')}` : columnCount} columns · {FORMATS[format] ?? format} · {sizeText(sizeBytes)}
        </span>
        {isMore ? (
          <Button kind="quiet" onClick={() => setRowCount(ROW_COUNT_MAX)}>
            Show up to {ROW_COUNT_MAX.toLocaleString('en')}
          </Button>
        ) : null}
      </footer>
    </div>
  );
}

function Rows({ table: { columns, rows } }: { readonly table: Extract<ArtifactTable, { kind: 'table' }> }) {
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col" className={styles['row-number']}>
            <span className="visually-hidden">Row</span>
          </th>
          {columns.map(({ name, type }, index) => (
            <th key={`${name} ${index}`} scope="col" data-numeric={type === 'number' || undefined}>
              {name === '' ? <span className={styles['absent']}>unnamed</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, rowIndex) => (
          // Rows have no identity but their place.
          <tr key={rowIndex}>
            <td className={styles['row-number']}>{rowIndex + 1}</td>
            {columns.map(({ name, type }, index) => {
              const cell = row[index] ?? null;
              return (
                <td key={`${name} ${index}`} data-numeric={type === 'number' || undefined} title={cell === null ? undefined : String(cell)}>
                  {cell === null || cell === '' ? <span className={styles['absent']}>–</span> : String(cell)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
