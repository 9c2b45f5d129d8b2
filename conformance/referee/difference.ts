// Where two JSON values differ, as paths.
import { isJsonObject, jsonEquals, type Json } from '../../src/base/mod.ts';

export interface Difference {
  /** `spec.containers[0].image`; empty for the whole. */
  readonly path: string;
  readonly theirs: Json | undefined;
  readonly ours: Json | undefined;
}

export function differences(theirs: Json | undefined, ours: Json | undefined, path = ''): readonly Difference[] {
  if (isJsonObject(theirs) && isJsonObject(ours)) {
    const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
    return [...names].flatMap((name) => differences(theirs[name], ours[name], path === '' ? name : `${path}.${name}`));
  }
  if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length) {
    return theirs.flatMap((item: Json, index) => differences(item, ours[index] as Json, `${path}[${index}]`));
  }
  const isSame = theirs === undefined || ours === undefined ? theirs === ours : jsonEquals(theirs, ours);
  return isSame ? [] : [{ path, theirs, ours }];
}
