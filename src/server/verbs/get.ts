// get: one object by name, from the committed state.
import { success, type Outcome } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { keyOf } from '../keys.ts';
import { notFound } from '../refusals.ts';
import { shownAs } from './stored-form.ts';

export function getObject({ store }: ServerContext, kind: KindDefinition, namespace: string | undefined, name: string): Outcome<StoredObject> {
  const entry = store.get(keyOf(kind, namespace, name));
  return entry === undefined ? notFound(kind, name) : success(shownAs(kind, entry));
}
