// YAML text as documents, so that a text of ten thousand errors costs no more than the first of them: the parser goes on after
// each, and a stack and a picture of its place for all of them take most of a second.
import { Composer, Lexer, LineCounter, Parser, type Document, type ParseOptions, type DocumentOptions, type SchemaOptions } from 'yaml';

export interface YamlDocuments {
  readonly documents: readonly Document[];
  /** The first error with its place; undefined when there is none. */
  readonly error: string | undefined;
  /** Tells the lines of the nodes' places. */
  readonly lines: LineCounter;
}

export type YamlOptions = ParseOptions & DocumentOptions & SchemaOptions;

/**
 * `look` sees every token before the parser, whose time and stack depend on them; what it throws ends the work. Throws what the parser
 * throws, too: its recursion on a text that nests too deep.
 */
export function parseYamlDocuments(text: string, options: YamlOptions, look: (token: string) => void = () => {}): YamlDocuments {
  const lineCounter = new LineCounter();
  lineCounter.addNewLine(0);
  const parser = new Parser(lineCounter.addNewLine);
  const composer = new Composer({ ...options, prettyErrors: false, lineCounter });
  const documents: Document[] = [];
  for (const token of new Lexer().lex(text)) {
    look(token);
    for (const node of parser.next(token)) documents.push(...withoutStacks(() => [...composer.next(node)]));
  }
  for (const node of parser.end()) documents.push(...withoutStacks(() => [...composer.next(node)]));
  documents.push(...withoutStacks(() => [...composer.end()]));
  const [error] = documents.flatMap(({ errors }) => errors.slice(0, 1));
  if (error === undefined) return { documents, error: undefined, lines: lineCounter };
  const { line, col } = lineCounter.linePos(error.pos[0]);
  return { documents, error: `${error.message} at line ${line}, column ${col}`, lines: lineCounter };
}

function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
