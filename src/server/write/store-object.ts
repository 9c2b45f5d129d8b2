// The last step of every write, inside the commit: quotas are charged, then the object is put or removed.
import { success, type KubeObject, type Outcome } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { StoredObject, StoreWriter } from '../../store/mod.ts';
import { admissionFacts } from '../admission/admission-facts.ts';
import type { ServerContext } from '../context.ts';
import { chargeQuotas, countQuota } from '../quota/charge.ts';
import { withAssignedValues } from './assign.ts';
import { withAcceptedNames } from './definition-names.ts';
import { asStored, asWritten } from './stored-version.ts';

/** Refused by admission, or when a quota does not allow it. `old` is what is stored under the key now. */
export function storeObject(
  context: ServerContext,
  writer: StoreWriter,
  kind: KindDefinition,
  { key, object, old, subresource }: { readonly key: string; readonly object: KubeObject; readonly old?: KubeObject; readonly subresource?: string | undefined },
): Outcome<StoredObject> {
  const { admission, identity } = context;
  const operation = old === undefined ? 'CREATE' : 'UPDATE';
  const request = { operation, kind, subresource, object, ...(old === undefined ? {} : { old }), identity } as const;
  const refusal = admission.refuse(request, admissionFacts(context, writer)) ?? chargeQuotas(context, writer, kind, { before: old, after: object });
  if (refusal !== undefined) return refusal;
  const counted = kind.resource === 'resourcequotas' && kind.group === '' ? countQuota(context, writer, object) : object;
  const assigned = withAssignedValues(writer, kind, counted);
  if (!assigned.ok) return assigned;
  const named = withAcceptedNames(context, kind, assigned.value);
  return success(asWritten(kind, writer.put(key, asStored(kind, named)), named));
}

/** `object` is the last state that watchers get to see. */
export function removeObject(context: ServerContext, writer: StoreWriter, kind: KindDefinition, key: string, object: KubeObject): StoredObject {
  chargeQuotas(context, writer, kind, { before: writer.get(key)?.object });
  return asWritten(kind, writer.remove(key, asStored(kind, object)), object);
}
