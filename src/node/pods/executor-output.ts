// The text of executor_output.json, which the SDK writes with Python's json module.
import { Failure, isJsonObject, type JsonObject } from '../../base/mod.ts';

/** Throws Failure `OutputInvalid` with a sentence that says what is wrong with it. */
export function parseExecutorOutput(text: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const number = nonFiniteNumber(text);
    if (number === undefined) throw new Failure('OutputInvalid', 'the executor output is not JSON', { cause: error });
    const { value, key } = number;
    throw new Failure(
      'OutputInvalid',
      `${key === undefined ? 'a value of the executor output' : `"${key}" in the executor output`} is ${value}, which no JSON document can hold; give a finite number, a text or nothing instead`,
    );
  }
  if (!isJsonObject(parsed)) throw new Failure('OutputInvalid', 'the executor output is not a JSON object');
  return parsed;
}

/** Strings are passed over; a key is remembered until its value has come. */
const TOKEN = /"((?:[^"\\]|\\.)*)"(\s*:)?|\b(NaN|-?Infinity)\b|-Infinity/g;

/** Python writes NaN and Infinity for what JSON has no words for: typically a metric that diverged. */
function nonFiniteNumber(text: string): { readonly value: string; readonly key: string | undefined } | undefined {
  let key: string | undefined;
  for (const [token, content, colon] of text.matchAll(TOKEN)) {
    if (colon !== undefined) key = content;
    else if (content === undefined) return { value: token, key };
  }
  return undefined;
}
