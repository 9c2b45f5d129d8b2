// What the path of a request is about. Pure.

export interface ResourceTarget {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

export type ApiPath =
  | { readonly kind: 'api-root' }
  | { readonly kind: 'groups-root' }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'group-version'; readonly group: string; readonly version: string }
  | { readonly kind: 'resource'; readonly target: ResourceTarget }
  /** `/api/v1/watch/…`, deprecated since 1.11 and still served: `path` without the word, of the collection; `name` of one object. */
  | { readonly kind: 'watch'; readonly path: string; readonly name?: string };

/** Undefined when the path is none of the API's, or badly encoded. */
export function parseApiPath(path: string): ApiPath | undefined {
  const segments = decodeSegments(path);
  if (segments === undefined) return undefined;
  const [root, ...rest] = segments;
  if (root === 'api') {
    const [version, ...within] = rest;
    return version === undefined ? { kind: 'api-root' } : parseWithin('', version, within);
  }
  if (root !== 'apis') return undefined;
  const [group, version, ...within] = rest;
  if (group === undefined) return { kind: 'groups-root' };
  return version === undefined ? { kind: 'group', group } : parseWithin(group, version, within);
}

/** Empty segments, as a trailing slash makes one, do not count. */
function decodeSegments(path: string): string[] | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  try {
    return path.includes('%') ? segments.map(decodeURIComponent) : segments;
  } catch {
    return undefined; // a stray %
  }
}

/** What stands behind it is a path of somebody else's. */
export const PROXY = 'proxy';
const NAMESPACE_SUBRESOURCES: readonly string[] = ['status', 'finalize'];

function parseWithin(group: string, version: string, segments: readonly string[]): ApiPath | undefined {
  if (segments.length === 0) return { kind: 'group-version', group, version };
  const [first, second, third] = segments;
  if (first === 'watch' && second !== undefined) return parseWatch(group, version, segments.slice(1));
  const isNamespaceItself = first !== 'namespaces' || third === undefined || (group === '' && NAMESPACE_SUBRESOURCES.includes(third) && segments.length === 3);
  const [resource, name, ...deeper] = isNamespaceItself ? segments : segments.slice(2);
  return {
    kind: 'resource',
    target: {
      group,
      version,
      resource: resource!,
      ...(isNamespaceItself ? {} : { namespace: second! }),
      ...(name === undefined ? {} : { name }),
      ...(deeper.length === 0 ? {} : { subresource: deeper[0] === PROXY ? PROXY : deeper.join('/') }),
    },
  };
}

function parseWatch(group: string, version: string, segments: readonly string[]): ApiPath | undefined {
  const watched = parseWithin(group, version, segments);
  if (watched?.kind !== 'resource' || watched.target.subresource !== undefined) return undefined;
  const { resource, namespace, name } = watched.target;
  const within = namespace === undefined ? [resource] : ['namespaces', namespace, resource];
  const path = [...(group === '' ? ['api'] : ['apis', group]), version, ...within].map((segment) => `/${encodeURIComponent(segment)}`).join('');
  return { kind: 'watch', path, ...(name === undefined ? {} : { name }) };
}
