// Who owns which fields: the entries of metadata.managedFields, read and written
// (k8s.io/apimachinery pkg/util/managedfields). Pure.
import { isJsonObject, jsonEquals, type Json, type JsonObject, type KubeObject, type ObjectMeta } from '../../base/mod.ts';
import { difference, EMPTY, isEmpty, union, type FieldTree } from './field-tree.ts';

export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string | undefined;
  readonly time: string | undefined;
  readonly fields: FieldTree;
}

/** Of those that update; the oldest ones beyond it are put together. */
const UPDATE_MANAGER_COUNT_MAX = 10;
const ANCIENT = 'ancient-changes';

interface ManagedMeta extends ObjectMeta {
  readonly managedFields?: readonly JsonObject[];
}

export function managedFieldsOf({ metadata }: KubeObject): readonly JsonObject[] | undefined {
  return (metadata as ManagedMeta).managedFields;
}

export function withManagers(object: KubeObject, managers: readonly Manager[]): KubeObject {
  const { managedFields: _old, ...rest } = object.metadata as ManagedMeta;
  const metadata: ManagedMeta = managers.length === 0 ? rest : { ...rest, managedFields: managers.toSorted(compareManagers).map(writeManager) };
  return { ...object, metadata };
}

/** A list that is empty, or holds one empty entry, asks to forget all owners. */
export function isReset(entries: readonly JsonObject[]): boolean {
  return entries.length === 0 || (entries.length === 1 && Object.keys(entries[0]!).length === 0);
}

export function readManagers(entries: readonly JsonObject[]): readonly Manager[] {
  return entries.flatMap((entry) => {
    const { manager, operation, apiVersion, subresource, time, fieldsV1 } = entry;
    if (typeof manager !== 'string' || !isJsonObject(fieldsV1)) return [];
    return [
      {
        name: manager,
        operation: operation === 'Apply' ? 'Apply' : 'Update',
        apiVersion: typeof apiVersion === 'string' ? apiVersion : '',
        subresource: typeof subresource === 'string' && subresource !== '' ? subresource : undefined,
        time: typeof time === 'string' ? time : undefined,
        fields: fieldsV1 as unknown as FieldTree,
      } satisfies Manager,
    ];
  });
}

function writeManager({ name, operation, apiVersion, subresource, time, fields }: Manager): JsonObject {
  return {
    manager: name,
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: fields as unknown as Json,
    ...(subresource === undefined ? {} : { subresource }),
  };
}

/** Applies are told apart by name and subresource, updates by their version, too. */
export function isSameManager(a: Manager, b: Omit<Manager, 'fields' | 'time'>): boolean {
  const isSame = a.name === b.name && a.operation === b.operation && a.subresource === b.subresource;
  return isSame && (a.operation === 'Apply' || a.apiVersion === b.apiVersion);
}

function compareManagers(a: Manager, b: Manager): number {
  const keys = (manager: Manager) => [manager.operation, manager.time ?? '', manager.name, manager.apiVersion, manager.subresource ?? ''];
  const [left, right] = [keys(a), keys(b)];
  for (const [index, key] of left.entries()) if (key !== right[index]) return key < right[index]! ? -1 : 1;
  return 0;
}

/** Managers without these fields; one that is left with nothing goes. */
export function takeFrom(managers: readonly Manager[], fields: FieldTree): readonly Manager[] {
  if (isEmpty(fields)) return managers;
  return managers.flatMap((manager) => {
    const left = difference(manager.fields, fields);
    if (isEmpty(left)) return [];
    return [left === manager.fields ? manager : { ...manager, fields: left }];
  });
}

/** Whether two lists own the same, whenever. */
export function ownTheSame(a: readonly Manager[], b: readonly Manager[]): boolean {
  return a.length === b.length && a.every((manager) => b.some((other) => isSameManager(manager, other) && jsonEquals(manager.fields, other.fields)));
}

/** Puts the oldest updates of each version together until there are not too many. */
export function capUpdates(managers: readonly Manager[]): readonly Manager[] {
  const updates = managers.filter(({ operation }) => operation === 'Update').toSorted(compareManagers);
  let excess = updates.length - UPDATE_MANAGER_COUNT_MAX;
  if (excess <= 0) return managers;
  const buckets = new Map<string, Manager>();
  const merged = new Set<Manager>();
  for (const manager of updates) {
    if (excess <= 0) break;
    const bucket = buckets.get(manager.apiVersion);
    buckets.set(manager.apiVersion, bucket === undefined ? manager : { ...manager, name: ANCIENT, subresource: undefined, fields: union(bucket.fields, manager.fields) });
    merged.add(manager);
    if (bucket !== undefined) excess--;
  }
  return [...managers.filter((manager) => !merged.has(manager)), ...buckets.values()];
}

export function ownedByAnybody(managers: readonly Manager[]): FieldTree {
  return managers.reduce<FieldTree>((all, manager) => union(all, manager.fields), EMPTY);
}
