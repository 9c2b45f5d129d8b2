// YAML text as documents, so that a text of ten thousand errors costs no more than the first of them: the parser goes on after
// each, and a stack and a picture of its place for all of them take most of a second.
import { LineCounter, parseAllDocuments, type Document, type ParseOptions, type DocumentOptions, type SchemaOptions } from 'yaml';

export interface YamlDocuments {
  readonly documents: readonly Document[];
  /** The first error with its place; undefined when there is none. */
  readonly error: string | undefined;
}

export type YamlOptions = ParseOptions & DocumentOptions & SchemaOptions;

/** Throws what the parser throws: its recursion on a text that nests too deep. */
export function parseYamlDocuments(text: string, options: YamlOptions): YamlDocuments {
  const lineCounter = new LineCounter();
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const documents = parseAllDocuments(text, { ...options, prettyErrors: false, lineCounter });
    const [error] = documents.flatMap(({ errors }) => errors.slice(0, 1));
    if (error === undefined) return { documents, error: undefined };
    const { line, col } = lineCounter.linePos(error.pos[0]);
    return { documents, error: `${error.message} at line ${line}, column ${col}` };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
