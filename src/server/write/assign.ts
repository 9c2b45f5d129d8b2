// Values that no two objects of a kind may share (a Service's address), given inside the commit.
import { success, type KubeObject, type Outcome } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { StoreWriter } from '../../store/mod.ts';
import { keyOf, prefixOf } from '../keys.ts';
import { invalidObject } from '../refusals.ts';

export function withAssignedValues(writer: StoreWriter, kind: KindDefinition, object: KubeObject): Outcome<KubeObject> {
  if (kind.assign === undefined) return success(object);
  const ownKey = keyOf(kind, object.metadata.namespace, object.metadata.name);
  const others = writer.list(prefixOf(kind, undefined)).filter(({ key }) => key !== ownKey);
  const assigned = kind.assign(object, others.map((entry) => entry.object));
  return assigned.ok ? success(assigned.object) : invalidObject(kind, object.metadata.name, assigned.causes);
}
