// The log of a step: as it is written, searched as one types (the text is in the address), with times and wrapping at will.
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDownToLine, ChevronDown, ChevronUp, Clock3, Download, WrapText } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { findLines, type LogLine } from '../../api/log-line.ts';
import { logAddress, useLog } from '../../api/log.ts';
import type { Run, Task } from '../../api/messages.ts';
import { propertiesOf, stateOf } from '../../api/run.ts';
import { useSearch } from '../../frame/address.ts';
import { clockText } from '../../frame/time-text.ts';
import { FilterInput } from '../../ui/filter-input.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Select } from '../../ui/select.tsx';
import { isEnded } from '../../ui/states.ts';
import { LeftOutLines } from './left-out-lines.tsx';
import { MarkedText } from './marked-text.tsx';
import styles from './log-view.module.css';

const LINE_PX = 19;
const OVERSCAN_LINES = 30;
const UPWARD_KEYS: readonly string[] = ['ArrowUp', 'PageUp', 'Home'];

export function LogView({ run, task }: { readonly run: Run; readonly task: Task }) {
  const taskId = task.task_id ?? '';
  const [chosen, setChosen] = useState<{ readonly taskId: string; readonly number: number }>();
  const earlierTry = chosen?.taskId === taskId ? chosen.number : undefined;
  const { attempt = 0, earlier_tries: earlierTries = [] } = propertiesOf(task);
  const logOf = { runId: run.run_id ?? '', taskId, earlierTry };
  const log = useLog(logOf, earlierTry === undefined ? `${attempt}/${task.pods?.[0]?.uid ?? ''}` : '');
  const [hasTimes, setHasTimes] = useState(false);
  const [isWrapped, setIsWrapped] = useState(true);
  const [isFollowing, setIsFollowing] = useState(true);
  const [{ find: text = '' }] = useSearch();
  const [position, setPosition] = useState(0);
  useEffect(() => setPosition(0), [text]);
  const found = useMemo(() => findLines(log.lines, text), [log.lines, text]);
  const current = found.length === 0 ? undefined : found[((position % found.length) + found.length) % found.length];
  const onSearchKey = (event: React.KeyboardEvent) => {
    if (event.key !== 'Enter' || found.length === 0) return;
    event.preventDefault();
    setPosition(position + (event.shiftKey ? -1 : 1));
  };
  return (
    <div className={styles['log']}>
      <div role="toolbar" aria-label="Log" className={styles['bar']}>
        {earlierTries.length === 0 ? null : (
          <Select aria-label="Try" value={earlierTry ?? ''} onChange={({ target }) => setChosen(target.value === '' ? undefined : { taskId, number: Number(target.value) })}>
            <option value="">Newest try</option>
            {earlierTries.toReversed().map(({ number }) => (
              <option key={number} value={number}>
                Try {number}
              </option>
            ))}
          </Select>
        )}
        <div className={styles['search']} onKeyDown={onSearchKey}>
          <FilterInput name="find" label="Search the log" />
        </div>
        {text === '' ? null : (
          <span role="status" className={styles['found']}>
            {found.length === 0 ? (log.droppedCount > 0 ? 'none below' : 'none') : `${found.indexOf(current!) + 1} of ${found.length}`}
          </span>
        )}
        <IconButton label="Line before" onClick={() => setPosition(position - 1)} disabled={found.length === 0}>
          <ChevronUp size={14} aria-hidden="true" />
        </IconButton>
        <IconButton label="Line after" onClick={() => setPosition(position + 1)} disabled={found.length === 0}>
          <ChevronDown size={14} aria-hidden="true" />
        </IconButton>
        <IconButton label="Show times" aria-pressed={hasTimes} onClick={() => setHasTimes(!hasTimes)}>
          <Clock3 size={14} aria-hidden="true" />
        </IconButton>
        <IconButton label="Wrap long lines" aria-pressed={isWrapped} onClick={() => setIsWrapped(!isWrapped)}>
          <WrapText size={14} aria-hidden="true" />
        </IconButton>
        <IconButton label="Follow the end" aria-pressed={isFollowing} onClick={() => setIsFollowing(!isFollowing)}>
          <ArrowDownToLine size={14} aria-hidden="true" />
        </IconButton>
        <a href={logAddress(logOf)} download={`${task.name ?? 'step'}.log`} className={styles['tool']} aria-label="Download the whole log" title="Download the whole log">
          <Download size={14} aria-hidden="true" />
        </a>
      </div>
      {log.error === undefined ? null : <p className={styles['note']}>{(log.error as Error).message}</p>}
      {log.droppedCount > 0 ? <LeftOutLines of={logOf} count={log.droppedCount} text={text} /> : null}
      {log.lines.length === 0 && log.error === undefined ? (
        <p className={styles['note']}>{!log.isOpen ? 'The step wrote nothing.' : isEnded(stateOf(task)) ? 'Reading the log …' : 'Nothing written yet.'}</p>
      ) : (
        <Lines lines={log.lines} firstNumber={log.droppedCount + 1} {...{ hasTimes, isWrapped, isFollowing, current, text }} onScrollAway={() => setIsFollowing(false)} />
      )}
    </div>
  );
}

interface LinesProps {
  readonly lines: readonly LogLine[];
  readonly firstNumber: number;
  readonly hasTimes: boolean;
  readonly isWrapped: boolean;
  readonly isFollowing: boolean;
  /** The found line that is meant now. */
  readonly current: number | undefined;
  readonly text: string;
  readonly onScrollAway: () => void;
}

function Lines({ lines, firstNumber, hasTimes, isWrapped, isFollowing, current, text, onScrollAway }: LinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => LINE_PX, overscan: OVERSCAN_LINES });
  useEffect(() => {
    if (isFollowing && current === undefined) virtualizer.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [isFollowing, lines.length, current, virtualizer]);
  useEffect(() => {
    if (current !== undefined) virtualizer.scrollToIndex(current, { align: 'center' });
  }, [current, virtualizer]);
  // Whoever goes up wants to stay there, by whatever means: the next line must not pull him down again.
  const goesUp = {
    onWheel: (event: React.WheelEvent) => event.deltaY < 0 && onScrollAway(),
    onTouchMove: onScrollAway,
    onKeyDown: (event: React.KeyboardEvent) => UPWARD_KEYS.includes(event.key) && onScrollAway(),
    // On the scroller itself, and not on a line: its scroll bar.
    onPointerDown: (event: React.PointerEvent) => event.target === event.currentTarget && onScrollAway(),
  };
  return (
    <div ref={scroller} className={styles['scroller']} tabIndex={0} role="log" aria-label="Log" aria-live="off" {...goesUp}>
      <div className={styles['lines']} data-wrapped={isWrapped || undefined} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => (
          <div key={index} ref={isWrapped ? virtualizer.measureElement : undefined} data-index={index} className={styles['line']} data-current={index === current || undefined} style={{ transform: `translateY(${start}px)` }}>
            <span className={styles['number']} aria-hidden="true">
              {firstNumber + index}
            </span>
            {hasTimes ? <time className={styles['time']}>{clockText(lines[index]!.time)}</time> : null}
            <span className={styles['text']}><MarkedText line={lines[index]!.text} wanted={text} /></span>
          </div>
        ))}
      </div>
    </div>
  );
}
