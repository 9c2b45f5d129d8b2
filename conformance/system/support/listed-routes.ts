// The routes as docs/reference/authorization.md lists them, which is made from the routes themselves (src/main): what is tried on
// each of them is tried on those of tomorrow, too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ListedRoute {
  /** `any` is every method. */
  readonly method: string;
  readonly path: string;
  readonly origin: string;
  readonly who: 'anyone' | 'user' | 'asks';
}

const PAGE = join(import.meta.dirname, '../../../docs/reference/authorization.md');
const ROW = /^\| (\w+) \| `(\/[^`]*)` \| (\w+) \| (anyone|user|asks) \|/;
const PLACEHOLDER = /\{\w+\}|\*/g;

export function listedRoutes(): readonly ListedRoute[] {
  return readFileSync(PAGE, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, method, path, origin, who] = ROW.exec(line) ?? [];
      return method === undefined ? [] : [{ method, path: path!, origin: origin!, who: who as ListedRoute['who'] }];
    });
}

/** How many places of the path a client fills. */
export function placeCount({ path }: ListedRoute): number {
  return path.match(PLACEHOLDER)?.length ?? 0;
}

/** The path with a word in one of these places, and something harmless in the others. */
export function pathWith({ path }: ListedRoute, place: number, word: string): string {
  let index = 0;
  return path.replaceAll(PLACEHOLDER, () => (index++ === place ? word : 'x'));
}
