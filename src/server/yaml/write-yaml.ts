// JSON values as YAML: in blocks, so that people can read it, and in words that every reader of YAML (1.1, 1.2, Go's, Python's) takes for
// the same value. Pure.
import { atOnce, isJsonObject, type Json, type Steps } from '../../base/mod.ts';
import { goJsonNumber } from '../../expr/mod.ts';
import { plainScalar } from './scalar.ts';

/** Values written in one step: a millisecond. */
const STEP_VALUE_COUNT = 500;
/** A longer key needs a line of its own. */
const KEY_CHARS_MAX = 512;

export function writeYaml(value: Json): string {
  return atOnce(yamlSteps(value));
}

/** A document; a list begins at the left, so it may follow a line `name:`. */
export function* yamlSteps(value: Json): Steps<string> {
  const writer = new Writer();
  yield* writer.write(value, '');
  return writer.text();
}

class Writer {
  readonly #parts: string[] = [];
  #valueCount = 0;

  text(): string {
    return this.#parts.join('');
  }

  /** What stands at the beginning of a line, behind the indentation. */
  *write(value: Json, indent: string): Steps<void> {
    if (++this.#valueCount % STEP_VALUE_COUNT === 0) yield;
    if (Array.isArray(value) && value.length > 0) yield* this.#items(value as readonly Json[], indent);
    else if (isJsonObject(value) && Object.keys(value).length > 0) yield* this.#members(value, indent);
    else this.#parts.push(`${scalarText(value, indent)}\n`);
  }

  *#items(items: readonly Json[], indent: string): Steps<void> {
    for (const [index, item] of items.entries()) {
      this.#parts.push(index === 0 ? '- ' : `${indent}- `);
      yield* this.write(item, `${indent}  `);
    }
  }

  *#members(object: { readonly [name: string]: Json | undefined }, indent: string): Steps<void> {
    let isFirst = true;
    for (const name of Object.keys(object).toSorted()) {
      const value = object[name];
      if (value === undefined) continue;
      this.#parts.push(isFirst ? '' : indent, keyText(name, indent));
      isFirst = false;
      const isList = Array.isArray(value) && value.length > 0;
      const isBlock = isList || (isJsonObject(value) && Object.keys(value).length > 0);
      const inner = isList ? indent : `${indent}  `;
      this.#parts.push(isBlock ? `\n${inner}` : ' ');
      yield* this.write(value, inner);
    }
  }
}

function keyText(name: string, indent: string): string {
  const text = isPlain(name) ? name : quoted(name);
  return text.length > KEY_CHARS_MAX ? `? ${text}\n${indent}:` : `${text}:`;
}

/** In a list or map that has nothing in it, too. */
function scalarText(value: Json, indent: string): string {
  if (typeof value === 'number') return goJsonNumber(value);
  if (typeof value !== 'string') return value === null || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
  if (isPlain(value)) return value;
  return isBlock(value) ? blockText(value, indent) : quoted(value);
}

/** Letters, digits and marks that mean nothing anywhere in a plain text; colons only inside of words. */
const PLAIN = /^[A-Za-z\d_/.](?:[\w./+=@%~^$(),;-]|:(?=[^\s])| (?=[\w./+=@%~^$(),;-]))*$/;
/** For Python dates, and numbers to base 60. */
const READ_OTHERWISE = /^(?:\d{4}-\d|[\d_]+:[\d_:.]*$|\.\.\.)/;

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !text.endsWith(':') && plainScalar(text).kind === 'text' && !READ_OTHERWISE.test(text);
}

/** Several lines of text and tabs, of which the first begins with neither. */
const BLOCK = /^[^\s\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff][^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*$/;

function isBlock(text: string): boolean {
  return text.includes('\n') && BLOCK.test(text) && text.isWellFormed();
}

function blockText(text: string, indent: string): string {
  const ending = !text.endsWith('\n') ? '-' : text.endsWith('\n\n') ? '+' : '';
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  // A block at the left of the document is indented, too.
  const inner = indent === '' ? '  ' : indent;
  return `|${ending}\n${body.split('\n').map((line) => (line === '' ? '' : inner + line)).join('\n')}`;
}

/** As JSON has it, which YAML has as well, but for characters that some readers of YAML take for ends of lines or refuse. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
