// Splits a piece of POSIX shell text into words, as far as its meaning needs no shell: quoting only. Anything that a shell
// would expand, redirect or run makes the whole text `undefined`, so that nobody acts on a guess.

/** Characters that mean themselves outside of quotes. */
const PLAIN = /[A-Za-z0-9_@%+=:,./-]/;
/** Characters that keep a meaning inside double quotes. */
const EXPANDED_IN_DOUBLE_QUOTES = /[$`]/;
const ESCAPED_IN_DOUBLE_QUOTES = /["\\]/;

/** The words of simple commands joined by `&&`; undefined when a shell is needed to tell. */
export function splitAndList(text: string): readonly (readonly string[])[] | undefined {
  const commands: string[][] = [[]];
  for (let at = 0; at < text.length; ) {
    const character = text[at]!;
    if (character === ' ' || character === '\t') {
      at += 1;
    } else if (text.startsWith('&&', at)) {
      commands.push([]);
      at += 2;
    } else {
      const word = readWord(text, at);
      if (word === undefined) return undefined;
      commands.at(-1)!.push(word.text);
      at = word.end;
    }
  }
  return commands.every((command) => command.length > 0) ? commands : undefined;
}

interface Read {
  readonly text: string;
  /** Index after it. */
  readonly end: number;
}

function readWord(text: string, start: number): Read | undefined {
  let word = '';
  let at = start;
  while (at < text.length && text[at] !== ' ' && text[at] !== '\t' && !text.startsWith('&&', at)) {
    const piece = readPiece(text, at);
    if (piece === undefined) return undefined;
    word += piece.text;
    at = piece.end;
  }
  return { text: word, end: at };
}

function readPiece(text: string, at: number): Read | undefined {
  const character = text[at]!;
  if (character === "'") {
    const end = text.indexOf("'", at + 1);
    return end < 0 ? undefined : { text: text.slice(at + 1, end), end: end + 1 };
  }
  if (character === '"') return readDoubleQuoted(text, at);
  return PLAIN.test(character) ? { text: character, end: at + 1 } : undefined;
}

function readDoubleQuoted(text: string, start: number): Read | undefined {
  let inner = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') return { text: inner, end: at + 1 };
    if (EXPANDED_IN_DOUBLE_QUOTES.test(character)) return undefined;
    if (character !== '\\') {
      inner += character;
      continue;
    }
    const next = text[at + 1];
    if (next === undefined || next === '$' || next === '`' || next === '\n') return undefined;
    inner += ESCAPED_IN_DOUBLE_QUOTES.test(next) ? next : `\\${next}`;
    at += 1;
  }
  return undefined;
}
