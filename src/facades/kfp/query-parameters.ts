// Query parameters as grpc-gateway reads them: an empty value is unset, an unknown name is ignored (proxies and browsers add
// some), booleans are those of Go's strconv.ParseBool.
import { invalid } from './refusal.ts';
import { quote } from './request-message.ts';

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** The parameters of `names` that are set. camelCase is accepted as in request bodies. */
export function readParameters<const Name extends string>(
  query: URLSearchParams,
  names: readonly Name[],
): Readonly<Partial<Record<Name, string>>> {
  const known: readonly string[] = names;
  const values: Record<string, string> = {};
  for (const [given, value] of query) {
    const snake = given.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const name = known.includes(given) ? given : snake;
    if (value === '' || !known.includes(name)) continue;
    if (Object.hasOwn(values, name)) throw invalid(`the query parameter ${name} is given twice`);
    if (!value.isWellFormed() || value.includes('\0')) throw invalid(`the query parameter ${name} is not valid text`);
    values[name] = value;
  }
  return values as Partial<Record<Name, string>>; // Only known names were stored.
}

export function readBoolean(name: string, value: string | undefined): boolean {
  if (value === undefined || FALSE.has(value)) return false;
  if (TRUE.has(value)) return true;
  throw invalid(`${name} is ${quote(value)}, it must be true or false`);
}

/** A whole number of 0 or more. */
export function readCount(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw invalid(`${name} is ${quote(value)}, it must be a whole number of 0 or more`);
  return Number(value);
}
