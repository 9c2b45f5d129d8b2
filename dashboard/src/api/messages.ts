// What the server answers: the very types that it builds its answers with, so the two can't drift apart. Types only; nothing
// of the server's code gets into the pages.
import type { ExplainedRunMessage } from '../../../src/facades/mod.ts';

export type { ExperimentMessage } from '../../../src/facades/mod.ts';
export type { ArtifactDetails, ArtifactEntries, ArtifactStep, ArtifactTable, ArtifactView, ListedArtifact } from '../../../src/facades/mod.ts';

/** A run without its pipeline, as lists and events have it. */
export type RunSummary = ExplainedRunMessage;
