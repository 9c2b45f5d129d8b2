// JSONPath in the dialect of Kubernetes (k8s.io/client-go util/jsonpath), as printer columns and `wait --for=jsonpath` use
// it: `.a.b`, `['a.b']`, `.a\.b`, `[*]`, `[0]`, `[-1:]`, `[0,2]`, `..a`, `[?(@.type=="Ready")]`; braces around it are optional.
// `range`, functions and text between braces are not part of it. Missing fields yield nothing instead of an error.
import { isJsonObject, unreachable, type Json } from '../base/mod.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

export interface JsonPath {
  /** All values that the path leads to, in document order. */
  find(document: Json | undefined): readonly Json[];
}

type FilterOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'descendants' }
  | { readonly kind: 'slice'; readonly start: number; readonly end: number | undefined; readonly step: number }
  | { readonly kind: 'union'; readonly alternatives: readonly Step[] }
  | { readonly kind: 'exists'; readonly path: readonly Step[] }
  | { readonly kind: 'compare'; readonly left: readonly Step[]; readonly operator: FilterOperator; readonly right: Operand };

type Operand = { readonly literal: Json } | { readonly path: readonly Step[] };

/** Longer paths are refused; what follows from it is a bound on the depth of nested filters. */
const PATH_LENGTH_MAX = 4096;
/** A find that passes more values than this yields nothing (`..` on a hostile document). */
const VISIT_COUNT_MAX = 100_000;

export function parseJsonPath(text: string): Parsed<JsonPath> {
  if (text.length > PATH_LENGTH_MAX) return refused(`a path has at most ${PATH_LENGTH_MAX} characters`);
  const trimmed = text.trim();
  const inner = trimmed.startsWith('{') && trimmed.endsWith('}') ? trimmed.slice(1, -1) : trimmed;
  const steps = parseSteps(inner.trim());
  return steps.ok ? parsed({ find: (document) => (document === undefined ? [] : walk(steps.value, document, { visitsLeft: VISIT_COUNT_MAX })) }) : steps;
}

function parseSteps(text: string): Parsed<readonly Step[]> {
  const steps: Step[] = [];
  let position = /^[$@]/.test(text) ? 1 : 0;
  while (position < text.length) {
    const rest = text.slice(position);
    if (rest.startsWith('..')) {
      if (steps.at(-1)?.kind === 'descendants') return refused('invalid multiple recursive descent');
      steps.push({ kind: 'descendants' });
      position += rest.startsWith('..[') ? 2 : 1;
      continue;
    }
    if (rest.startsWith('[')) {
      const length = bracketLength(rest);
      if (length === undefined) return refused(`unterminated array in "${text}"`);
      const step = parseBracket(rest.slice(1, length - 1));
      if (!step.ok) return step;
      steps.push(step.value);
      position += length;
      continue;
    }
    const field = /^\.?((?:\\.|[^.[\]\\\s{}()'"=<>!,])*)/s.exec(rest)!;
    const isBare = !rest.startsWith('.');
    if (field[0] === '' || (isBare && position > 0 && !/^[$@]$/.test(text.slice(0, position)))) {
      return refused(`unrecognized character in "${text}" at ${position}`);
    }
    position += field[0].length;
    const name = unescape(field[1]!);
    if (name === '*') steps.push({ kind: 'wildcard' });
    else if (name !== '') steps.push({ kind: 'field', name });
  }
  return parsed(steps);
}

/** Length of the leading `[…]` including both brackets; quotes and nested brackets are respected. */
function bracketLength(text: string): number | undefined {
  let depth = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '\\') i++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === '[') depth++;
    else if (char === ']' && --depth === 0) return i + 1;
  }
  return undefined;
}

function parseBracket(text: string): Parsed<Step> {
  const filter = /^\?\((.*)\)$/s.exec(text);
  if (filter !== null) return parseFilter(filter[1]!);
  const items = text.match(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^,]+/gs) ?? [];
  const steps: Step[] = [];
  for (const item of items) {
    const step = parseSubscript(item.trim());
    if (step === undefined) return refused(`invalid array index ${item}`);
    steps.push(step);
  }
  if (steps.length === 0) return refused(`invalid array index ${text}`);
  return parsed(steps.length === 1 ? steps[0]! : { kind: 'union', alternatives: steps });
}

