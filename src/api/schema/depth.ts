// A bound on how deep documents are nested: what walks them recursively may rely on it.

/** The deepest real objects (custom resource schemas aside) have about 20 levels. */
export const DEPTH_MAX = 100;

/** A sentence when the document is nested too deep. It goes no deeper itself, so that a hostile document can't exhaust the stack. */
export function depthComplaint(document: unknown): string | undefined {
  return isDeeper(document, DEPTH_MAX) ? `the document is nested deeper than ${DEPTH_MAX} levels` : undefined;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (levels < 0) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => isDeeper(item, levels - 1));
  for (const name in value) if (isDeeper((value as Record<string, unknown>)[name], levels - 1)) return true;
  return false;
}
