// Rules of numbers, and of amounts that are a number or a percentage.
import type { Json, StatusCause } from '../base/mod.ts';
import { invalid } from './causes.ts';
import { fieldOf } from './kind.ts';

const PERCENTAGE = /^\d+%$/;

/** Members that are set must not be below zero. `path` is where `parent` stands. */
export function nonNegativeCauses(parent: Json | undefined, path: string, members: readonly string[]): readonly StatusCause[] {
  return members.flatMap((member) => {
    const value = fieldOf(parent, member);
    return typeof value === 'number' && value < 0 ? [invalid(`${path}.${member}`, value, 'must be greater than or equal to 0')] : [];
  });
}

/** A count of at least zero, or a percentage. */
export function countOrPercentageCauses(value: Json | undefined, path: string): readonly StatusCause[] {
  if (typeof value === 'number') return value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
  if (value === undefined || (typeof value === 'string' && PERCENTAGE.test(value))) return [];
  return [invalid(path, value, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%', or '93%')")];
}

export function atMostHundredPercentCauses(value: Json | undefined, path: string): readonly StatusCause[] {
  const isMore = typeof value === 'string' && PERCENTAGE.test(value) && Number.parseInt(value, 10) > 100;
  return isMore ? [invalid(path, value, 'must not be greater than 100%')] : [];
}

/** The number of a count or of a percentage; 0 for none. */
export function numberOf(value: Json | undefined): number {
  return typeof value === 'number' ? value : typeof value === 'string' && PERCENTAGE.test(value) ? Number.parseInt(value, 10) : 0;
}