function parseSubscript(text: string): Step | undefined {
  if (text === '*') return { kind: 'wildcard' };
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted !== null) return { kind: 'field', name: unescape(quoted[2]!) };
  const slice = /^(-?\d{1,9})?(?:(:)(-?\d{1,9})?(?::(\d{1,9})?)?)?$/.exec(text);
  if (slice === null || text === '') return undefined;
  const start = Number(slice[1] ?? 0);
  const isIndex = slice[2] === undefined;
  const end = isIndex ? (start === -1 ? undefined : start + 1) : slice[3] === undefined ? undefined : Number(slice[3]);
  const step = Number(slice[4] ?? 1);
  return step === 0 ? undefined : { kind: 'slice', start, end, step };
}

function parseFilter(text: string): Parsed<Step> {
  const match = /^((?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^!<>='"])+?)\s*(==|!=|<=|>=|<|>)\s*(.+)$/s.exec(text.trim());
  const left = parseSteps((match?.[1] ?? text).trim());
  if (!left.ok) return left;
  if (match === null) return parsed({ kind: 'exists', path: left.value });
  const right = parseOperand(match[3]!.trim());
  if (!right.ok) return right;
  return parsed({ kind: 'compare', left: left.value, operator: match[2] as FilterOperator, right: right.value });
}

function parseOperand(text: string): Parsed<Operand> {
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted !== null) return parsed({ literal: unescape(quoted[2]!) });
  if (text === 'true' || text === 'false') return parsed({ literal: text === 'true' });
  if (/^[-+]?\d+(?:\.\d*)?$/.test(text)) return parsed({ literal: Number(text) });
  if (!/^[$@.]/.test(text)) return refused(`unrecognized operand ${text}`);
  const path = parseSteps(text);
  return path.ok ? parsed({ path: path.value }) : path;
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gs, '$1');
}

/** One for the whole find, filters included. */
interface Budget {
  visitsLeft: number;
}

function walk(steps: readonly Step[], document: Json, budget: Budget): readonly Json[] {
  let current: readonly Json[] = [document];
  for (const step of steps) {
    const next: Json[] = [];
    for (const value of current) {
      for (const found of apply(step, value, budget)) {
        if (budget.visitsLeft-- <= 0) return [];
        next.push(found);
      }
    }
    current = next;
  }
  return current;
}

function apply(step: Step, value: Json, budget: Budget): Iterable<Json> {
  switch (step.kind) {
    case 'field':
      return isJsonObject(value) && Object.hasOwn(value, step.name) ? [value[step.name] ?? null] : [];
    case 'wildcard':
      return children(value);
    case 'descendants':
      return descendants(value);
    case 'slice':
      return Array.isArray(value) ? slice(value, step.start, step.end, step.step) : [];
    case 'union':
      return step.alternatives.flatMap((alternative) => [...apply(alternative, value, budget)]);
    case 'exists':
      return children(value).filter((child) => walk(step.path, child, budget).length > 0);
    case 'compare':
      return children(value).filter((child) => isTrue(step, child, budget));
    default:
      return unreachable(step satisfies never);
  }
}

function children(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value).filter((member) => member !== undefined) : [];
}

function* descendants(value: Json): Generator<Json> {
  yield value;
  for (const child of children(value)) yield* descendants(child);
}

function slice(items: readonly Json[], start: number, end: number | undefined, step: number): Json[] {
  const from = start < 0 ? items.length + start : start;
  const to = Math.min(end === undefined ? items.length : end < 0 ? items.length + end : end, items.length);
  const found: Json[] = [];
  if (from < 0) return found;
  for (let i = from; i < to; i += step) found.push(items[i]!);
  return found;
}

function isTrue({ left: path, operator, right: operand }: Step & { kind: 'compare' }, item: Json, budget: Budget): boolean {
  const [left] = walk(path, item, budget);
  const right = 'literal' in operand ? operand.literal : walk(operand.path, item, budget)[0];
  if (left === undefined || right === undefined) return false;
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  const isOrdered = (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string');
  if (!isOrdered) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
