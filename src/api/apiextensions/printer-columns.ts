// additionalPrinterColumns as table columns (k8s.io/apiextensions-apiserver pkg/registry/customresource/tableconvertor).
import type { Json, KubeObject } from '../../base/mod.ts';
import { goJsonStringify, goNumberText, parseJsonPath, type JsonPath } from '../../expr/mod.ts';
import { ageOf } from '../age.ts';
import { NAME_COLUMN } from '../columns.ts';
import type { TableColumn } from '../kind.ts';
import type { PrinterColumn } from './definition.ts';

const AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'Time since the object was created.',
};

export function printerColumns(columns: readonly PrinterColumn[] | undefined): readonly TableColumn[] {
  return [NAME_COLUMN, ...(columns === undefined || columns.length === 0 ? [AGE] : columns).map(printerColumn)];
}

function printerColumn({ name, type, format, description, priority, jsonPath }: PrinterColumn): TableColumn {
  let path: JsonPath | undefined;
  return {
    name,
    type: type as TableColumn['type'],
    ...(format === undefined ? {} : { format }),
    description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority: priority ?? 0,
    cell: (object, nowMs) => cellOf(type, (path ??= compiled(jsonPath)).find(object as unknown as Json), nowMs),
  };
}

const NOTHING: JsonPath = { find: () => [] };

function compiled(text: string): JsonPath {
  const path = parseJsonPath(text);
  return path.ok ? path.value : NOTHING;
}

function cellOf(type: string, found: readonly Json[], nowMs: number): Json {
  const [value] = found;
  if (value === undefined) return null;
  if (type === 'string') return textOf(value);
  return value === null ? null : typedCell(type, value, nowMs);
}

/** A value of another type than the column's gives an empty cell. */
function typedCell(type: string, value: Json, nowMs: number): Json {
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return dateCell(value, nowMs);
    default:
      return null;
  }
}

function dateCell(value: Json, nowMs: number): Json {
  if (typeof value !== 'string') return null;
  return Number.isFinite(Date.parse(value)) ? ageOf(value, nowMs) : '<invalid>';
}

function textOf(value: Json): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return goNumberText(value);
  return typeof value === 'object' ? goJsonStringify(value) : String(value);
}

/** Age of a definition itself: the time of its creation. */
export function createdAt(definition: KubeObject): string {
  return definition.metadata.creationTimestamp ?? '';
}
