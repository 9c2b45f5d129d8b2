// Which shape of answer a client wants: the object, a table, or metadata only, in JSON or YAML. Protobuf is never sent.

export type AnswerShape = (
  | { readonly kind: 'json' }
  | { readonly kind: 'table'; readonly apiVersion: string }
  | { readonly kind: 'partial'; readonly apiVersion: string }
) & { readonly isYaml?: true };

export interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

export const YAML_TYPE = 'application/yaml';
/** More ranges than this are not looked at. */
const RANGE_COUNT_MAX = 32;

/** By their quality, then the more exact first, then in the order of the header. No header accepts everything. */
export function parseAccept(header: string | undefined): readonly MediaRange[] {
  if (header === undefined || header.trim() === '') return [{ type: '*/*', parameters: new Map() }];
  const ranges = header.split(',', RANGE_COUNT_MAX).map(parseRange).filter((range) => qualityOf(range) > 0);
  return ranges.length < 2 ? ranges : ranges.toSorted((a, b) => qualityOf(b) - qualityOf(a) || wildcardsIn(a.type) - wildcardsIn(b.type));
}

function qualityOf({ parameters }: MediaRange): number {
  const text = parameters.get('q');
  return text === undefined ? 1 : Number(text) || 0;
}

function wildcardsIn(type: string): number {
  return type.split('*').length - 1;
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
  if (!isJson(type) && type !== YAML_TYPE) return undefined;
  const format: { readonly isYaml?: true } = type === YAML_TYPE ? { isYaml: true } : {};
  const as = parameters.get('as');
  if (as === undefined) return { kind: 'json', ...format };
  const version = parameters.get('v') ?? 'v1';
  if (parameters.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  const apiVersion = `meta.k8s.io/${version}`;
  if (as === 'Table') return { kind: 'table', apiVersion, ...format };
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList' ? { kind: 'partial', apiVersion, ...format } : undefined;
}

/** Whether YAML is what the client likes best of what there is. */
export function prefersYaml(header: string | undefined): boolean {
  return header?.includes('yaml') === true && parseAccept(header).find(({ type }) => isJson(type) || type === YAML_TYPE)?.type === YAML_TYPE;
}

export function isJson(type: string): boolean {
  return type === 'application/json' || type === 'application/*' || type === '*/*';
}
