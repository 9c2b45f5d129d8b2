// Server-sent events, so that no page polls. A stream is closed while its tab is hidden (browsers allow six connections to one
// server, over all tabs) and opened again when it is looked at; every stream begins with everything.
import { useEffect, useRef, useSyncExternalStore } from 'react';

export type EventHandlers = Readonly<Record<string, (data: never) => void>>;

/** Calls the handler of each event by its name while the component lives. `path` undefined: no stream. */
export function useEvents(path: string | undefined, handlers: EventHandlers): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => (path === undefined ? undefined : subscribe(path, Object.keys(latest.current), (name, data) => latest.current[name]?.(data as never))), [path]);
}

/** A refusal may pass: a proxy whose server is restarted, too many open streams. */
const REFUSED_RETRY_MS = 30_000;

/** Returns the function that ends it. */
function subscribe(path: string, names: readonly string[], onEvent: (name: string, data: unknown) => void): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const close = () => {
    clearTimeout(retry);
    if (source === undefined) return;
    source.close();
    connection.forget(source);
    source = undefined;
  };
  const open = () => {
    clearTimeout(retry);
    if (source !== undefined) return;
    const opened = new EventSource(path);
    source = opened;
    opened.addEventListener('open', () => connection.set(opened, true));
    opened.addEventListener('error', () => {
      connection.set(opened, false);
      // The browser tries again by itself unless the server refused.
      if (opened.readyState !== EventSource.CLOSED) return;
      close();
      retry = setTimeout(open, REFUSED_RETRY_MS);
    });
    for (const name of names) opened.addEventListener(name, (event) => onEvent(name, JSON.parse((event as MessageEvent<string>).data)));
  };
  const onVisibility = () => (document.visibilityState === 'hidden' ? close() : open());
  document.addEventListener('visibilitychange', onVisibility);
  onVisibility();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}

/** Whether the open streams are connected: the page says so when one is not. */
const connection = {
  streams: new Map<EventSource, boolean>(),
  listeners: new Set<() => void>(),
  set(source: EventSource, isConnected: boolean) {
    this.streams.set(source, isConnected);
    this.tell();
  },
  forget(source: EventSource) {
    this.streams.delete(source);
    this.tell();
  },
  tell() {
    for (const listener of this.listeners) listener();
  },
};

function listenToConnection(listener: () => void): () => void {
  connection.listeners.add(listener);
  return () => connection.listeners.delete(listener);
}

/** False while a stream of this page has lost its server. */
export function useIsConnected(): boolean {
  return useSyncExternalStore(listenToConnection, () => [...connection.streams.values()].every(Boolean));
}
