// list: a consistent page of a collection. The first page fixes the revision; the next ones show the same state.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { success, type Outcome } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import type { ServerContext } from '../context.ts';
import { prefixOf } from '../keys.ts';
import { badRequest, expired, refuse, tooLargeResourceVersion, type Refusal } from '../refusals.ts';
import { parseSelection, type Selection } from '../selection.ts';
import { formatContinueToken, INCONSISTENT, parseContinueToken, type ContinueToken } from './continue-token.ts';
import { prepareToShow } from '../write/converting.ts';
import { isShownOtherwise, shownAs } from './stored-form.ts';

export interface ListQuery {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly limit?: number | undefined;
  readonly continueToken?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
}

export interface ListPage {
  readonly revision: number;
  readonly entries: readonly StoredObject[];
  readonly continueToken?: string;
  readonly remainingItemCount?: number;
}

/** Objects looked at in one turn of the loop. */
const CHUNK_OBJECT_COUNT = 500;
/** Custom resources brought into another version in one turn of the loop. */
const SHOWN_OBJECT_COUNT = 100;
const SHOWN_CHARS = 8 * 1024 * 1024;

export async function listObjects(
  context: ServerContext,
  kind: KindDefinition,
  namespace: string | undefined,
  query: ListQuery,
): Promise<Outcome<ListPage>> {
  const { store } = context;
  const selection = parseSelection(kind, query);
  if (!selection.ok) return selection;
  const from = startOf(query, store.revision);
  if (!from.ok) return from;
  const { revision, afterKey } = from.value;
  const prefix = prefixOf(kind, namespace);
  const all = revision === store.revision ? store.list(prefix) : store.listAt(prefix, revision);
  if (all === undefined) return tooOld(query, afterKey);
  const candidates = afterKey === undefined ? all : all.slice(firstAfter(all, afterKey));
  const page = await pageOf(candidates, selection.value, query.limit ?? 0, revision);
  return success(isShownOtherwise(kind) ? await shownPage(context, kind, page) : page);
}

/** A page in the form that is asked for. */
async function shownPage(context: ServerContext, kind: KindDefinition, page: ListPage): Promise<ListPage> {
  const entries: StoredObject[] = [];
  for (const chunk of chunksOf(page.entries)) {
    if (entries.length > 0) await nextTurn();
    await prepareToShow(context, kind, chunk);
    entries.push(...chunk.map((entry) => shownAs(kind, entry)));
  }
  return { ...page, entries };
}

/** Bounded in number and, because a webhook may have to convert them in one call, in size. */
function* chunksOf(entries: readonly StoredObject[]): Generator<readonly StoredObject[]> {
  let chunk: StoredObject[] = [];
  let chars = 0;
  for (const entry of entries) {
    if (chunk.length === SHOWN_OBJECT_COUNT || (chunk.length > 0 && chars + entry.text.length > SHOWN_CHARS)) {
      yield chunk;
      chunk = [];
      chars = 0;
    }
    chunk.push(entry);
    chars += entry.text.length;
  }
  if (chunk.length > 0) yield chunk;
}

/** Where the list begins: at a revision, after a key. */
function startOf(query: ListQuery, newest: number): Outcome<{ revision: number; afterKey?: string }> {
  const { resourceVersion = '', resourceVersionMatch = '', continueToken = '' } = query;
  const isPinned = resourceVersion !== '' && resourceVersion !== '0';
  if (continueToken !== '') {
    const token = parseContinueToken(continueToken);
    if (token === undefined) return badRequest('continue key is not valid');
    if (isPinned) return badRequest('specifying resource version is not allowed when using continue');
    if (resourceVersionMatch !== '') return badRequest('resourceVersionMatch is forbidden when continue is provided');
    return success({ revision: token.revision === INCONSISTENT ? newest : token.revision, afterKey: token.afterKey });
  }
  if (!isPinned) {
    return resourceVersionMatch === 'Exact' || (resourceVersionMatch !== '' && resourceVersion === '')
      ? badRequest(`resourceVersionMatch ${resourceVersionMatch} is forbidden unless resourceVersion is provided`)
      : success({ revision: newest });
  }
  const wanted = parseRevision(resourceVersion);
  if (typeof wanted !== 'number') return wanted;
  if (wanted > newest) return tooLargeResourceVersion(wanted, newest);
  const isExact = resourceVersionMatch === 'Exact' || (resourceVersionMatch === '' && (query.limit ?? 0) > 0);
  return success({ revision: isExact ? wanted : newest });
}

/** A decimal revision, or the refusal of anything else. */
export function parseRevision(text: string): number | Refusal {
  const revision = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(revision)) return revision;
  return badRequest(`resourceVersion: Invalid value: ${JSON.stringify(text)}: must be a decimal number`);
}

/** 410; to a reader of pages it offers to go on with the state of now. */
function tooOld(query: ListQuery, afterKey: string | undefined): Refusal {
  if (afterKey === undefined) return expired(`The resourceVersion for the provided list is too old: ${query.resourceVersion}`);
  const { status } = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue ' +
      'parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided ' +
      'token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was ' +
      'returned and now may show up in the list.',
  );
  return refuse({ ...status, metadata: { continue: formatContinueToken({ revision: INCONSISTENT, afterKey }) } });
}

async function pageOf(candidates: readonly StoredObject[], selection: Selection, limit: number, revision: number): Promise<ListPage> {
  if (!selection.isSelective) return unselectedPage(candidates, limit, revision);
  const entries: StoredObject[] = [];
  for (let index = 0; index < candidates.length; index++) {
    if (index > 0 && index % CHUNK_OBJECT_COUNT === 0) await nextTurn();
    const entry = candidates[index]!;
    if (!selection.matches(entry.object)) continue;
    if (limit > 0 && entries.length === limit) return { revision, entries, ...continuing({ revision, afterKey: entries.at(-1)!.key }) };
    entries.push(entry);
  }
  return { revision, entries };
}

function unselectedPage(candidates: readonly StoredObject[], limit: number, revision: number): ListPage {
  if (limit <= 0 || candidates.length <= limit) return { revision, entries: candidates };
  const entries = candidates.slice(0, limit);
  return {
    revision,
    entries,
    remainingItemCount: candidates.length - limit,
    ...continuing({ revision, afterKey: entries.at(-1)!.key }),
  };
}

function continuing(token: ContinueToken): { continueToken: string } {
  return { continueToken: formatContinueToken(token) };
}

function firstAfter(entries: readonly StoredObject[], key: string): number {
  const index = entries.findIndex((entry) => entry.key > key);
  return index < 0 ? entries.length : index;
}
