// What an event tells about a query's data, beside the answers of the server that are still on their way.
import type { QueryClient, QueryKey } from '@tanstack/react-query';

/** Changes what the query holds now, and again when an answer comes that may have been written before the event: it would undo the change. */
export function applyTold<Data>(client: QueryClient, key: QueryKey, change: (data: Data | undefined) => Data | undefined): void {
  client.setQueryData<Data>(key, change);
  const cache = client.getQueryCache();
  const query = cache.find({ queryKey: key, exact: true });
  if (query?.state.fetchStatus !== 'fetching') return;
  const stop = cache.subscribe((event) => {
    if (event.query !== query || query.state.fetchStatus === 'fetching') return;
    stop();
    if (event.type !== 'removed') client.setQueryData<Data>(key, change);
  });
}

/**
 * Reads the query's data after this moment. An answer that is on its way may have been written before: it is not waited for, as
 * `invalidateQueries` would when it is the first one, and what events told beside it is not repeated over the next.
 */
export function readAgain(client: QueryClient, key: QueryKey): void {
  const filter = { queryKey: key, exact: true };
  void client.cancelQueries(filter);
  void client.invalidateQueries(filter);
}
