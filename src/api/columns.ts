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

/** A column that is always shown. */
export function textColumn(name: string, description: string, cell: Cell): TableColumn {
  return { name, type: 'string', description, priority: 0, cell };
}

/** A column of `-o wide`. */
export function wideColumn(name: string, description: string, cell: Cell): TableColumn {
  return { name, type: 'string', description, priority: 1, cell };
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
