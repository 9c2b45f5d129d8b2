// From a body to an object that may be stored: everything about a creation that needs no look into the store.
import { atOnce, success, type KubeObject, type Outcome, type Steps, type WriteOptions } from '../../base/mod.ts';
import { applyDefaults, objectSchema, validationSteps, zeroMembers, type KindDefinition } from '../../api/mod.ts';
import type { ServerContext } from '../context.ts';
import { badRequest, invalidObject } from '../refusals.ts';
import { withManagers, type Manager } from '../ownership/managers.ts';
import { ownersAfterUpdate } from '../ownership/ownership.ts';
import { actorOf } from './actor.ts';
import { completeNew } from './complete.ts';
import { decodeSteps } from './decode.ts';
import { metadataForCreate } from './metadata.ts';

/** What shall be made, with defaults and with what admission adds, not yet validated. */
export interface NewObject {
  readonly object: KubeObject;
  readonly owners: readonly Manager[];
  /** As the request has it, for complaints. */
  readonly name: string;
}

export function prepareNew(context: ServerContext, ...request: NewRequest): Outcome<KubeObject> {
  const draft = atOnce(draftSteps(context, ...request));
  return draft.ok ? atOnce(finishSteps(request[0], context.clock.now(), draft.value)) : draft;
}

type NewRequest = Parameters<typeof draftSteps> extends [ServerContext, ...infer Rest] ? Rest : never;

/** `managers` own the fields of an object that an apply makes; without them the creator owns all. */
export function* draftSteps(
  context: ServerContext,
  kind: KindDefinition,
  namespace: string | undefined,
  body: unknown,
  options: WriteOptions,
  managers?: readonly Manager[],
): Steps<Outcome<NewObject>> {
  const decoded = yield* decodeSteps(kind, body, options);
  if (!decoded.ok) return decoded;
  const given = decoded.value.metadata;
  if ((given.resourceVersion ?? '') !== '') return badRequest('resourceVersion should not be set on objects to be created');
  const located = locate(kind, namespace, given.namespace);
  if (!located.ok) return located;
  yield;
  const metadata = metadataForCreate(context, kind, given, located.value);
  const defaulted = applyDefaults(kind, { ...decoded.value, metadata });
  yield;
  // What admission adds has no owner.
  const owners = managers ?? ownersAfterUpdate(kind, undefined, defaulted, [], actorOf(context, options, undefined));
  yield;
  const complete = completeNew(context, kind, defaulted);
  return complete.ok ? success({ object: complete.value, owners, name: given.name ?? '' }) : complete;
}

/** The object that may be stored. */
export function* finishSteps(kind: KindDefinition, nowMs: number, draft: NewObject): Steps<Outcome<KubeObject>> {
  yield;
  const object = (kind.prepareForCreate ?? withoutStatus(kind))(withManagers(draft.object, draft.owners), nowMs);
  const causes = yield* validationSteps(kind, object);
  return causes.length > 0 ? invalidObject(kind, draft.name, causes) : success(object);
}

/** The namespace of the request and of the body must agree; a namespaced object needs one of them. */
function locate(kind: KindDefinition, requested: string | undefined, given: string | undefined): Outcome<string | undefined> {
  const inBody = given === '' ? undefined : given;
  if (!kind.isNamespaced) {
    return inBody === undefined ? success(undefined) : badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const namespace = requested ?? inBody;
  if (namespace === undefined || namespace === '') return badRequest('an empty namespace may not be set during creation');
  if (inBody !== undefined && inBody !== namespace) {
    return badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return success(namespace);
}

/** Where Go has a struct the status is there, if empty: clients look into it at once. */
function withoutStatus(kind: KindDefinition): (object: KubeObject) => KubeObject {
  if (!kind.subresources.some((subresource) => subresource.name === 'status')) return (object) => object;
  const hasStruct = kind.custom === undefined && zeroMembers(objectSchema(kind))?.['status'] !== undefined;
  return ({ status: _status, ...object }) => (hasStruct ? { ...object, status: {} } : object) as KubeObject;
}
