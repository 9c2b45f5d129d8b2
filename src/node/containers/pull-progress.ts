// How far a pull is, from what the engine says of each layer.
import { isJsonObject, type JsonObject } from '../../base/mod.ts';

export class PullProgress {
  readonly #layers = new Map<string, { readonly doneBytes: number; readonly totalBytes: number }>();

  /** A line of the engine's answer. */
  take({ id, status, progressDetail }: JsonObject): void {
    if (typeof id !== 'string' || !isJsonObject(progressDetail) || !/^(downloading|copying)/i.test(String(status))) return;
    const { current, total } = progressDetail;
    if (typeof current !== 'number') return;
    this.#layers.set(id, { doneBytes: current, totalBytes: typeof total === 'number' ? Math.max(total, current) : current });
  }

  get doneBytes(): number {
    return [...this.#layers.values()].reduce((sum, { doneBytes }) => sum + doneBytes, 0);
  }

  /** Of the layers that have begun. */
  get totalBytes(): number {
    return [...this.#layers.values()].reduce((sum, { totalBytes }) => sum + totalBytes, 0);
  }
}
