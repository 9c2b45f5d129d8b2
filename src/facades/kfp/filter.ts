// The filter grammar of the list endpoints: a JSON document `{"predicates": [{"operation", "key", "<kind>_value"}]}`.
import type { Predicate, PredicateOperation } from '../../records/mod.ts';
import { isJsonObject, type Json } from '../../base/mod.ts';
import { findListField, listFieldNames, type ListField, type ListFields } from './list-fields.ts';
import { invalid } from './refusal.ts';
import { quote, readMessage, type MessageOf } from './request-message.ts';

/** Longest filter text. */
const FILTER_CHARS_MAX = 16 * 1024;
const PREDICATE_COUNT_MAX = 8;
/** Values of one IN predicate. */
const IN_VALUE_COUNT_MAX = 200;

/** By number in filter.proto; 4 was never given out. */
const OPERATIONS = [
  '',
  'EQUALS',
  'NOT_EQUALS',
  'GREATER_THAN',
  '',
  'GREATER_THAN_EQUALS',
  'LESS_THAN',
  'LESS_THAN_EQUALS',
  'IN',
  'IS_SUBSTRING',
] as const;

const PREDICATE = {
  operation: { enum: OPERATIONS },
  key: 'string',
  int_value: 'integer',
  long_value: 'integer',
  string_value: 'string',
  timestamp_value: 'timestamp',
  int_values: { message: { values: 'integers' } },
  long_values: { message: { values: 'integers' } },
  string_values: { message: { values: 'strings' } },
} as const;
const FILTER = { predicates: { messages: PREDICATE } } as const;

/** Their values are words of a closed set, which clients write in any case: kfp.Client itself says `succeeded`. */
const WORD_FIELDS: ReadonlySet<string> = new Set(['state', 'storageState']);

type PredicateMessage = MessageOf<typeof PREDICATE>;

/** Throws a refusal that names what is wrong. An empty filter selects everything. */
export function parseFilter(text: string, fields: ListFields): readonly Predicate[] {
  if (text === '') return [];
  if (text.length > FILTER_CHARS_MAX) throw invalid(`filter is longer than ${FILTER_CHARS_MAX} characters`);
  const { predicates = [] } = readMessage(FILTER, parseFilterJson(text), 'filter');
  if (predicates.length > PREDICATE_COUNT_MAX) throw invalid(`filter has more than ${PREDICATE_COUNT_MAX} predicates`);
  return predicates.map((predicate, index) => readPredicate(predicate, fields, `filter.predicates[${index}]`));
}

/** Some clients escape the text twice; the official server unescapes it once more, and so do we when it must be. */
function parseFilterJson(text: string): Json {
  for (const candidate of [text, unescaped(text)]) {
    try {
      const parsed = JSON.parse(candidate ?? '') as Json; // JSON.parse gives JSON.
      if (isJsonObject(parsed)) return parsed;
    } catch {
      // The next candidate, or the refusal below.
    }
  }
  throw invalid('filter must be a JSON object like {"predicates": [{"operation": "EQUALS", "key": "display_name", "string_value": "…"}]}');
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function readPredicate(message: PredicateMessage, fields: ListFields, place: string): Predicate {
  const { operation, key } = message;
  if (operation === undefined || operation === '') throw invalid(`${place}.operation is missing`);
  if (key === undefined || key === '') throw invalid(`${place}.key is missing`);
  const field = findListField(fields, key);
  if (field === undefined) throw invalid(`${place}.key ${quote(key)} can't be filtered by; possible are ${listFieldNames(fields)}`);
  const value = readOperand(message, place);
  checkOperand(operation, field, value, `${place} (${key} ${operation})`);
  return { operation, field: field.field, value: WORD_FIELDS.has(field.field) ? inCapitals(value) : value };
}

function readOperand(message: PredicateMessage, place: string): Predicate['value'] {
  const given = [
    message.int_value,
    message.long_value,
    message.string_value,
    message.timestamp_value,
    message.int_values && (message.int_values.values ?? []),
    message.long_values && (message.long_values.values ?? []),
    message.string_values && (message.string_values.values ?? []),
  ].filter((value) => value !== undefined);
  const [value] = given;
  if (value === undefined) throw invalid(`${place} has no value: give string_value, int_value, long_value, timestamp_value or a list of them`);
  if (given.length > 1) throw invalid(`${place} has more than one value`);
  return value;
}

function inCapitals(value: Predicate['value']): Predicate['value'] {
  return typeof value === 'object' ? value.map((one) => String(one).toUpperCase()) : String(value).toUpperCase();
}

function checkOperand(operation: PredicateOperation, field: ListField, value: Predicate['value'], place: string): void {
  const isList = typeof value === 'object';
  if (isList !== (operation === 'IN')) throw invalid(`${place} needs ${operation === 'IN' ? 'a list of values' : 'one value'}`);
  if (isList && value.length > IN_VALUE_COUNT_MAX) throw invalid(`${place} has more than ${IN_VALUE_COUNT_MAX} values`);
  const sample = isList ? value[0] : value;
  if (sample === undefined) return;
  if (operation === 'IS_SUBSTRING' && field.type !== 'text') throw invalid(`${place} is possible for text only`);
  const isText = typeof sample === 'string';
  if (isText === (field.type === 'text')) return;
  const wanted = { text: 'string_value', number: 'a number', time: 'timestamp_value' }[field.type];
  throw invalid(`${place} needs ${wanted}`);
}
