// Which shape of answer a client wants: plain JSON, a table, or metadata only. Protobuf is never sent.

export type AnswerShape =
  | { readonly kind: 'json' }
  | { readonly kind: 'table'; readonly apiVersion: string }
  | { readonly kind: 'partial'; readonly apiVersion: string };

export interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** More ranges than this are not looked at. */
const RANGE_COUNT_MAX = 32;

/** In the order of the header, which is the order of preference of all Kubernetes clients. No header accepts everything. */
export function parseAccept(header: string | undefined): readonly MediaRange[] {
  if (header === undefined || header.trim() === '') return [{ type: '*/*', parameters: new Map() }];
  return header
    .split(',', RANGE_COUNT_MAX)
    .map(parseRange)
    .filter((range) => range.parameters.get('q') !== '0');
}

function parseRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const pairs = parameters.map((parameter): [string, string] => {
    const separator = parameter.indexOf('=');
    return separator < 0 ? [parameter, ''] : [parameter.slice(0, separator), parameter.slice(separator + 1)];
  });
  return { type: type.toLowerCase(), parameters: new Map(pairs) };
}

/** Undefined when nothing that the client accepts can be given (406). */
export function answerShape(header: string | undefined): AnswerShape | undefined {
  for (const range of parseAccept(header)) {
    const shape = shapeOf(range);
    if (shape !== undefined) return shape;
  }
  return undefined;
}

function shapeOf({ type, parameters }: MediaRange): AnswerShape | undefined {
  if (!isJson(type)) return undefined;
  const as = parameters.get('as');
  if (as === undefined) return { kind: 'json' };
  const version = parameters.get('v') ?? 'v1';
  if (parameters.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  const apiVersion = `meta.k8s.io/${version}`;
  if (as === 'Table') return { kind: 'table', apiVersion };
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList' ? { kind: 'partial', apiVersion } : undefined;
}

export function isJson(type: string): boolean {
  return type === 'application/json' || type === 'application/*' || type === '*/*';
}
