// A table of any length: only the rows in sight are in the document. One row has the focus (arrow keys, j and k, Home, End,
// Page keys); Enter opens it, x or Space selects it. To a screen reader it is a grid with all its rows.
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { memo, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useIsPhone } from './media.ts';
import { moveRow } from './row-keys.ts';
import { useScrollPlace } from './scroll-place.ts';
import styles from './data-table.module.css';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** A track of CSS grid: `8rem`, `minmax(12rem, 2fr)`. */
  readonly width: string;
  readonly cell: (row: Row) => ReactNode;
  /** What `sort_by` calls it; undefined: can't be sorted by. */
  readonly sortBy?: string;
  readonly isNumeric?: boolean;
  readonly isHiddenOnPhone?: boolean;
}

/** `created_at desc` */
export type Sort = string;

export interface Selection<Row> {
  readonly keys: ReadonlySet<string>;
  readonly onChange: (keys: ReadonlySet<string>) => void;
  readonly labelOf: (row: Row) => string;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rowCount: number;
  /** Undefined while the row is on its way. */
  readonly rowAt: (index: number) => Row | undefined;
  readonly keyOf: (row: Row) => string;
  /** Where a row leads; its first cell must hold a link there. */
  readonly onOpen?: (row: Row) => void;
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  readonly selection?: Selection<Row>;
  /** Of the row that is shown beside the table. */
  readonly shownKey?: string | undefined;
  /** Told the last row in sight, so that it can be loaded. */
  readonly onReach?: (index: number) => void;
}

