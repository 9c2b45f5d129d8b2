// Field selectors (k8s.io/apimachinery pkg/fields): `metadata.name=p1,status.phase!=Running`; `\` escapes `,`, `=`, `\`.
import { parsed, refused, type Parsed } from './parsed.ts';

export interface FieldTerm {
  readonly field: string;
  readonly value: string;
  readonly isNegated: boolean;
}

export interface FieldSelector {
  readonly terms: readonly FieldTerm[];
  /** `valueOf` gives the text of a field, '' when the object has none. */
  matches(valueOf: (field: string) => string): boolean;
}

/** More terms than this in one selector are refused. */
const TERM_COUNT_MAX = 1000;

export function parseFieldSelector(text: string): Parsed<FieldSelector> {
  const parts = text.match(/(?:\\.|[^\\,]|\\$)+/gs) ?? [];
  if (parts.length > TERM_COUNT_MAX) return refused(`a selector takes at most ${TERM_COUNT_MAX} terms`);
  const terms: FieldTerm[] = [];
  for (const part of parts) {
    const term = parseTerm(part);
    if (!term.ok) return refused(`invalid selector: '${text}'; ${term.message}`);
    terms.push(term.value);
  }
  return parsed({
    terms,
    matches: (valueOf) => terms.every(({ field, value, isNegated }) => (valueOf(field) === value) !== isNegated),
  });
}

/** The form that `parseFieldSelector` reads back. */
export function escapeFieldValue(value: string): string {
  return value.replaceAll(/[\\,=]/g, '\\$&');
}

function parseTerm(part: string): Parsed<FieldTerm> {
  const split = /^((?:\\.|[^\\=!]|!(?!=))*?)(!=|==|=)(.*)$/s.exec(part);
  if (split === null) return refused(`can't understand '${part}'`);
  const [, field, operator, escaped] = split;
  const value = unescapeValue(escaped!);
  return value.ok ? parsed({ field: field!.trim(), value: value.value, isNegated: operator === '!=' }) : value;
}

function unescapeValue(text: string): Parsed<string> {
  let value = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '=') return refused(`unescaped '=' in value "${text}"`);
    if (char !== '\\') {
      value += char;
      continue;
    }
    const escaped = text[++i];
    if (escaped !== ',' && escaped !== '=' && escaped !== '\\') return refused(`invalid escape sequence in value "${text}"`);
    value += escaped;
  }
  return parsed(value);
}
