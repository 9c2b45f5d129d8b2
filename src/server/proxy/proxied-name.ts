// What `services/[scheme:]name[:port]/proxy/…`, `pods/…` and `nodes/…` name, after SplitSchemeNamePort of Kubernetes. Pure.

export interface ProxiedName {
  readonly scheme: 'http' | 'https';
  readonly name: string;
  /** Number or name of a port; '' when none is said. */
  readonly port: string;
}

/** Undefined when it can not be one. */
export function parseProxiedName(text: string): ProxiedName | undefined {
  const parts = text.split(':');
  const [scheme = '', name = '', port = ''] = parts.length < 3 ? ['', ...parts] : parts;
  if (parts.length > 3 || name === '' || !['', 'http', 'https'].includes(scheme)) return undefined;
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port };
}

/** `/api/v1/namespaces/N/services/NAME/proxy` or `/api/v1/nodes/NAME/proxy`, whatever stands behind it. */
const BEFORE = /^(?:\/+[^/]+){2}(?:\/+nodes(?:\/+[^/]+){2}|(?:\/+[^/]+){5})/;

export interface ProxiedPath {
  /** Up to the word `proxy`. */
  readonly base: string;
  /** Behind it, as it was sent (but generated clients, Python's among them, encode the slashes of this path): '' or with a slash at its beginning. */
  readonly rest: string;
}

/** `path` is known to lead to a proxy. */
export function splitProxiedPath(path: string): ProxiedPath {
  const base = BEFORE.exec(path)?.[0] ?? path;
  return { base, rest: path.slice(base.length).replaceAll(/%2f/gi, '/') };
}
