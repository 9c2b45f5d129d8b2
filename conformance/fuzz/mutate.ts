// Changes inputs: members of JSON as members, everything else as bytes.
import type { Entrance } from './entrance.ts';
import type { Random } from './random.ts';

const CHANGE_COUNT_MAX = 4;
export const INPUT_BYTES_MAX = 64 * 1024;
const INTERESTING: readonly unknown[] = [null, true, false, 0, -1, 1.5, 1e308, -(2 ** 53), 2 ** 31, '', ' ', 'a', '..', '../../x', '$(A)', '%s', '\u0000', '\ud800', '\u202e', '1e1000', '9'.repeat(400), 'a'.repeat(5_000), '((((', '{{$.x}}', [], {}, [[[]]], { __proto__: null }];
const NAMES = ['__proto__', 'constructor', 'toString', 'length', '', 'a.b', 'a/b', '$patch', 'x'.repeat(300)];
const TEXTS = ['\0', '\r\n', '\n', ' ', ',', '"', "'", '\\', '%', '%00', '&', '=', '[', ']', '{', '}', '(', ')', '..', '/', '\ufeff', '\ud83d\ude00', '-1', '99999999999999999999', '1e999', '&a *a', '<<: *a', '!!binary', '---\n', '- - - - '];

export function mutate(entrance: Entrance, corpus: readonly Buffer[], random: Random): Buffer {
  let input: Buffer = random.pick(corpus);
  const blindly = (part: Buffer) => changeBytes(part, random, entrance.words, corpus);
  for (let left = 1 + random.below(CHANGE_COUNT_MAX); left > 0; left--) {
    const own = entrance.change !== undefined && random.chance(0.7);
    input = own ? entrance.change(input, random, (part) => changeJson(part, random, entrance.words) ?? blindly(part)) : (changeJson(input, random, entrance.words) ?? blindly(input));
  }
  return input.subarray(0, INPUT_BYTES_MAX);
}

/** Undefined when it is no JSON object or list, and sometimes when it is. */
function changeJson(input: Buffer, random: Random, words: readonly string[]): Buffer | undefined {
  if ((input[0] !== 0x7b && input[0] !== 0x5b) || random.chance(0.15)) return undefined;
  let root: unknown;
  try {
    root = JSON.parse(input.toString());
  } catch {
    return undefined;
  }
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  collect(root, places);
  if (places.length === 0) return undefined;
  const { holder, key } = random.pick(places);
  const other = random.pick(places);
  const changes: readonly (() => unknown)[] = [
    () => delete holder[key],
    () => (holder[key] = random.pick(INTERESTING)),
    () => (holder[key] = random.pick(INTERESTING)),
    () => (holder[key] = random.pick(words)),
    () => (holder[key] = structuredClone(other.holder[other.key])),
    () => addMember(holder, random.chance(0.5) ? random.pick(NAMES) : other.key, structuredClone(other.holder[other.key])),
    () => (holder[key] = nested(holder[key], 1 + random.below(200))),
    () => (holder[key] = Array(random.below(300)).fill(holder[key])),
    () => (holder[key] = typeof holder[key] === 'string' ? changeBytes(Buffer.from(holder[key]), random, words, [input]).toString() : String(JSON.stringify(holder[key]))),
  ];
  random.pick(changes)();
  return Buffer.from(JSON.stringify(root));
}

function collect(value: unknown, places: { readonly holder: Record<string, unknown>; readonly key: string }[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    places.push({ holder: value as Record<string, unknown>, key }); // lists have keys, too
    collect((value as Record<string, unknown>)[key], places);
  }
}

/** Also one whose name every object has. */
function addMember(holder: Record<string, unknown>, name: string, value: unknown): void {
  if (Array.isArray(holder)) holder.push(value);
  else Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

function nested(value: unknown, depth: number): unknown {
  let result = value;
  for (let left = depth; left > 0; left--) result = left % 2 === 0 ? [result] : { a: result };
  return result;
}

function changeBytes(input: Buffer, random: Random, words: readonly string[], corpus: readonly Buffer[]): Buffer {
  const at = random.below(input.length + 1);
  const end = Math.min(input.length, at + 1 + random.below(random.chance(0.8) ? 8 : input.length + 1));
  const [before, part, after] = [input.subarray(0, at), input.subarray(at, end), input.subarray(end)];
  const insert = (...middle: readonly Uint8Array[]) => Buffer.concat([before, ...middle, part, after]);
  switch (random.below(9)) {
    case 0:
      return Buffer.concat([before, after]);
    case 1:
      return before;
    case 2:
      return insert(...Array<Buffer>(random.chance(0.9) ? 1 : 1 + random.below(500)).fill(part));
    case 3:
      return insert(Buffer.from(random.pick(TEXTS)));
    case 4:
    case 5:
      return insert(Buffer.from(random.pick(words)));
    case 6: {
      const other = random.pick(corpus);
      const start = random.below(other.length + 1);
      return insert(other.subarray(start, start + random.below(64)));
    }
    case 7:
      return Buffer.concat([before, Buffer.from(part.map((byte) => (random.chance(0.5) ? byte ^ (1 << random.below(8)) : byte))), after]);
    default:
      return Buffer.concat([before, Buffer.from(Array.from(part, () => random.below(256))), after]);
  }
}
