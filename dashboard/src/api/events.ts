// Events, so that no page polls. A stream is closed while its tab is hidden and opened again when it is looked at; every stream begins
// with everything.
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { ApiError } from './client.ts';
import { createEventReader } from './event-reader.ts';
import { readTextStream } from './text-stream.ts';

export type EventHandlers = Readonly<Record<string, (data: never) => void>>;

/** Calls the handler of each event by its name while the component lives. `path` undefined: no stream. */
export function useEvents(path: string | undefined, handlers: EventHandlers): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => (path === undefined ? undefined : subscribe(path, (name, data) => latest.current[name]?.(data as never))), [path]);
}

/** A server that is started again answers after about a second. */
const LOST_RETRY_MS = 2_000;
/** A refusal may pass: a proxy whose server is restarted, too many open streams. */
const REFUSED_RETRY_MS = 30_000;

/** Returns the function that ends it. */
function subscribe(path: string, onEvent: (name: string, data: unknown) => void): () => void {
  let abort: AbortController | undefined;
  const close = () => {
    abort?.abort();
    abort = undefined;
  };
  const open = () => {
    if (abort !== undefined) return;
    abort = new AbortController();
    void listen(path, onEvent, abort.signal);
  };
  const onVisibility = () => (document.visibilityState === 'hidden' ? close() : open());
  document.addEventListener('visibilitychange', onVisibility);
  onVisibility();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}

/** Until the signal ends it. Never rejects. */
async function listen(path: string, onEvent: (name: string, data: unknown) => void, signal: AbortSignal): Promise<void> {
  const stream = {};
  while (!signal.aborted) {
    let pauseMs = LOST_RETRY_MS;
    try {
      await readTextStream(path, { onOpen: () => connection.set(stream, true), onText: createEventReader(onEvent), signal });
    } catch (error) {
      if (error instanceof ApiError && error.status !== 0) pauseMs = REFUSED_RETRY_MS;
    }
    if (signal.aborted) break;
    connection.set(stream, false);
    await pause(pauseMs, signal);
  }
  connection.forget(stream);
}

/** Resolves early with an abort. */
function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Whether the open streams are connected: the page says so when one is not. */
const connection = {
  streams: new Map<object, boolean>(),
  listeners: new Set<() => void>(),
  set(stream: object, isConnected: boolean) {
    this.streams.set(stream, isConnected);
    this.tell();
  },
  forget(stream: object) {
    this.streams.delete(stream);
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
