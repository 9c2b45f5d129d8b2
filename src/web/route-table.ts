// Finds the route of a request. The pattern language of `Route.path` is translated for find-my-way, Fastify's router.
import findMyWay, { type HTTPMethod } from 'find-my-way';
import { assert } from '../base/mod.ts';
import type { Route } from './route.ts';

export type RouteMatch =
  | { readonly kind: 'found'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'method-not-allowed'; readonly allowed: readonly string[] }
  | { readonly kind: 'not-found' };

export interface RouteTable {
  match(method: string, path: string): RouteMatch;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** Longest decoded path parameter. */
const PARAMETER_CHARS_MAX = 4096;

/** Throws when two routes say the same thing, or when one has no authorization (possible only past the type checker). */
export function createRouteTable(routes: readonly Route[]): RouteTable {
  const router = findMyWay({ ignoreTrailingSlash: true, ignoreDuplicateSlashes: false, maxParamLength: PARAMETER_CHARS_MAX });
  for (const route of routes) {
    assert((route.authorization as unknown) !== undefined, `route ${route.method} ${route.path} declares no authorization`);
    const methods: HTTPMethod[] = route.method === '*' ? [...METHODS] : [route.method];
    router.on(methods, toRouterPath(route.path), () => undefined, route);
  }
  return {
    match(method, path) {
      const found = router.find(method as HTTPMethod, path);
      if (found !== null) {
        return { kind: 'found', route: found.store as Route, params: found.params as Record<string, string> };
      }
      const allowed = METHODS.filter((other) => other !== method && router.find(other, path) !== null);
      return allowed.length > 0 ? { kind: 'method-not-allowed', allowed } : { kind: 'not-found' };
    },
  };
}

/** `/runs/{run_id}:terminate` → `/runs/:run_id(^[^/:]+)::terminate`; a literal colon is doubled. */
function toRouterPath(path: string): string {
  return path
    .split('/')
    .map((segment) => {
      const match = /^\{(\w+)\}(:.+)?$/.exec(segment);
      if (match === null) return segment.replaceAll(':', '::');
      return match[2] === undefined ? `:${match[1]}` : `:${match[1]}(^[^/:]+)${match[2].replaceAll(':', '::')}`;
    })
    .join('/');
}
