// The lines of a graph and, from afar, its tasks as marks. On a canvas as large as the window: a drawing of a thousand tasks as
// shapes of SVG takes half a second for every step of the zoom, here it takes some milliseconds.
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTheme } from '../frame/theme.ts';
import { lookOf } from '../ui/states.ts';
import type { NodeFace } from './graph-node.tsx';
import { NODE_HEIGHT, NODE_WIDTH, type PlacedGraph } from './layout.ts';
import type { View } from './viewport.ts';
import styles from './graph.module.css';

interface GraphCanvasProps {
  readonly graph: PlacedGraph;
  readonly view: View;
  readonly size: { readonly width: number; readonly height: number };
  /** Given: tasks are drawn too. */
  readonly faceOf: ((id: string) => NodeFace) | undefined;
  readonly selected: string | undefined;
}

const COLOURS = {
  line: 'light-dark(#b9c1ca, #414b57)',
  own: 'var(--accent)',
  chosen: 'var(--focus)',
  good: 'light-dark(#34a86c, #2f9466)',
  bad: 'var(--bad)',
  busy: 'var(--busy)',
  warn: 'var(--warn)',
  reuse: 'var(--reuse)',
  calm: 'light-dark(#c3cad2, #3a434e)',
} as const;
const LINE_PX = 1.25;
const CHOSEN_PX = 3;

export function GraphCanvas({ graph, view, size, faceOf, selected }: GraphCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const lines = useLines(graph);
  const theme = useTheme();
  const isDark = useIsDark();
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null || canvas.current === null || size.width === 0) return;
    const scale = devicePixelRatio;
    if (canvas.current.width !== Math.round(size.width * scale) || canvas.current.height !== Math.round(size.height * scale)) {
      canvas.current.width = Math.round(size.width * scale);
      canvas.current.height = Math.round(size.height * scale);
    }
    const colourOf = resolver(canvas.current);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.current.width, canvas.current.height);
    context.setTransform(scale * view.zoom, 0, 0, scale * view.zoom, scale * view.x, scale * view.y);
    const inSight = { left: -view.x / view.zoom, top: -view.y / view.zoom, right: (size.width - view.x) / view.zoom, bottom: (size.height - view.y) / view.zoom };
    const visible = lines.filter(({ left, top, right, bottom }) => right > inSight.left && left < inSight.right && bottom > inSight.top && top < inSight.bottom);
    stroke(context, visible.filter((line) => line.from !== selected && line.to !== selected), colourOf('line'), LINE_PX / Math.max(view.zoom, 0.5));
    stroke(context, visible.filter((line) => line.from === selected || line.to === selected), colourOf('own'), (LINE_PX * 1.5) / view.zoom);
    if (faceOf !== undefined) drawMarks(context, graph, faceOf, colourOf);
    const chosen = faceOf === undefined ? undefined : graph.nodes.find(({ id }) => id === selected);
    if (chosen !== undefined) {
      context.strokeStyle = colourOf('chosen');
      context.lineWidth = CHOSEN_PX / view.zoom;
      context.strokeRect(chosen.x - 8, chosen.y - 8, NODE_WIDTH + 16, NODE_HEIGHT + 16);
    }
  }, [graph, lines, view, size, faceOf, selected, theme, isDark]);
  return <canvas ref={canvas} className={styles['canvas']} aria-hidden="true" />;
}

interface Line {
  readonly from: string;
  readonly to: string;
  readonly path: Path2D;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** With the box around each, so that only those in sight are drawn. */
function useLines(graph: PlacedGraph): readonly Line[] {
  return useMemo(
    () =>
      graph.edges.map(({ from, to, path }) => {
        const numbers = path.split(/[MC ]/).filter((text) => text !== '').map(Number);
        const [xs, ys] = [numbers.filter((_, index) => index % 2 === 0), numbers.filter((_, index) => index % 2 === 1)];
        return { from, to, path: new Path2D(path), left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
      }),
    [graph],
  );
}

function stroke(context: CanvasRenderingContext2D, lines: readonly Line[], colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  for (const { path } of lines) context.stroke(path);
}

function drawMarks(context: CanvasRenderingContext2D, graph: PlacedGraph, faceOf: (id: string) => NodeFace, colourOf: (name: keyof typeof COLOURS) => string): void {
  const byTone = Map.groupBy(graph.nodes, ({ id }) => lookOf(faceOf(id).state).tone);
  for (const [tone, nodes] of byTone) {
    context.fillStyle = colourOf(tone);
    for (const { x, y } of nodes) context.fillRect(x, y, NODE_WIDTH, NODE_HEIGHT);
  }
}

/** A canvas knows no variables: the browser tells what a colour is in the theme of the page. */
function resolver(element: HTMLElement): (name: keyof typeof COLOURS) => string {
  const known = new Map<string, string>();
  return (name) => {
    let colour = known.get(name);
    if (colour === undefined) {
      element.style.color = COLOURS[name];
      colour = getComputedStyle(element).color;
      known.set(name, colour);
    }
    return colour;
  };
}

function useIsDark(): boolean {
  const [query] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [isDark, setIsDark] = useState(query.matches);
  useLayoutEffect(() => {
    const onChange = () => setIsDark(query.matches);
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, [query]);
  return isDark;
}
