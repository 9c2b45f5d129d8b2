// Label selectors as `kubectl -l` and `?labelSelector=` write them (k8s.io/apimachinery pkg/labels):
// `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>5,m<7`.
import { isLabelValue, isQualifiedName } from './label-name.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

export type LabelOperator = 'in' | 'notin' | 'exists' | 'absent' | 'greater' | 'less';

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

export interface LabelSelector {
  readonly requirements: readonly LabelRequirement[];
  matches(labels: Readonly<Record<string, string>> | undefined): boolean;
}

/** More requirements than this in one selector are refused. */
const REQUIREMENT_COUNT_MAX = 1000;

export function parseLabelSelector(text: string): Parsed<LabelSelector> {
  const reader = new TokenReader(text);
  const requirements: LabelRequirement[] = [];
  if (reader.peek() === '') return parsed(labelSelector(requirements));
  for (;;) {
    const requirement = readRequirement(reader);
    if (!requirement.ok) return refused(`unable to parse requirement: ${requirement.message}`);
    requirements.push(requirement.value);
    if (requirements.length > REQUIREMENT_COUNT_MAX) return refused(`a selector takes at most ${REQUIREMENT_COUNT_MAX} requirements`);
    const separator = reader.take();
    if (separator === '') return parsed(labelSelector(requirements));
    if (separator !== ',') return refused(`found '${separator}', expected: ',' or 'end of string'`);
  }
}

/** A selector from its requirements; they must be valid. */
export function labelSelector(requirements: readonly LabelRequirement[]): LabelSelector {
  return {
    requirements,
    matches: (labels = {}) => requirements.every((requirement) => isSatisfied(requirement, labels)),
  };
}

function isSatisfied({ key, operator, values }: LabelRequirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'exists':
      return value !== undefined;
    case 'absent':
      return value === undefined;
    case 'in':
      return value !== undefined && values.includes(value);
    case 'notin':
      return value === undefined || !values.includes(value);
    default: {
      if (value === undefined || !INTEGER.test(value)) return false;
      return operator === 'greater' ? BigInt(value) > BigInt(values[0]!) : BigInt(value) < BigInt(values[0]!);
    }
  }
}

const INTEGER = /^-?\d{1,18}$/;
const SYMBOLS = new Set(['(', ')', ',', '!', '=', '==', '!=', '<', '>']);

function readRequirement(reader: TokenReader): Parsed<LabelRequirement> {
  const isNegated = reader.peek() === '!';
  if (isNegated) reader.take();
  const key = reader.take();
  if (key === '' || SYMBOLS.has(key)) return refused(`found '${key}', expected: identifier`);
  if (!isQualifiedName(key)) return refused(`invalid label key "${key}"`);
  if (isNegated) return parsed({ key, operator: 'absent', values: [] });
  const symbol = reader.peek();
  if (symbol === '' || symbol === ',') return parsed({ key, operator: 'exists', values: [] });
  reader.take();
  if (symbol === 'in' || symbol === 'notin') return readSet(reader, key, symbol);
  return readComparison(reader, key, symbol);
}

function readSet(reader: TokenReader, key: string, operator: 'in' | 'notin'): Parsed<LabelRequirement> {
  const open = reader.take();
  if (open !== '(') return refused(`found '${open}', expected: '('`);
  const values = new Set<string>();
  for (;;) {
    const isWord = !SYMBOLS.has(reader.peek()) && reader.peek() !== '';
    const value = isWord ? reader.take() : '';
    if (!isLabelValue(value)) return refused(`invalid label value "${value}"`);
    values.add(value);
    const next = reader.take();
    if (next === ')') return parsed({ key, operator, values: [...values] });
    if (next !== ',') return refused(`found '${next}', expected: ',', or ')'`);
  }
}

function readComparison(reader: TokenReader, key: string, symbol: string): Parsed<LabelRequirement> {
  const next = reader.peek();
  const value = next === '' || next === ',' ? '' : reader.take();
  if (value !== '' && SYMBOLS.has(value)) return refused(`found '${value}', expected: identifier`);
  if (!isLabelValue(value)) return refused(`invalid label value "${value}"`);
  if (symbol === '=' || symbol === '==') return parsed({ key, operator: 'in', values: [value] });
  if (symbol === '!=') return parsed({ key, operator: 'notin', values: [value] });
  if (symbol !== '>' && symbol !== '<') return refused(`found '${symbol}', expected: in, notin, =, ==, !=, <, or >`);
  if (!INTEGER.test(value)) return refused(`the value of '${symbol}' must be an integer, not "${value}"`);
  return parsed({ key, operator: symbol === '>' ? 'greater' : 'less', values: [value] });
}

/** Tokens are symbols and words; '' is the end. */
class TokenReader {
  readonly #tokens: readonly string[];
  #index = 0;

  constructor(text: string) {
    this.#tokens = text.match(/==|!=|[()=,!<>]|[^()=,!<>\s]+/g) ?? [];
  }

  peek(): string {
    return this.#tokens[this.#index] ?? '';
  }

  take(): string {
    return this.#tokens[this.#index++] ?? '';
  }
}
