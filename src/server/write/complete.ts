// The wanted object with what admission adds, before webhooks and rules look at it.
import type { KubeObject, Outcome } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import { admissionFacts } from '../admission/admission-facts.ts';
import type { ServerContext } from '../context.ts';
import type { ChangeScope } from './prepare-change.ts';

export function completeNew(context: ServerContext, kind: KindDefinition, object: KubeObject): Outcome<KubeObject> {
  return context.admission.complete({ operation: 'CREATE', kind, object, identity: context.identity }, admissionFacts(context, context.store));
}

export function completeChange(context: ServerContext, kind: KindDefinition, subresource: ChangeScope, object: KubeObject, old: KubeObject): Outcome<KubeObject> {
  return context.admission.complete({ operation: 'UPDATE', kind, subresource, object, old, identity: context.identity }, admissionFacts(context, context.store));
}
