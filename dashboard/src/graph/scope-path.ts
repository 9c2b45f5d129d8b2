// Places in a pipeline: `root.report.evaluate`, `root.for-loop[2].train`. The same over retries, and what addresses name.

/** `root.report` of `root.report.evaluate`; iterations are inside their loop. */
export function parentPathOf(path: string): string {
  return path.endsWith(']') ? path.slice(0, path.lastIndexOf('[')) : path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

/** From the root down to the path itself. */
export function pathsTo(path: string): readonly string[] {
  return path === '' ? [] : [...pathsTo(parentPathOf(path)), path];
}

/** The last part: `evaluate`, `[2]`. */
export function leafOf(path: string): string {
  return path.slice(parentPathOf(path).length).replace(/^\./, '');
}
