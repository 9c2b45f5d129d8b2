// Objects of the Kubernetes API: read once, or listed and then watched. Like event streams, a watch rests while its tab is hidden.
import { useEffect, useState } from 'react';
import { ApiError, fetchOk, query, request } from './client.ts';

export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string; readonly creationTimestamp?: string; readonly resourceVersion?: string };
}

export interface KubernetesEvent extends KubernetesObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly involvedObject?: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
}

export function eventTimeOf({ lastTimestamp, eventTime, metadata }: KubernetesEvent): string | undefined {
  return lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
}

/** Who wrote which field is of interest to programs; kubectl hides it as well. */
export function withoutManagers(object: KubernetesObject): object {
  return { ...object, metadata: { ...object.metadata, managedFields: undefined } };
}

export type KubernetesList<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'ready'; readonly items: readonly T[] };

const RECONNECT_MS = 1_000;

/** `path` is that of a list (`/api/v1/pods`); undefined lists nothing. Stays true while the component lives. */
export function useKubernetesList<T extends KubernetesObject>(path: string | undefined, selectors: { readonly fieldSelector?: string; readonly labelSelector?: string } = {}): KubernetesList<T> {
  const [list, setList] = useState<KubernetesList<T>>({ kind: 'loading' });
  const address = path === undefined ? undefined : path + query(selectors);
  useEffect(() => {
    setList({ kind: 'loading' });
    if (address === undefined) return undefined;
    let abort: AbortController | undefined;
    const start = () => {
      if (document.visibilityState === 'hidden' || (abort !== undefined && !abort.signal.aborted)) return;
      abort = new AbortController();
      void follow<T>(address, (items) => setList({ kind: 'ready', items }), (error) => setList({ kind: 'failed', error }), abort.signal);
    };
    const onVisibility = () => (document.visibilityState === 'hidden' ? abort?.abort() : start());
    document.addEventListener('visibilitychange', onVisibility);
    start();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      abort?.abort();
    };
  }, [address]);
  return list;
}

/** Lists and watches, again and again, until the signal ends it. Never rejects. */
async function follow<T extends KubernetesObject>(address: string, onItems: (items: readonly T[]) => void, onError: (error: unknown) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const { items = [], metadata } = await request<{ items?: T[]; metadata: { resourceVersion: string } }>(address, { signal });
      const byUid = new Map(items.map((item) => [item.metadata.uid, item]));
      onItems([...byUid.values()]);
      await watch<T>(`${address}${address.includes('?') ? '&' : '?'}watch=true&resourceVersion=${metadata.resourceVersion}`, byUid, onItems, signal);
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) return;
    }
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}

interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

async function watch<T extends KubernetesObject>(address: string, byUid: Map<string, T>, onItems: (items: readonly T[]) => void, signal: AbortSignal): Promise<void> {
  const response = await fetchOk(address, { signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { type, object } = JSON.parse(line) as WatchEvent<T>;
      if (type === 'ERROR') return;
      if (type === 'DELETED') byUid.delete(object.metadata.uid);
      else if (type !== 'BOOKMARK') byUid.set(object.metadata.uid, object);
    }
    onItems([...byUid.values()]);
  }
}
