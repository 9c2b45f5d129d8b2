// A graph of tasks. Near by, every task in sight is a card; from afar the whole is a map of coloured marks, so that a thousand
// tasks cost no more than a screenful. Arrow keys go to the neighbour in that direction, Enter selects, Shift+Enter opens.
import { Maximize, Minus, Plus } from 'lucide-react';
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { useShortcuts } from '../frame/shortcuts.ts';
import { GraphCanvas } from './graph-canvas.tsx';
import { GraphNode, type NodeFace } from './graph-node.tsx';
import { layoutGraph, NODE_HEIGHT, NODE_WIDTH, type GraphShape, type PlacedGraph, type PlacedNode } from './layout.ts';
import { nodeAt, neighbourOf } from './neighbour.ts';
import { useViewport, type Viewport } from './viewport.ts';
import styles from './graph.module.css';

interface GraphViewProps {
  readonly label: string;
  /** Must stay the same object while the graph has the same tasks: it is what is laid out. */
  readonly shape: GraphShape;
  readonly faceOf: (id: string) => NodeFace;
  readonly selected: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
  readonly onOpen: (id: string) => void;
}

/** Below it text could not be read anyway. */
const CARD_ZOOM_MIN = 0.5;
/** Cards this far out of sight are drawn too, so that scrolling meets no gap. */
const MARGIN_PX = 80;
const ZOOM_STEP = 1.25;
/** So many new cards take some ten milliseconds to lay out and paint. */
const NEW_CARD_COUNT_MAX = 64;
const FOCUS_FRAMES_MAX = 12;

