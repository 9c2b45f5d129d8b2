// A bound on how deep documents are nested: what walks them recursively may rely on it.

/** The deepest real objects (custom resource schemas aside) have about 20 levels. */
export const DEPTH_MAX = 100;

/** A sentence when the document is nested too deep. Iterative, so that a hostile document can't exhaust the stack. */
export function depthComplaint(document: unknown): string | undefined {
  let level: unknown[] = [document];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) return `the document is nested deeper than ${DEPTH_MAX} levels`;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return undefined;
}
