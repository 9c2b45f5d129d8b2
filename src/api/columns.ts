// Building blocks of table columns.
import type { Json, KubeObject } from '../base/mod.ts';
import { ageOf } from './age.ts';
import { fieldOf, type TableColumn } from './kind.ts';

type Cell = (object: KubeObject, nowMs: number) => Json;

export const NAME_COLUMN: TableColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object, unique within its namespace.',
  priority: 0,
  cell: (object) => object.metadata.name,
};

export const AGE_COLUMN: TableColumn = textColumn('Age', 'Time since the object was created.', (object, nowMs) => ageOf(object.metadata.creationTimestamp, nowMs));

/** In place of the age, for kinds that Kubernetes has no table of. */
export const CREATED_AT_COLUMN: TableColumn = {
  ...textColumn('Created At', 'When the object was created.', (object) => object.metadata.creationTimestamp ?? ''),
  type: 'date',
};

/** A column that is always shown. */
export function textColumn(name: string, description: string, cell: Cell): TableColumn {
  return { name, type: 'string', description, priority: 0, cell };
}

/** A column of `-o wide`. */
export function wideColumn(name: string, description: string, cell: Cell): TableColumn {
  return { name, type: 'string', description, priority: 1, cell };
}

/** A column of whole numbers that is always shown. */
export function integerColumn(name: string, description: string, cell: Cell): TableColumn {
  return { ...textColumn(name, description, cell), type: 'integer' };
}

/** Wide columns with names and images of the containers of a Pod template. */
export function containerColumns(...podSpecPath: readonly string[]): readonly TableColumn[] {
  const listed = (member: string): Cell => (object) =>
    itemsAt(object, ...podSpecPath, 'containers')
      .map((container) => textAt(container, '', member))
      .join(',');
  return [wideColumn('Containers', 'Names of the containers.', listed('name')), wideColumn('Images', 'Images of the containers.', listed('image'))];
}

/** The number at a path; 0 when there is none. */
export function numberAt(object: unknown, ...path: readonly (string | number)[]): number {
  const value = fieldOf(object, ...path);
  return typeof value === 'number' ? value : 0;
}

/** Whether a condition of that type is true. */
export function isConditionTrue(object: unknown, type: string): boolean {
  return itemsAt(object, 'status', 'conditions').some((condition) => textAt(condition, '', 'type') === type && textAt(condition, '', 'status') === 'True');
}

/** The text at a path; `fallback` when there is none or it is empty. */
export function textAt(object: unknown, fallback: string, ...path: readonly (string | number)[]): string {
  const value = fieldOf(object, ...path);
  return typeof value === 'string' && value !== '' ? value : fallback;
}

/** The items at a path; empty when there is no list. */
export function itemsAt(object: unknown, ...path: readonly (string | number)[]): readonly Json[] {
  const value = fieldOf(object, ...path);
  return Array.isArray(value) ? value : [];
}

/** Number of members of the object at a path. */
export function memberCountAt(object: unknown, ...path: readonly (string | number)[]): number {
  const value = fieldOf(object, ...path);
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