export function GraphView({ label, shape, faceOf, selected, onSelect, onOpen }: GraphViewProps) {
  const graph = useMemo(() => layoutGraph(shape), [shape]);
  const viewport = useViewport(graph, label);
  const { frame, view, wasDragged } = viewport;
  const isFar = view.zoom < CARD_ZOOM_MIN;
  const visible = useVisible(graph, viewport, isFar);
  const { shown, isComplete } = useGradual(visible);
  const selectedNode = graph.nodes.find(({ id }) => id === selected);
  useZoomShortcuts(viewport);
  const goTo = useCallback(
    (node: PlacedNode | undefined) => {
      if (node === undefined) return;
      viewport.reveal({ ...node, width: NODE_WIDTH, height: NODE_HEIGHT });
      const focus = () => {
        const element = frame.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(node.id)}"]`);
        element?.focus({ preventScroll: true });
        return element != null;
      };
      // A card out of sight is drawn with one of the next frames.
      const tryAgain = (frames: number) => void (!focus() && frames > 0 && requestAnimationFrame(() => tryAgain(frames - 1)));
      tryAgain(FOCUS_FRAMES_MAX);
    },
    [frame, viewport],
  );
  const onKeyDown = (event: React.KeyboardEvent) => {
    const here = (event.target as HTMLElement).dataset['node'];
    if (event.key === 'Escape') onSelect(undefined);
    if (here === undefined) return;
    const to = neighbourOf(graph.nodes, here, event.key);
    if (to !== undefined) goTo(to);
    else if (event.key === 'Enter' && event.shiftKey) onOpen(here);
    else return;
    event.preventDefault();
  };
  const onClick = (event: React.MouseEvent) => {
    if (wasDragged()) return;
    const node = (event.target as Element).closest<HTMLElement>('[data-node]')?.dataset['node'];
    const { left, top } = frame.current!.getBoundingClientRect();
    const below = isFar ? nodeAt(graph.nodes, (event.clientX - left - view.x) / view.zoom, (event.clientY - top - view.y) / view.zoom)?.id : undefined;
    onSelect(node ?? below);
  };
  const entry = selectedNode?.id ?? visible[0]?.id;
  return (
    <div className={styles['view']}>
      <div ref={frame} role="group" aria-label={label} className={styles['frame']} onClick={onClick} onKeyDown={onKeyDown}>
        <GraphCanvas graph={graph} view={view} size={viewport.size} faceOf={isFar || !isComplete ? faceOf : undefined} selected={selected} />
        <div className={styles['drawing']} style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`, width: graph.width, height: graph.height }}>
          {shown.map((node) => (
            <GraphNode key={node.id} id={node.id} x={node.x} y={node.y} face={faceOf(node.id)} isSelected={node.id === selected} isEntry={node.id === entry} onOpen={onOpen} />
          ))}
        </div>
      </div>
      <Controls viewport={viewport} />
      {isFar ? <p className={styles['far']}>{graph.nodes.length.toLocaleString('en')} tasks. Zoom in to read them, or click one.</p> : null}
    </div>
  );
}

function useVisible(graph: PlacedGraph, { view, size }: Viewport, isFar: boolean): readonly PlacedNode[] {
  return useMemo(() => {
    if (isFar) return [];
    const [left, top] = [(-view.x - MARGIN_PX) / view.zoom, (-view.y - MARGIN_PX) / view.zoom];
    const [right, bottom] = [(size.width - view.x + MARGIN_PX) / view.zoom, (size.height - view.y + MARGIN_PX) / view.zoom];
    return graph.nodes.filter(({ x, y }) => x + NODE_WIDTH > left && x < right && y + NODE_HEIGHT > top && y < bottom);
  }, [graph, view, size, isFar]);
}

/** A few cards more with every frame, the middle of the window first: what is not there yet is still a mark of the map. */
function useGradual(nodes: readonly PlacedNode[]): { readonly shown: readonly PlacedNode[]; readonly isComplete: boolean } {
  const drawn = useRef<ReadonlySet<string>>(new Set());
  const [, drawMore] = useReducer((count: number) => count + 1, 0);
  const fresh = nodes.filter(({ id }) => !drawn.current.has(id));
  const isComplete = fresh.length <= NEW_CARD_COUNT_MAX;
  const next = new Set(isComplete ? [] : fresh.toSorted(byDistanceFrom(nodes)).slice(0, NEW_CARD_COUNT_MAX).map(({ id }) => id));
  const shown = isComplete ? nodes : nodes.filter(({ id }) => drawn.current.has(id) || next.has(id));
  useEffect(() => {
    drawn.current = new Set(shown.map(({ id }) => id));
    if (isComplete) return undefined;
    const frame = requestAnimationFrame(drawMore);
    return () => cancelAnimationFrame(frame);
  });
  return { shown, isComplete };
}

/** From the middle of all. */
function byDistanceFrom(nodes: readonly PlacedNode[]): (a: PlacedNode, b: PlacedNode) => number {
  const middle = (values: readonly number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  const [x, y] = [middle(nodes.map((node) => node.x)), middle(nodes.map((node) => node.y))];
  const distance = (node: PlacedNode) => Math.hypot(node.x - x, node.y - y);
  return (a, b) => distance(a) - distance(b);
}

function useZoomShortcuts({ fit, zoomBy }: Viewport): void {
  useShortcuts(
    useMemo(
      () => [
        { keys: 'f', title: 'Fit the graph', run: fit },
        { keys: '+', title: 'Zoom in', run: () => zoomBy(ZOOM_STEP) },
        { keys: '-', title: 'Zoom out', run: () => zoomBy(1 / ZOOM_STEP) },
      ],
      [fit, zoomBy],
    ),
  );
}

function Controls({ viewport: { fit, zoomBy, view } }: { readonly viewport: Viewport }) {
  const [shown, setShown] = useState(view.zoom);
  useEffect(() => setShown(view.zoom), [view.zoom]);
  return (
    <div role="toolbar" aria-label="Zoom" className={styles['controls']}>
      <button type="button" onClick={() => zoomBy(1 / ZOOM_STEP)} aria-label="Zoom out">
        <Minus size={14} aria-hidden="true" />
      </button>
      <span>{Math.round(shown * 100)} %</span>
      <button type="button" onClick={() => zoomBy(ZOOM_STEP)} aria-label="Zoom in">
        <Plus size={14} aria-hidden="true" />
      </button>
      <button type="button" onClick={fit} aria-label="Fit the graph to the window">
        <Maximize size={13} aria-hidden="true" />
      </button>
    </div>
  );
}
