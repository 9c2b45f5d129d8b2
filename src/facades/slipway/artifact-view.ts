// How to look at an artifact or at a file in it:
//   GET …/view?path=…      what is there and how it is best shown
//   GET …/entries?path=…   what lies in a directory
//   GET …/table?path=…     the first rows of a table
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { kfpRoute } from '../kfp/context.ts';
import { readCount, readParameters } from '../kfp/query-parameters.ts';
import { jsonResponse, refusal } from '../kfp/refusal.ts';
import { quote } from '../kfp/request-message.ts';
import type { ArtifactEntries, ArtifactTable, ArtifactView } from './artifact-messages.ts';
import { requestedArtifact, requestedPath, ROOT_PATH, type SlipwayOptions } from './context.ts';
import { bytesOf } from './log-bytes.ts';
import type { TableFormat } from './file-view.ts';
import { fileNameOf, findPlace, getFile, readBytes, viewOfFile } from './stored-file.ts';
import type { TableOutcome } from './tables/table.ts';
import { createTableReader, type TableReader } from './tables/table-reader.ts';

const ENTRY_COUNT_MAX = 5_000;
const ROW_COUNT_DEFAULT = 100;
const ROW_COUNT_MAX = 1_000;

export function artifactViewRoutes(options: SlipwayOptions): Route[] {
  const path = `${ROOT_PATH}/artifacts/{artifact_id}`;
  const tables = createTableReader(options);
  return [
    kfpRoute('GET', `${path}/view`, (request) => readView(options, request)),
    kfpRoute('GET', `${path}/entries`, (request) => listEntries(options, request)),
    kfpRoute('GET', `${path}/table`, (request) => readTable(options, tables, request)),
  ];
}

async function readView(options: SlipwayOptions, request: WebRequest): Promise<WebResponse> {
  const artifact = requestedArtifact(options.records, request);
  const blobs = await bytesOf(options, artifact, request.signal);
  const place = await findPlace(blobs, artifact, requestedPath(request));
  if (place.kind === 'elsewhere') return viewResponse({ ...place, uri: artifact.uri });
  if (place.kind !== 'file') return viewResponse({ kind: place.kind, path: place.path });
  const view = await viewOfFile(blobs, artifact, place.path, place.sizeBytes);
  const file = { path: place.path, size_bytes: place.sizeBytes };
  if (view.kind === 'image') return viewResponse({ kind: 'image', ...file, media_type: view.mediaType });
  if (view.kind !== 'html') return viewResponse({ ...view, ...file });
  const link = options.contentLinks.linkTo(artifact.artifactId, place.path, request);
  return viewResponse({ kind: 'html', ...file, ...(link.ok ? { content_url: link.url } : { content_refusal: link.why }) });
}

function viewResponse(view: ArtifactView): WebResponse {
  return jsonResponse(view);
}

/** Directories first, then files, each by name. */
async function listEntries({ records, blobs }: SlipwayOptions, request: WebRequest): Promise<WebResponse> {
  const artifact = requestedArtifact(records, request);
  const path = requestedPath(request);
  const place = await findPlace(blobs, artifact, path);
  if (place.kind !== 'directory') throw refusal('FailedPrecondition', `${quote(path === '' ? artifact.uri : path)} is no directory`);
  const { entries, isCut } = await blobs.entries(artifact.uri, path, ENTRY_COUNT_MAX);
  const sorted = entries.toSorted((a, b) => Number(b.isDirectory) - Number(a.isDirectory) || (a.path < b.path ? -1 : 1));
  const listed: ArtifactEntries = {
    path,
    entries: sorted.map((entry) => ({ path: entry.path, is_directory: entry.isDirectory, size_bytes: entry.sizeBytes })),
    is_cut: isCut,
  };
  return jsonResponse(listed);
}

async function readTable(options: SlipwayOptions, tables: TableReader, request: WebRequest): Promise<WebResponse> {
  const artifact = requestedArtifact(options.records, request);
  const blobs = await bytesOf(options, artifact, request.signal);
  const { row_count: rowCount } = readParameters(request.query, ['row_count']);
  const rowCountMax = Math.min(readCount('row_count', rowCount) ?? ROW_COUNT_DEFAULT, ROW_COUNT_MAX);
  const { path, sizeBytes } = await getFile(blobs, artifact, requestedPath(request));
  const view = await viewOfFile(blobs, artifact, path, sizeBytes);
  if (view.kind !== 'table') throw refusal('FailedPrecondition', `${quote(fileNameOf(artifact, path))} is no table but ${view.kind}`);
  const read = (start: number, end: number) => readBytes(blobs, artifact, path, start, end);
  const outcome = await tables.read({ format: view.format, sizeBytes, rowCountMax }, read, { signal: request.signal });
  return jsonResponse(tableMessage(view.format, outcome));
}

function tableMessage(format: TableFormat, outcome: TableOutcome): ArtifactTable {
  if (outcome.kind === 'no-table') return outcome;
  const { columns, rows, rowCount, columnCount } = outcome;
  return { kind: 'table', format, columns, rows, column_count: columnCount, ...(rowCount === undefined ? {} : { row_count: rowCount }) };
}
