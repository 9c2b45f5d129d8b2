// control: the words of a controller: keyed queue, reconcile result, manager. A reconcile gets a key, not an event; it is
// woken by watch and by period; an error is retried with backoff by the queue, never inside the reconcile.
export {
  createKeyedQueue,
  type KeyedQueue,
  type KeyedQueueOptions,
  type KeyedQueueStatus,
  type ReconcileResult,
} from './keyed-queue.ts';
export { createManager, type Manager, type Part } from './manager.ts';
