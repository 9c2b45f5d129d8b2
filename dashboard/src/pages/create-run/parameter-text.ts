// What people type for a parameter, and the value that it means. The server decides in the end; this only says early what is
// certainly wrong.
import type { Json } from '../../api/messages.ts';
import type { ParameterSpec } from '../../graph/ir.ts';

export type ParsedParameter =
  | { readonly kind: 'value'; readonly value: Json }
  /** Nothing typed: the pipeline's default counts, or nothing. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'wrong'; readonly message: string };

const TYPE_TITLES: Readonly<Record<string, string>> = {
  STRING: 'text',
  NUMBER_INTEGER: 'whole number',
  NUMBER_DOUBLE: 'number',
  BOOLEAN: 'true or false',
  LIST: 'list',
  STRUCT: 'object',
};

export function typeTitle({ parameterType = 'STRING' }: ParameterSpec): string {
  return TYPE_TITLES[parameterType] ?? parameterType.toLowerCase();
}

/** As it stands in the field at first: texts as they are, the rest as JSON; '' for none. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function isMissable({ isOptional, defaultValue }: ParameterSpec): boolean {
  return isOptional === true || defaultValue !== undefined;
}

export function parseParameter(text: string, spec: ParameterSpec): ParsedParameter {
  const { parameterType = 'STRING', defaultValue } = spec;
  if (text === '' && (parameterType !== 'STRING' || isMissable(spec))) {
    // An emptied text means the empty text where the default is another one.
    if (parameterType === 'STRING' && defaultValue !== undefined && defaultValue !== '') return { kind: 'value', value: '' };
    return isMissable(spec) ? { kind: 'absent' } : { kind: 'wrong', message: 'The pipeline needs a value here.' };
  }
  return parseTyped(text.trim(), text, parameterType);
}

function parseTyped(trimmed: string, text: string, type: string): ParsedParameter {
  switch (type) {
    case 'NUMBER_INTEGER':
      if (!/^[-+]?\d+$/.test(trimmed)) return { kind: 'wrong', message: 'This must be a whole number, for example 3.' };
      return Number.isSafeInteger(Number(trimmed)) ? { kind: 'value', value: Number(trimmed) } : { kind: 'wrong', message: `This is more than numbers can hold exactly: at most ${Number.MAX_SAFE_INTEGER}.` };
    case 'NUMBER_DOUBLE':
      return trimmed !== '' && Number.isFinite(Number(trimmed)) ? { kind: 'value', value: Number(trimmed) } : { kind: 'wrong', message: 'This must be a number, for example 0.5 or 1e-3.' };
    case 'BOOLEAN':
      return trimmed === 'true' || trimmed === 'false' ? { kind: 'value', value: trimmed === 'true' } : { kind: 'wrong', message: 'This must be true or false.' };
    case 'LIST':
      return parseJson(trimmed, Array.isArray, 'This must be a list in JSON, for example ["a", "b"].');
    case 'STRUCT':
      return parseJson(trimmed, (value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'This must be an object in JSON, for example {"a": 1}.');
    default:
      return { kind: 'value', value: text };
  }
}

function parseJson(text: string, isRight: (value: unknown) => boolean, message: string): ParsedParameter {
  try {
    const value = JSON.parse(text) as Json;
    return isRight(value) ? { kind: 'value', value } : { kind: 'wrong', message };
  } catch (error) {
    return { kind: 'wrong', message: `${message} ${(error as Error).message}.` };
  }
}
