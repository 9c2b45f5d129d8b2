// A graph of tasks. Near by, every task in sight is a card; from afar the whole is a map of coloured marks, so that a thousand
// tasks cost no more than a screenful. Arrow keys go to the neighbour in that direction, Enter selects, Shift+Enter opens.
import { Maximize, Minus, Plus } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
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

export function GraphView({ label, shape, faceOf, selected, onSelect, onOpen }: GraphViewProps) {
  const graph = useMemo(() => layoutGraph(shape), [shape]);
  const viewport = useViewport(graph, label);
  const { frame, view, wasDragged } = viewport;
  const isFar = view.zoom < CARD_ZOOM_MIN;
  const visible = useVisible(graph, viewport, isFar);
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
      // A card out of sight is drawn with the next frame.
      if (!focus()) requestAnimationFrame(focus);
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
        <GraphCanvas graph={graph} view={view} size={viewport.size} faceOf={isFar ? faceOf : undefined} selected={selected} />
        <div className={styles['drawing']} style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`, width: graph.width, height: graph.height }}>
          {visible.map((node) => (
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
