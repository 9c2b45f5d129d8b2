// What values say and what errors mean while an expression runs.
import { CelAuthorizer } from './access.ts';
import { fail } from './arithmetic.ts';
import { CelObject } from './values.ts';

/** Undefined when there is none. */
export function memberValue(value: unknown, name: string): unknown {
  if (value instanceof CelObject) return value.get(name);
  if (value instanceof Map) return (value as Map<unknown, unknown>).get(name);
  if (value instanceof CelAuthorizer) return name === 'requestResource' ? value.requestResource : undefined;
  return fail('no such overload');
}

export function truthOf(value: unknown): boolean {
  return typeof value === 'boolean' ? value : fail('no such overload');
}

/** Running out of budget ends everything; other errors may be void. */
export function isFatal(error: unknown): boolean {
  return !(error instanceof Error) || ('reason' in error && error.reason === 'CostExceeded') || !('reason' in error);
}
