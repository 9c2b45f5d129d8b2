// The bodies of lists: small ones at once, large ones in chunks, so that no turn of the loop is long.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Json, JsonObject } from '../../base/mod.ts';
import { apiVersionOf, tableOf, type IncludeObject, type KindDefinition } from '../../api/mod.ts';
import type { WebResponse } from '../../web/mod.ts';
import type { ListPage } from '../verbs/list.ts';
import type { TextualObject } from '../verbs/watch.ts';
import { writeYaml } from '../yaml/write-yaml.ts';
import { YAML_TYPE, type AnswerShape } from './accept.ts';
import { JSON_TYPE, streamHeaders } from './respond.ts';

/** A longer list is written in chunks of this many objects: what a few milliseconds make. */
const CHUNK_OBJECT_COUNT: Readonly<Record<AnswerShape['kind'], number>> = { json: 500, partial: 250, table: 100 };
const YAML_CHUNK_OBJECT_COUNT = 50;

type ListPageText = Omit<ListPage, 'entries'> & { readonly entries: readonly TextualObject[] };

export interface ListBodyOptions {
  readonly kind: Pick<KindDefinition, 'group' | 'version' | 'kind' | 'columns' | 'custom'>;
  readonly shape: AnswerShape;
  readonly includeObject: IncludeObject;
  readonly nowMs: number;
}

/** The answer to a list: its type and its body. */
export function listResponse(page: ListPageText, options: ListBodyOptions): WebResponse {
  const isYaml = options.shape.isYaml === true;
  return { status: 200, headers: streamHeaders(isYaml ? YAML_TYPE : JSON_TYPE), body: isYaml ? yamlListBody(page, options) : listBody(page, options) };
}

/** The items stand last, so that each can be written as soon as it is made. */
async function* yamlListBody(page: ListPageText, options: ListBodyOptions): AsyncGenerator<string> {
  const { head, tail } = envelopeOf(page, options);
  const { rows, items: _items, ...envelope } = JSON.parse(head + tail) as { readonly [name: string]: Json };
  const name = rows === undefined ? 'items' : 'rows';
  yield writeYaml(envelope) + (page.entries.length === 0 ? `${name}: []\n` : `${name}:\n`);
  for (let start = 0; start < page.entries.length; start += YAML_CHUNK_OBJECT_COUNT) {
    if (start > 0) await nextTurn();
    yield writeYaml(JSON.parse(`[${itemsText(page.entries.slice(start, start + YAML_CHUNK_OBJECT_COUNT), options)}]`) as Json);
  }
}

function listBody(page: ListPageText, options: ListBodyOptions): string | AsyncIterable<string> {
  const { head, tail } = envelopeOf(page, options);
  if (page.entries.length <= CHUNK_OBJECT_COUNT[options.shape.kind]) return head + itemsText(page.entries, options) + tail;
  return inChunks(page.entries, options, head, tail);
}

async function* inChunks(entries: readonly TextualObject[], options: ListBodyOptions, head: string, tail: string): AsyncGenerator<string> {
  yield head;
  const count = CHUNK_OBJECT_COUNT[options.shape.kind];
  for (let start = 0; start < entries.length; start += count) {
    if (start > 0) await nextTurn();
    const chunk = itemsText(entries.slice(start, start + count), options);
    yield start === 0 ? chunk : `,${chunk}`;
  }
  yield tail;
}

/** What stands before and after the items. */
function envelopeOf(page: ListPageText, options: ListBodyOptions): { head: string; tail: string } {
  const { kind, shape } = options;
  if (shape.kind === 'table') {
    const { rows: _rows, ...table } = tableOf(kind, [], options.nowMs, { apiVersion: shape.apiVersion, metadata: listMetadata(page) });
    return { head: `${JSON.stringify(table).slice(0, -1)},"rows":[`, tail: ']}\n' };
  }
  const type =
    shape.kind === 'json'
      ? { kind: kind.custom?.listKind ?? `${kind.kind}List`, apiVersion: apiVersionOf(kind) }
      : { kind: 'PartialObjectMetadataList', apiVersion: shape.apiVersion };
  const envelope = JSON.stringify({ ...type, metadata: listMetadata(page) });
  return { head: `${envelope.slice(0, -1)},"items":[`, tail: ']}\n' };
}

function listMetadata({ revision, continueToken, remainingItemCount }: ListPageText): JsonObject {
  return {
    resourceVersion: String(revision),
    ...(continueToken === undefined ? {} : { continue: continueToken }),
    ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
  };
}

/** The items, separated by commas, without brackets. */
function itemsText(entries: readonly TextualObject[], options: ListBodyOptions): string {
  const { kind, shape, includeObject, nowMs } = options;
  if (shape.kind === 'json') return entries.map((entry) => entry.text).join(',');
  if (shape.kind === 'partial') return entries.map((entry) => partialText(entry, shape.apiVersion)).join(',');
  const objects = entries.map((entry) => entry.object);
  const table = tableOf(kind, objects, nowMs, { includeObject, apiVersion: shape.apiVersion, withoutColumnDefinitions: true });
  return JSON.stringify(table['rows']).slice(1, -1);
}

/** One object in the wanted shape; a table of one row. */
export function objectText(entry: TextualObject, options: ListBodyOptions, isFirst = true): string {
  const { kind, shape, includeObject, nowMs } = options;
  if (shape.kind === 'json') return entry.text;
  if (shape.kind === 'partial') return partialText(entry, shape.apiVersion);
  const { resourceVersion = '' } = entry.object.metadata;
  const metadata = { resourceVersion };
  const table = tableOf(kind, [entry.object], nowMs, { includeObject, metadata, apiVersion: shape.apiVersion, withoutColumnDefinitions: !isFirst });
  return JSON.stringify(table);
}

function partialText({ object }: TextualObject, apiVersion: string): string {
  return JSON.stringify({ kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata });
}