const ROW_PX = 38;
const ROW_PHONE_PX = 44;
const HEAD_PX = 34;
const OVERSCAN_ROWS = 6;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rowCount, rowAt, onReach, selection } = props;
  const isPhone = useIsPhone();
  const columns = useMemo(() => (isPhone ? props.columns.filter((column) => column.isHiddenOnPhone !== true) : props.columns), [isPhone, props.columns]);
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const { initialOffset, remember } = useScrollPlace(label);
  const virtualizer = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isPhone ? ROW_PHONE_PX : ROW_PX),
    overscan: OVERSCAN_ROWS,
    initialOffset,
    useFlushSync: false,
    paddingStart: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onReach?.(last), [last, rowCount, onReach]);
  const focusRow = (index: number) => {
    setActive(index);
    virtualizer.scrollToIndex(index);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true }));
  };
  // Rows that stay in sight are not drawn again while one scrolls, more are loaded and others change: what they are given must not
  // change either.
  const open = useLatest((row: Row) => props.onOpen?.(row));
  const select = useLatest((key: string) => selection?.onChange(toggled(selection.keys, key)));
  const move = useLatest((index: number, key: string) => {
    const to = moveRow(index, key, rowCount);
    if (to !== undefined) focusRow(to);
    return to !== undefined;
  });
  const tracks = [...(selection === undefined ? [] : ['2.25rem']), ...columns.map(({ width }) => width)].join(' ');
  return (
    <div ref={scroller} className={styles['scroller']} onScroll={(event) => remember(event.currentTarget.scrollTop)}>
      <div role="grid" aria-label={label} aria-rowcount={rowCount + 1} className={styles['grid']} style={{ height: virtualizer.getTotalSize() }}>
        <HeadRow {...props} columns={columns} tracks={tracks} />
        <div role="rowgroup">
          {items.map(({ index, start, size }) => {
            const row = rowAt(index);
            const key = row === undefined ? '' : props.keyOf(row);
            return (
              <BodyRow
                key={index}
                columns={columns}
                tracks={tracks}
                row={row}
                rowKey={key}
                index={index}
                top={start}
                height={size}
                isActive={index === Math.min(active, rowCount - 1)}
                isShown={row !== undefined && key === props.shownKey}
                isSelected={selection?.keys.has(key)}
                label={row === undefined ? undefined : selection?.labelOf(row)}
                canOpen={props.onOpen !== undefined && row !== undefined}
                onOpen={open}
                onSelect={select}
                onFocusRow={setActive}
                onMove={move}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** The newest of a function under one name that never changes. */
function useLatest<Arguments extends readonly unknown[], Result>(callback: (...given: Arguments) => Result): (...given: Arguments) => Result {
  const latest = useRef(callback);
  useEffect(() => {
    latest.current = callback;
  });
  return useCallback((...given: Arguments) => latest.current(...given), []);
}

interface RowShape<Row> extends DataTableProps<Row> {
  readonly tracks: string;
}

function HeadRow<Row>({ columns, tracks, sort = '', onSort, selection, rowCount, rowAt, keyOf }: RowShape<Row>) {
  const [sortedBy, direction] = sort.split(' ');
  const allKeys = () => Array.from({ length: rowCount }, (_, index) => rowAt(index)).flatMap((row) => (row === undefined ? [] : [keyOf(row)]));
  return (
    <div role="rowgroup" className={styles['head']}>
      <div role="row" aria-rowindex={1} className={styles['row']} style={{ gridTemplateColumns: tracks }}>
        {selection === undefined ? null : (
          <div role="columnheader" className={styles['check']}>
            <input
              type="checkbox"
              aria-label="Select all"
              checked={selection.keys.size > 0}
              ref={(element) => void (element !== null && (element.indeterminate = selection.keys.size > 0 && selection.keys.size < rowCount))}
              onChange={() => selection.onChange(new Set(selection.keys.size > 0 ? [] : allKeys()))}
            />
          </div>
        )}
        {columns.map(({ id, title, sortBy, isNumeric }) => {
          const isSorted = sortBy !== undefined && sortBy === sortedBy;
          const isDescending = direction === 'desc';
          const order = isSorted ? (isDescending ? 'descending' : 'ascending') : undefined;
          return (
            <div key={id} role="columnheader" aria-sort={order} className={styles['title']} data-numeric={isNumeric || undefined}>
              {sortBy === undefined || onSort === undefined ? (
                title
              ) : (
                <button type="button" onClick={() => onSort(`${sortBy} ${isSorted && isDescending ? 'asc' : 'desc'}`)}>
                  {title}
                  {isSorted ? isDescending ? <ArrowDown size={12} aria-hidden="true" /> : <ArrowUp size={12} aria-hidden="true" /> : null}
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface BodyRowProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly tracks: string;
  readonly row: Row | undefined;
  readonly rowKey: string;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly isActive: boolean;
  readonly isShown: boolean;
  /** Undefined where rows can't be selected. */
  readonly isSelected: boolean | undefined;
  readonly label: string | undefined;
  readonly canOpen: boolean;
  readonly onOpen: (row: Row) => void;
  readonly onSelect: (key: string) => void;
  readonly onFocusRow: (index: number) => void;
  /** True when the key meant another row. */
  readonly onMove: (index: number, key: string) => boolean;
}

/** `memo` forgets that the row has a type of its own. */
const BodyRow = memo(PlainBodyRow) as typeof PlainBodyRow;

function PlainBodyRow<Row>({ columns, tracks, row, rowKey, index, top, height, isActive, isShown, isSelected, label, canOpen, onOpen, onSelect, onFocusRow, onMove }: BodyRowProps<Row>) {
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey || row === undefined) return;
    if (onMove(index, event.key)) event.preventDefault();
    else if (event.key === 'Enter' && canOpen) onOpen(row);
    else if ((event.key === ' ' || event.key === 'x') && isSelected !== undefined) {
      event.preventDefault();
      onSelect(rowKey);
    }
  };
  const onClick = (event: React.MouseEvent) => {
    const isOnControl = (event.target as Element).closest('a, button, input, [popover]') !== null;
    if (row !== undefined && canOpen && !isOnControl && getSelection()?.isCollapsed !== false) onOpen(row);
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      aria-current={isShown || undefined}
      data-index={index}
      data-opens={canOpen || undefined}
      tabIndex={isActive ? 0 : -1}
      className={styles['row']}
      style={{ gridTemplateColumns: tracks, transform: `translateY(${top}px)`, height }}
      onFocus={() => onFocusRow(index)}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      {isSelected === undefined ? null : (
        <div role="gridcell" className={styles['check']}>
          {row === undefined ? null : <input type="checkbox" aria-label={`Select ${label}`} checked={isSelected} onChange={() => onSelect(rowKey)} tabIndex={-1} />}
        </div>
      )}
      {columns.map(({ id, cell, isNumeric }) => (
        <div key={id} role="gridcell" className={styles['cell']} data-numeric={isNumeric || undefined}>
          {row === undefined ? <span className={styles['coming']} /> : cell(row)}
        </div>
      ))}
    </div>
  );
}
