// The parts of the pages that are loaded when they are needed. One may be missing because the server is gone, or because it was
// upgraded and has others now: then the page is loaded again, once.
import { NO_ANSWER } from './client.ts';

const RELOADED = 'slipway.reloaded';

/** The same promise; rejects with ApiError when the server does not answer. */
export async function pagePart<T>(part: Promise<T>): Promise<T> {
  try {
    return await part;
  } catch (error) {
    if (!(await isServerThere())) throw NO_ANSWER();
    if (sessionStorage.getItem(RELOADED) === location.href) throw error;
    sessionStorage.setItem(RELOADED, location.href);
    location.reload();
    return new Promise(() => undefined);
  }
}

async function isServerThere(): Promise<boolean> {
  return fetch('/', { method: 'HEAD', cache: 'no-store' }).then(
    () => true,
    () => false,
  );
}
