// From the stored object and the wanted one to the one that may be stored; pure. What a request may change depends on the
// subresource it came through.
import { jsonEquals, success, unreachable, type KubeObject, type Outcome, type Steps } from '../../base/mod.ts';
import { applyDefaults, memberSchema, objectSchema, resizedPod, resolveSchema, validationSteps, zeroMembers, type KindDefinition } from '../../api/mod.ts';
import { conflict, invalidObject, MODIFIED } from '../refusals.ts';
import { isReset, managedFieldsOf, readManagers, withManagers, type Manager } from '../ownership/managers.ts';
import { ownersAfterUpdate, ownTheSame, type Actor } from '../ownership/ownership.ts';
import { metadataForUpdate } from './metadata.ts';

/** Undefined is the object itself. */
export type ChangeScope = undefined | 'status' | 'finalize' | 'scale' | 'ephemeralcontainers' | 'resize';

/** What the object shall become, and, when an apply changes it, the owners of its fields. */
export interface WantedChange {
  readonly object: KubeObject;
  readonly managers?: readonly Manager[];
}

/** The object to store, or the current one itself when nothing changes. */
export function* changeSteps(kind: KindDefinition, scope: ChangeScope, wanted: WantedChange, current: KubeObject, actor: Actor): Steps<Outcome<KubeObject>> {
  const precondition = checkPreconditions(kind, wanted.object, current);
  if (precondition !== undefined) return precondition;
  const prepared = inScope(kind, scope, wanted.object, current);
  yield;
  const changed = scope === 'status' ? prepared : withGeneration(kind, prepared, current);
  const isSame = jsonEquals(changed, current);
  yield;
  const next = withOwners(kind, scope, { wanted, changed, current, isSame }, actor);
  yield;
  if (next === current) return success(current);
  const causes = yield* validationSteps(kind, next, current, scope);
  return causes.length > 0 ? invalidObject(kind, current.metadata.name, causes) : success(next);
}

interface OwnedChange {
  readonly wanted: WantedChange;
  /** With the owners of the current object. */
  readonly changed: KubeObject;
  readonly current: KubeObject;
  readonly isSame: boolean;
}

/** The changed object with the owners of its fields; the current one when neither changes. */
function withOwners(kind: KindDefinition, scope: ChangeScope, { wanted, changed, current, isSame }: OwnedChange, actor: Actor): KubeObject {
  const given = managedFieldsOf(wanted.object);
  const before = readManagers(managedFieldsOf(current) ?? []);
  if (wanted.managers !== undefined) {
    return isSame && ownTheSame(wanted.managers, before) ? current : withManagers(changed, wanted.managers);
  }
  // Through a subresource nobody changes owners by hand.
  if (scope === undefined && given !== undefined && isReset(given)) return isSame && before.length === 0 ? current : withManagers(changed, []);
  const claimed = scope === undefined && given !== undefined ? readManagers(given) : before;
  const managers = ownersAfterUpdate(kind, current, changed, claimed, actor);
  if (isSame && ownTheSame(managers, before)) return current;
  return managers === before ? changed : withManagers(changed, managers);
}

/** A resourceVersion or uid in the body says which object the client has seen. */
function checkPreconditions(kind: KindDefinition, { metadata: wanted }: KubeObject, { metadata: current }: KubeObject) {
  if ((wanted.uid ?? '') !== '' && wanted.uid !== current.uid) {
    return conflict(kind, current.name, `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${current.uid}`);
  }
  const isStale = (wanted.resourceVersion ?? '') !== '' && wanted.resourceVersion !== current.resourceVersion;
  return isStale ? conflict(kind, current.name, MODIFIED) : undefined;
}

