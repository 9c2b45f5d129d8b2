// What of a large drawing is in sight: panned by dragging and scrolling, zoomed by pinching, Ctrl and the wheel, and keys.
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

export interface View {
  /** Where the drawing's origin is in the window, in pixels of the window. */
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

export const ZOOM_MIN = 0.04;
const ZOOM_MAX = 1.6;
const PADDING_PX = 32;
const WHEEL_ZOOM_SPEED = 0.0035;
const DRAG_PX_MIN = 4;

export interface Viewport {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly view: View;
  readonly size: Size;
  readonly fit: () => void;
  /** Around the middle. */
  readonly zoomBy: (factor: number) => void;
  /** Moves as little as needed for the box to be in sight. */
  readonly reveal: (box: Box) => void;
  /** True right after a drag, so that its end is not taken for a click. */
  readonly wasDragged: () => boolean;
}

/** `content` is fitted whenever `key` changes. */
export function useViewport(content: Size, key: string): Viewport {
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [view, setView] = useState<View>({ x: 0, y: 0, zoom: 1 });
  const isMoved = useRef(false);
  useLayoutEffect(() => {
    const element = frame.current!;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    setSize({ width: element.clientWidth, height: element.clientHeight });
    return () => observer.disconnect();
  }, []);
  const fit = useCallback(() => {
    isMoved.current = false;
    setView(fitted(content, size));
  }, [content, size]);
  useLayoutEffect(() => {
    isMoved.current = false;
  }, [key]);
  // Until somebody moves the drawing, it stays fitted to the window.
  useLayoutEffect(() => {
    if (!isMoved.current && size.width > 0) setView(fitted(content, size));
  }, [content, size, key]);
  const change = useCallback((next: (view: View) => View) => {
    isMoved.current = true;
    setView(next);
  }, []);
  const wasDragged = useGestures(frame, change);
  const zoomBy = useCallback((factor: number) => change((old) => zoomed(old, factor, size.width / 2, size.height / 2)), [change, size]);
  const reveal = useCallback((box: Box) => setView((old) => revealed(old, box, size)), [size]);
  return { frame, view, size, fit, zoomBy, reveal, wasDragged };
}

function useGestures(frame: RefObject<HTMLDivElement | null>, change: (next: (view: View) => View) => void): () => boolean {
  const isDrag = useRef(false);
  useEffect(() => {
    const element = frame.current!;
    const pointers = new Map<number, PointerEvent>();
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey) change((old) => zoomed(old, Math.exp(-event.deltaY * WHEEL_ZOOM_SPEED), event.clientX - left, event.clientY - top));
      else change((old) => ({ ...old, x: old.x - (event.shiftKey ? event.deltaY : event.deltaX), y: old.y - (event.shiftKey ? 0 : event.deltaY) }));
    };
    const onDown = (event: PointerEvent) => {
      isDrag.current = false;
      pointers.set(event.pointerId, event);
    };
    const onMove = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      if (!isDrag.current && Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) < DRAG_PX_MIN) return;
      isDrag.current = true;
      element.setPointerCapture(event.pointerId);
      const { left, top } = element.getBoundingClientRect();
      const other = [...pointers.values()].find(({ pointerId }) => pointerId !== event.pointerId);
      if (other === undefined) change((old) => ({ ...old, x: old.x + event.clientX - before.clientX, y: old.y + event.clientY - before.clientY }));
      else {
        const distance = (one: PointerEvent) => Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY));
        change((old) => zoomed(old, distance(event) / distance(before), other.clientX - left, other.clientY - top));
      }
      pointers.set(event.pointerId, event);
    };
    const onUp = (event: PointerEvent) => void pointers.delete(event.pointerId);
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('pointerdown', onDown);
    element.addEventListener('pointermove', onMove);
    for (const name of ['pointerup', 'pointercancel'] as const) element.addEventListener(name, onUp);
    return () => {
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('pointerdown', onDown);
      element.removeEventListener('pointermove', onMove);
      for (const name of ['pointerup', 'pointercancel'] as const) element.removeEventListener(name, onUp);
    };
  }, [frame, change]);
  return useCallback(() => isDrag.current, []);
}

function fitted(content: Size, size: Size): View {
  const zoom = clampZoom(Math.min(1, (size.width - 2 * PADDING_PX) / content.width, (size.height - 2 * PADDING_PX) / content.height));
  return { zoom, x: (size.width - content.width * zoom) / 2, y: Math.max(PADDING_PX, (size.height - content.height * zoom) / 2) };
}

function zoomed(view: View, factor: number, atX: number, atY: number): View {
  const zoom = clampZoom(view.zoom * factor);
  const scale = zoom / view.zoom;
  return { zoom, x: atX - (atX - view.x) * scale, y: atY - (atY - view.y) * scale };
}

function clampZoom(zoom: number): number {
  return Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, Number.isFinite(zoom) ? zoom : 1));
}

function revealed(view: View, box: Box, size: Size): View {
  const shift = (place: number, start: number, length: number, room: number) => {
    const [near, far] = [start * view.zoom + place, (start + length) * view.zoom + place];
    if (near < PADDING_PX) return place + PADDING_PX - near;
    return far > room - PADDING_PX ? place - (far - room + PADDING_PX) : place;
  };
  return { ...view, x: shift(view.x, box.x, box.width, size.width), y: shift(view.y, box.y, box.height, size.height) };
}
