// The parameters that every list shares, as a query of the records, and the answer with its next page token.
import { jsonEquals } from '../../base/mod.ts';
import type { Page, Query } from '../../records/mod.ts';
import type { WebResponse } from '../../web/mod.ts';
import { parseFilter } from './filter.ts';
import { findListField, listFieldNames, type ListFields } from './list-fields.ts';
import { readPageToken, writePageToken, type PageToken } from './page-token.ts';
import { readCount } from './query-parameters.ts';
import { invalid, jsonResponse } from './refusal.ts';
import { quote } from './request-message.ts';

const PAGE_SIZE_DEFAULT = 20;
/** Larger pages are cut to this. */
const PAGE_SIZE_MAX = 200;

export const LIST_PARAMETERS = ['page_token', 'page_size', 'sort_by', 'filter'] as const;

export interface ListParameters {
  readonly page_token?: string;
  readonly page_size?: string;
  readonly sort_by?: string;
  readonly filter?: string;
}

/** What narrows a list besides its filter. */
export type ListScope = Pick<Query, 'namespace' | 'experimentId' | 'pipelineId' | 'runId'>;

export interface ListRequest {
  readonly query: Query;
  /** For the token of the next page. */
  readonly origin: Omit<PageToken, 'after'>;
}

/**
 * `list` is the key of the rows in the answer. A page token carries its filter and sort order: a request need not repeat
 * them, and is refused when it gives others.
 */
export function readListRequest(list: string, parameters: ListParameters, fields: ListFields, scope: ListScope): ListRequest {
  const token = parameters.page_token === undefined ? undefined : readPageToken(parameters.page_token);
  const place = [list, ...Object.values(scope)].join('/');
  if (token !== undefined && token.list !== place) throw invalid('page_token belongs to another list');
  const filter = parameters.filter ?? token?.filter ?? '';
  const sortBy = parameters.sort_by ?? token?.sortBy ?? '';
  const predicates = parseFilter(filter, fields);
  const order = parseSortBy(sortBy, fields);
  if (token !== undefined) {
    const isSame = jsonEquals(predicates, parseFilter(token.filter, fields)) && jsonEquals(order, parseSortBy(token.sortBy, fields));
    if (!isSame) throw invalid('page_token belongs to a list with another filter or sort_by: send the same ones, or none');
  }
  const pageSize = readCount('page_size', parameters.page_size) ?? 0;
  const query: Query = {
    ...scope,
    predicates,
    ...(order === undefined ? {} : { sortBy: order }),
    ...(token === undefined ? {} : { after: token.after }),
    limit: pageSize === 0 ? PAGE_SIZE_DEFAULT : Math.min(pageSize, PAGE_SIZE_MAX),
  };
  return { query, origin: { list: place, filter, sortBy } };
}

export function listResponse<T>(
  list: string,
  { origin }: ListRequest,
  page: Page<T>,
  messageOf: (row: T) => object,
): WebResponse {
  return jsonResponse({
    ...(page.rows.length === 0 ? {} : { [list]: page.rows.map(messageOf) }),
    ...(page.totalSize === 0 ? {} : { total_size: page.totalSize }),
    ...(page.next === undefined ? {} : { next_page_token: writePageToken({ ...origin, after: page.next }) }),
  });
}

/** `<field> [asc|desc]`; '' is the default order. */
function parseSortBy(text: string, fields: ListFields): Query['sortBy'] {
  const [name, direction = 'asc', ...rest] = text.trim().split(/\s+/);
  if (name === undefined || name === '') return undefined;
  const order = direction.toLowerCase();
  if (rest.length > 0 || (order !== 'asc' && order !== 'desc')) {
    throw invalid(`sort_by is ${quote(text)}, it must be a field, optionally followed by asc or desc`);
  }
  // Upstream takes the whole of it in any case; names of metrics and tags tell cases apart here.
  const field = findListField(fields, name) ?? findListField(fields, name.toLowerCase());
  if (field === undefined) throw invalid(`sort_by ${quote(name)} is not possible; possible are ${listFieldNames(fields)}`);
  return { field: field.field, isDescending: order === 'desc' };
}
