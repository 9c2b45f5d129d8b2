// metadata.managedFields: who applied which fields. Only applies are recorded here.
import type { JsonObject, KubeObject, ObjectMeta } from '../../base/mod.ts';

interface ManagedMeta extends ObjectMeta {
  readonly managedFields?: readonly JsonObject[];
}

export function managedFieldsOf({ metadata }: KubeObject): readonly JsonObject[] {
  return (metadata as ManagedMeta).managedFields ?? [];
}

export function withManagedFields(object: KubeObject, managedFields: readonly JsonObject[]): KubeObject {
  const { managedFields: _old, ...rest } = object.metadata as ManagedMeta;
  const metadata: ManagedMeta = managedFields.length === 0 ? rest : { ...rest, managedFields };
  return { ...object, metadata };
}
