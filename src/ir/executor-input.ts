// What a step is told: its inputs, and where its outputs belong. The JSON of the ExecutorInput proto, which steps get in
// place of `{{$}}`.
import type { Json, JsonObject } from '../base/mod.ts';
import type { ArtifactTypeSchema } from './types.ts';

export interface RuntimeArtifact {
  readonly name: string;
  readonly type: ArtifactTypeSchema;
  readonly uri: string;
  readonly metadata: JsonObject;
  /** A path inside the container that stands in place of the one that the URI maps to. */
  readonly customPath?: string;
}

export interface ArtifactList {
  readonly artifacts: readonly RuntimeArtifact[];
}

/** As protojson: what is empty may be left out. */
export interface ExecutorInput {
  readonly inputs: {
    readonly parameterValues?: Readonly<Record<string, Json>>;
    readonly artifacts?: Readonly<Record<string, ArtifactList>>;
  };
  readonly outputs: {
    readonly parameters?: Readonly<Record<string, { readonly outputFile: string }>>;
    readonly artifacts?: Readonly<Record<string, ArtifactList>>;
    /** Path inside the container of executor_output.json. */
    readonly outputFile?: string;
  };
}

/** Compact JSON. Numbers are JSON's own (1e-7): the step's JSON parser reads them. */
export function executorInputJson(input: ExecutorInput): string {
  return JSON.stringify(input);
}
