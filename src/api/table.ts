// meta/v1 Table: what `kubectl get` prints.
import type { Json, JsonObject, KubeObject } from '../base/mod.ts';
import { AGE_COLUMN, NAME_COLUMN } from './columns.ts';
import type { KindDefinition, TableColumn } from './kind.ts';

/** `Object` when kubectl sorts, `None` saves bytes; the default is `Metadata`. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  readonly includeObject?: IncludeObject;
  /** List metadata: resourceVersion, continue, remainingItemCount. */
  readonly metadata?: JsonObject;
  /** The second and later tables of a watch need no column definitions. */
  readonly withoutColumnDefinitions?: boolean;
  /** `meta.k8s.io/v1` or `meta.k8s.io/v1beta1`; as the client asked. */
  readonly apiVersion?: string;
}

export function tableOf(
  kind: Pick<KindDefinition, 'columns'>,
  objects: readonly KubeObject[],
  nowMs: number,
  options: TableOptions = {},
): JsonObject {
  const { includeObject = 'Metadata', metadata = {}, apiVersion = 'meta.k8s.io/v1' } = options;
  const columns = kind.columns.length === 0 ? [NAME_COLUMN, AGE_COLUMN] : kind.columns;
  return {
    kind: 'Table',
    apiVersion,
    metadata,
    columnDefinitions: options.withoutColumnDefinitions === true ? [] : columns.map(columnDefinition),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, nowMs)),
      object: rowObject(object, includeObject, apiVersion),
    })),
  };
}

function columnDefinition({ name, type, format = '', description, priority }: TableColumn): JsonObject {
  return { name, type, format, description, priority };
}

function rowObject(object: KubeObject, includeObject: IncludeObject, apiVersion: string): Json {
  if (includeObject === 'None') return null;
  if (includeObject === 'Object') return object as unknown as JsonObject;
  return { kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata as unknown as JsonObject };
}
