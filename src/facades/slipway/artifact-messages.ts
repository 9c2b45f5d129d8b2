// What the routes of artifacts answer; the pages of the dashboard read these types.
import type { JsonObject } from '../../base/mod.ts';
import type { TableFormat } from './file-view.ts';
import type { Cell, ColumnType } from './tables/table.ts';

export interface ArtifactStep {
  readonly run_id: string;
  readonly task_id: string;
  readonly task_name: string;
  readonly scope_path: string;
  readonly state: string;
  /** Name that the artifact has among the outputs or inputs of the step. */
  readonly key: string;
}

export interface ListedArtifact {
  readonly artifact_id: string;
  readonly name: string;
  /** schemaTitle, for example system.Dataset. */
  readonly type: string;
  readonly uri: string;
  readonly created_at: string;
  readonly size_bytes?: number;
  readonly run_id?: string;
  /** Absent when the run was deleted. */
  readonly run_name?: string;
  readonly producer?: ArtifactStep;
}

export interface ArtifactDetails extends ListedArtifact {
  readonly schema_version: string;
  readonly metadata: JsonObject;
  readonly users: readonly (ArtifactStep & { readonly run_name: string })[];
  readonly has_more_users: boolean;
}

/** What is stored at a path of an artifact and how it is best shown. */
export type ArtifactView =
  | { readonly kind: 'absent' | 'directory'; readonly path: string }
  | { readonly kind: 'elsewhere'; readonly path: string; readonly uri: string }
  | { readonly kind: 'empty' | 'text' | 'markdown'; readonly path: string; readonly size_bytes: number }
  | { readonly kind: 'table'; readonly path: string; readonly size_bytes: number; readonly format: TableFormat }
  | { readonly kind: 'image'; readonly path: string; readonly size_bytes: number; readonly media_type: string }
  | { readonly kind: 'binary'; readonly path: string; readonly size_bytes: number; readonly format: string }
  /** One of the two: where it is shown, or why it is not. */
  | { readonly kind: 'html'; readonly path: string; readonly size_bytes: number; readonly content_url?: string; readonly content_refusal?: string };

export interface ArtifactEntries {
  readonly path: string;
  readonly entries: readonly { readonly path: string; readonly is_directory: boolean; readonly size_bytes: number }[];
  /** There are more. */
  readonly is_cut: boolean;
}

export type ArtifactTable =
  | {
      readonly kind: 'table';
      readonly format: TableFormat;
      readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
      readonly rows: readonly (readonly Cell[])[];
      readonly column_count: number;
      /** Of the whole table; absent where only its beginning was read. */
      readonly row_count?: number;
    }
  | { readonly kind: 'no-table'; readonly why: string };