function inScope(kind: KindDefinition, scope: ChangeScope, wanted: KubeObject, current: KubeObject): KubeObject {
  switch (scope) {
    case undefined: {
      const metadata = metadataForUpdate(wanted.metadata, current.metadata);
      const object = applyDefaults(kind, { ...wanted, metadata });
      return (kind.prepareForUpdate ?? keepStatus(kind))(object, current);
    }
    case 'status': {
      // What else the object holds stays as it is, and so do the objects in it: whoever compares them sees at once that they are the same.
      // The defaults of Kubernetes' own kinds are about their specs, for which nobody asks here.
      const { status } = applyDefaults(kind, withPart(kind.custom === undefined ? withPart(current, 'spec', undefined) : current, 'status', wanted.status));
      return withPart(kind.statusCarriesAnnotations === true ? withAnnotations(current, wanted) : current, 'status', withZeroes(kind, status));
    }
    case 'finalize':
      return withPart(current, 'spec', { ...current.spec, finalizers: wanted.spec?.['finalizers'] ?? [] });
    case 'ephemeralcontainers':
      return applyDefaults(kind, withPart(current, 'spec', { ...current.spec, ephemeralContainers: wanted.spec?.['ephemeralContainers'] ?? [] }));
    case 'resize':
      return applyDefaults(kind, resizedPod(wanted, current));
    case 'scale':
      return { ...wanted, metadata: current.metadata };
    default:
      return unreachable(scope satisfies never);
  }
}

/** Where Go has a struct the status is always there, with its structs: clients look into them at once. Those that say something themselves are left to whoever writes them. */
function withZeroes(kind: KindDefinition, status: KubeObject['status']): KubeObject['status'] {
  if (kind.custom !== undefined) return status;
  const schema = objectSchema(kind);
  if (zeroMembers(schema)?.['status'] === undefined) return status;
  const statusSchema = resolveSchema(memberSchema(resolveSchema(schema), 'status') ?? {});
  const isSilent = (name: string) => resolveSchema(memberSchema(statusSchema, name) ?? {}).required === undefined;
  const zeroes = Object.entries(zeroMembers(statusSchema) ?? {}).filter(([name]) => status?.[name] === undefined && isSilent(name));
  return status !== undefined && zeroes.length === 0 ? status : { ...status, ...Object.fromEntries(zeroes) };
}

function withPart(object: KubeObject, part: 'spec' | 'status', value: KubeObject['spec']): KubeObject {
  const { [part]: _old, ...rest } = object;
  return (value === undefined ? rest : { ...rest, [part]: value }) as KubeObject;
}

function withAnnotations(current: KubeObject, { metadata: { annotations } }: KubeObject): KubeObject {
  if (jsonEquals(annotations, current.metadata.annotations)) return current;
  const { annotations: _old, ...metadata } = current.metadata;
  return { ...current, metadata: annotations === undefined ? metadata : { ...metadata, annotations } };
}

function keepStatus(kind: KindDefinition): (object: KubeObject, current: KubeObject) => KubeObject {
  if (!kind.subresources.some((subresource) => subresource.name === 'status')) return (object) => object;
  return (object, current) => withPart(object, 'status', current.status);
}

/** One more when anything but metadata and status changed; of the metadata only annotations count, and not for every kind. */
function withGeneration(kind: KindDefinition, next: KubeObject, current: KubeObject): KubeObject {
  if (!kind.hasGeneration) return next;
  const hasNewAnnotations = kind.generationCountsAnnotations === true && !jsonEquals(next.metadata.annotations, current.metadata.annotations);
  if (!hasNewAnnotations && jsonEquals(desiredPart(kind, next), desiredPart(kind, current))) return next;
  return { ...next, metadata: { ...next.metadata, generation: (current.metadata.generation ?? 0) + 1 } };
}

/** What controllers act upon. A custom resource whose status has no subresource is desired as a whole. */
function desiredPart({ custom, subresources }: KindDefinition, { metadata: _metadata, ...parts }: KubeObject): unknown {
  if (custom !== undefined && !subresources.some(({ name }) => name === 'status')) return parts;
  const { status: _status, ...desired } = parts;
  return desired;
}

/** Whether an update takes away the last thing that kept a deleted object. */
export function isDeletionComplete(object: KubeObject, isHeld: boolean): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && finalizers.length === 0 && !isHeld;
}

