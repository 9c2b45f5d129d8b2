// All tasks over time: when each waited and when it ran. A tree that is folded at will; only the rows in sight are drawn.
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { Run, Task } from '../../api/messages.ts';
import { propertiesOf, stateOf } from '../../api/run.ts';
import { useNowMs } from '../../frame/now.ts';
import { durationText, timeMs } from '../../frame/time-text.ts';
import { StateIcon } from '../../ui/state-icon.tsx';
import { isEnded, lookOf } from '../../ui/states.ts';
import { moveRow } from '../../ui/row-keys.ts';
import { isStep, startOf, titleOf, type TaskTree } from './task-tree.ts';
import styles from './timeline.module.css';

interface Row {
  readonly task: Task;
  readonly depth: number;
  readonly isFolded: boolean;
  readonly hasChildren: boolean;
}

interface TimelineProps {
  readonly run: Run;
  readonly tree: TaskTree;
  readonly selected: string | undefined;
  readonly onSelect: (path: string) => void;
}

const ROW_PX = 30;
const OVERSCAN_ROWS = 16;
/** Inner levels of a long loop begin folded. */
const UNFOLDED_CHILD_COUNT_MAX = 60;
const TICK_COUNT = 5;

export function Timeline({ run, tree, selected, onSelect }: TimelineProps) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => rowsOf(tree, toggled), [tree, toggled]);
  const span = useSpan(run);
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const virtualizer = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: OVERSCAN_ROWS, paddingStart: ROW_PX, scrollPaddingStart: ROW_PX });
  const toggle = (path: string) => {
    const next = new Set(toggled);
    if (!next.delete(path)) next.add(path);
    setToggled(next);
  };
  const onKeyDown = (event: React.KeyboardEvent, index: number) => {
    const { task, isFolded, hasChildren } = rows[index]!;
    const to = moveRow(index, event.key, rows.length);
    if (to !== undefined) {
      setActive(to);
      virtualizer.scrollToIndex(to);
      requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus({ preventScroll: true }));
    } else if (event.key === 'Enter' || event.key === ' ') onSelect(task.scope_path ?? '');
    else if (hasChildren && event.key === (isFolded ? 'ArrowRight' : 'ArrowLeft')) toggle(task.scope_path ?? '');
    else return;
    event.preventDefault();
  };
  return (
    <div ref={scroller} className={styles['scroller']}>
      <div role="treegrid" aria-label="Timeline" aria-rowcount={rows.length + 1} className={styles['grid']} style={{ height: virtualizer.getTotalSize() }}>
        <Axis spanMs={span.endMs - span.startMs} />
        <div role="rowgroup">
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const { task, depth, isFolded, hasChildren } = rows[index]!;
          const path = task.scope_path ?? '';
          return (
            <div
              key={path}
              role="row"
              aria-level={depth + 1}
              aria-rowindex={index + 2}
              aria-expanded={hasChildren ? !isFolded : undefined}
              aria-selected={path === selected}
              data-index={index}
              tabIndex={index === Math.min(active, rows.length - 1) ? 0 : -1}
              className={styles['row']}
              style={{ transform: `translateY(${start}px)` }}
              onFocus={() => setActive(index)}
              onKeyDown={(event) => onKeyDown(event, index)}
              onClick={() => onSelect(path)}
            >
              <div role="gridcell" className={styles['name']} style={{ paddingLeft: `calc(var(--page) + ${depth}rem)` }}>
                {hasChildren ? (
                  <button type="button" tabIndex={-1} aria-label={`${isFolded ? 'Unfold' : 'Fold'} ${titleOf(task)}`} onClick={(event) => (event.stopPropagation(), toggle(path))}>
                    {isFolded ? <ChevronRight size={14} aria-hidden="true" /> : <ChevronDown size={14} aria-hidden="true" />}
                  </button>
                ) : (
                  <span className={styles['indent']} />
                )}
                <StateIcon state={stateOf(task)} size={14} />
                <span>{titleOf(task)}</span>
                <span className="visually-hidden">, {lookOf(stateOf(task)).title}</span>
              </div>
              <Bar task={task} span={span} />
            </div>
          );
        })}
        </div>
      </div>
    </div>
  );
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

function useSpan(run: Run): Span {
  const endedMs = timeMs(run.finished_at);
  const nowMs = useNowMs(endedMs === undefined);
  const startMs = timeMs(run.created_at) ?? 0;
  return { startMs, endMs: Math.max(startMs + 1, endedMs ?? nowMs) };
}

function rowsOf(tree: TaskTree, toggled: ReadonlySet<string>): readonly Row[] {
  const rows: Row[] = [];
  const add = (task: Task, depth: number) => {
    const children = tree.childrenOf(task);
    const isLong = depth > 0 && children.length > UNFOLDED_CHILD_COUNT_MAX;
    const isFolded = toggled.has(task.scope_path ?? '') !== isLong;
    rows.push({ task, depth, isFolded, hasChildren: children.length > 0 });
    if (!isFolded) for (const child of children) add(child, depth + 1);
  };
  for (const task of tree.childrenOf(tree.byPath.get('root'))) add(task, 0);
  return rows;
}

function Axis({ spanMs }: { readonly spanMs: number }) {
  const ticks = Array.from({ length: TICK_COUNT }, (_, index) => index / TICK_COUNT);
  return (
    <div role="rowgroup" className={styles['axis']}>
      <div role="row" aria-rowindex={1} className={styles['axisRow']}>
        <div role="columnheader" className={styles['name']}>
          Step
        </div>
        <div role="columnheader" className={styles['ticks']}>
          <span className="visually-hidden">Duration</span>
          {ticks.map((share) => (
            <span key={share} style={{ left: `${share * 100}%` }}>
              {share === 0 ? '0' : durationText(spanMs * share)}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}

function Bar({ task, span: { startMs, endMs } }: { readonly task: Task; readonly span: Span }) {
  const share = (ms: number) => Math.max(0, Math.min(1, (ms - startMs) / (endMs - startMs)));
  const createdMs = timeMs(task.create_time) ?? endMs;
  const hasEnded = isEnded(stateOf(task));
  const endedMs = (hasEnded ? timeMs(task.end_time) : undefined) ?? endMs;
  const beganMs = Math.min(startOf(task), endedMs);
  const isRun = Number.isFinite(startOf(task)) && stateOf(task) !== 'SKIPPED' && stateOf(task) !== 'CACHED';
  const label = isRun ? durationText(endedMs - beganMs) : lookOf(stateOf(task)).title.toLowerCase();
  const percent = (from: number, to: number) => ({ left: `${share(from) * 100}%`, width: `${(share(to) - share(from)) * 100}%` });
  const isSkipped = propertiesOf(task).state === 'SKIPPED';
  return (
    <div role="gridcell" className={styles['track']}>
      {isSkipped ? null : <span className={styles['waited']} style={percent(createdMs, isRun ? beganMs : endedMs)} />}
      {isRun ? <span className={styles['ran']} data-tone={lookOf(stateOf(task)).tone} data-inner={isStep(task) || undefined} style={percent(beganMs, endedMs)} /> : null}
      <span className={styles['took']} style={{ left: `${share(isSkipped ? createdMs : endedMs) * 100}%` }}>
        {label}
      </span>
    </div>
  );
}
