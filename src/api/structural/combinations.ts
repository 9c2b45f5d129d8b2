// allOf, anyOf, oneOf and not: which alternatives fit, and, when none does, the causes of the one that came closest.
import type { StatusCause } from '../../base/mod.ts';
import { invalid } from '../causes.ts';
import type { Verdict } from './verdict.ts';

export function anyOfCauses(verdicts: readonly Verdict[], path: string): Verdict {
  const fitting = verdicts.find(isGood);
  if (fitting !== undefined) return fitting;
  const closest = closestOf(verdicts);
  return { causes: [complaint(`${quoted(path)} must validate at least one schema (anyOf)`), ...closest.causes], matchCount: closest.matchCount };
}

export function oneOfCauses(verdicts: readonly Verdict[], path: string): Verdict {
  const fitting = verdicts.filter(isGood);
  if (fitting.length === 1) return fitting[0]!;
  const found = fitting.length === 0 ? 'Found none valid' : `Found ${fitting.length} valid alternatives`;
  const sentence = complaint(`${quoted(path)} must validate one and only one schema (oneOf). ${found}`);
  if (fitting.length > 0) return { causes: [sentence], matchCount: 0 };
  const closest = closestOf(verdicts);
  return { causes: [sentence, ...closest.causes], matchCount: closest.matchCount };
}

export function allOfCauses(verdicts: readonly Verdict[], path: string): Verdict {
  const good = verdicts.filter(isGood).length;
  const causes = verdicts.flatMap((verdict) => verdict.causes);
  const matchCount = verdicts.reduce((sum, verdict) => sum + verdict.matchCount, 0);
  if (good === verdicts.length) return { causes, matchCount };
  return { causes: [...causes, complaint(`${quoted(path)} must validate all the schemas (allOf)${good === 0 ? '. None validated' : ''}`)], matchCount };
}

export function notCauses(verdict: Verdict, path: string): readonly StatusCause[] {
  return isGood(verdict) ? [complaint(`${quoted(path)} must not validate the schema (not)`)] : [];
}

function isGood(verdict: Verdict): boolean {
  return verdict.causes.length === 0;
}

function closestOf(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce((best, verdict) => (verdict.matchCount > best.matchCount ? verdict : best));
}

/** Upstream names no field in these. */
function complaint(text: string): StatusCause {
  return invalid('<nil>', '', text);
}

function quoted(path: string): string {
  return JSON.stringify(path);
}
