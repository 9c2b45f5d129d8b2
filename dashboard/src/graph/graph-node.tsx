// One task as a card: state, name, and what there is to say about it. Its parts have fixed places: when a graph comes near,
// some hundred cards are laid out in one frame, and boxes that depend on each other take several times as long.
import { ChevronRight, Download, LogOut, Repeat, Split, Workflow } from 'lucide-react';
import { memo } from 'react';
import { lookOf } from '../ui/states.ts';
import { StateIcon } from '../ui/state-icon.tsx';
import { Duration } from '../ui/time.tsx';
import type { NodeKind } from './ir.ts';
import { NODE_HEIGHT, NODE_WIDTH } from './layout.ts';
import styles from './graph.module.css';

export interface NodeFace {
  readonly title: string;
  readonly kind: NodeKind;
  /** Undefined before it has one, and in graphs of pipelines that are not running. */
  readonly state?: string | undefined;
  /** A few words: a reason, a count. */
  readonly note?: string | undefined;
  readonly startedAt?: string | undefined;
  readonly endedAt?: string | undefined;
  /** 0 … 1 of what is inside. */
  readonly progress?: number | undefined;
  readonly canOpen: boolean;
}

const KIND_ICONS = { step: undefined, pipeline: Workflow, loop: Repeat, condition: Split, exit: LogOut, importer: Download } as const;
const KIND_TITLES: Readonly<Record<NodeKind, string>> = {
  step: 'step',
  pipeline: 'nested pipeline',
  loop: 'loop',
  condition: 'condition',
  exit: 'runs at the end',
  importer: 'importer',
};

interface GraphNodeProps {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly face: NodeFace;
  readonly isSelected: boolean;
  /** Where the Tab key comes in. */
  readonly isEntry: boolean;
  readonly onOpen: (id: string) => void;
}

export const GraphNode = memo(Card, looksTheSame);

function Card({ id, x, y, face, isSelected, isEntry, onOpen }: GraphNodeProps) {
  const KindIcon = KIND_ICONS[face.kind];
  const tone = face.state === undefined ? undefined : lookOf(face.state).tone;
  return (
    <div className={styles['node']} data-tone={tone} data-opens={face.canOpen || undefined} data-kind={KindIcon === undefined ? undefined : face.kind} data-selected={isSelected || undefined} style={{ transform: `translate(${x}px, ${y}px)`, width: NODE_WIDTH, height: NODE_HEIGHT }}>
      <button type="button" data-node={id} tabIndex={isEntry ? 0 : -1} aria-pressed={isSelected} className={styles['card']} onDoubleClick={() => face.canOpen && onOpen(id)}>
        {face.state === undefined ? null : <StateIcon state={face.state} />}
        <span className={styles['name']}>
          {face.title}
          <span className="visually-hidden">{` ${KIND_TITLES[face.kind]}${face.state === undefined ? '' : `, ${lookOf(face.state).title}`}`}</span>
        </span>
        <span className={styles['note']} title={face.note}>
          {face.startedAt === undefined ? null : <Duration from={face.startedAt} to={face.endedAt} />}
          {face.startedAt !== undefined && face.note !== undefined ? ' · ' : null}
          {face.note ?? (face.startedAt === undefined ? (face.state === undefined ? KIND_TITLES[face.kind] : lookOf(face.state).title) : null)}
        </span>
        {KindIcon === undefined ? null : <KindIcon size={14} strokeWidth={1.75} aria-hidden="true" className={styles['kind']} />}
      </button>
      {face.canOpen ? (
        <button type="button" tabIndex={-1} className={styles['open']} aria-label={`Open ${face.title}`} title="Open" onClick={(event) => (event.stopPropagation(), onOpen(id))}>
          <ChevronRight size={16} aria-hidden="true" />
        </button>
      ) : null}
      {face.progress === undefined ? null : <span className={styles['progress']} style={{ width: `${face.progress * 100}%` }} />}
    </div>
  );
}

/** Faces are made anew with every event; a card is drawn again only when its own has changed. */
function looksTheSame(a: GraphNodeProps, b: GraphNodeProps): boolean {
  const isSamePlace = a.id === b.id && a.x === b.x && a.y === b.y && a.isSelected === b.isSelected && a.isEntry === b.isEntry && a.onOpen === b.onOpen;
  const keys = new Set([...Object.keys(a.face), ...Object.keys(b.face)]) as Set<keyof NodeFace>;
  return isSamePlace && [...keys].every((key) => a.face[key] === b.face[key]);
}
