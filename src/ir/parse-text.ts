// Text of an upload to a pipeline: YAML or JSON, one document or the pipeline with its platform document, within limits
// that keep hostile text (deep nesting, alias bombs, megabytes) from costing more than a refusal.
import { isScalar, Lexer, visit, type Document, type Tags } from 'yaml';
import { describeError, isJsonObject, parseYamlDocuments, type Json, type JsonObject, type YamlDocuments } from '../base/mod.ts';
import { DOCUMENT_DEPTH_MAX, DOCUMENT_SIZE_MAX_BYTES, YAML_ALIASES_MAX, YAML_LINES_MAX, YAML_TOKENS_MAX } from './limits.ts';
import { indentQuotedLines } from './quoted-lines.ts';
import { explainOtherFormat, parsePipeline, refuse, type PipelineParse } from './parse.ts';

/** The pipeline and its platforms. */
const DOCUMENTS_MAX = 2;

/** Takes what `kfp compile` writes. Errors of the text itself have the field ''. Never throws. */
export function parsePipelineText(text: string): PipelineParse {
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > DOCUMENT_SIZE_MAX_BYTES) {
    return refuse('', `The document has ${sizeBytes} bytes; at most ${DOCUMENT_SIZE_MAX_BYTES} are allowed.`);
  }
  const read = readDocuments(text);
  if (!read.ok) return refuse('', read.message);
  const documents = read.documents.filter((document) => document !== null);
  if (documents.length === 0) return refuse('', 'The document is empty.');
  if (documents.length === 1) return parsePipeline(documents[0]);
  const [first] = documents;
  const notIr = isJsonObject(first) ? explainOtherFormat(first) : undefined;
  if (notIr !== undefined) return refuse(notIr.field, notIr.message);
  if (documents.length > DOCUMENTS_MAX) {
    return refuse('', `The text has ${documents.length} documents; a pipeline has one, and one more for its platforms.`);
  }
  const platform = documents.find((document): document is JsonObject => isJsonObject(document) && Object.hasOwn(document, 'platforms'));
  const pipeline = documents.find((document) => document !== platform);
  if (platform === undefined || pipeline === undefined || !isJsonObject(pipeline)) {
    return refuse('', 'The second document must be the platform spec of the pipeline, with the field "platforms".');
  }
  return parsePipeline({ pipeline_spec: pipeline, platform_spec: platform });
}

type Reading = { readonly ok: true; readonly documents: readonly Json[] } | { readonly ok: false; readonly message: string };

function readDocuments(text: string): Reading {
  if (/^\s*[{[]/.test(text)) {
    try {
      return { ok: true, documents: [JSON.parse(text) as Json] };
    } catch {
      // A YAML flow collection also begins like this; the YAML parser tells what is wrong if it is neither.
    }
  }
  try {
    return readYaml(text);
  } catch (error) {
    // The parser reports what it expects as document errors; this is its recursion on a text that nests too deep.
    return { ok: false, message: `The text is not YAML or JSON: ${firstLine(describeError(error))}` };
  }
}

function readYaml(text: string): Reading {
  const excess = excessOf(text);
  if (excess !== undefined) return { ok: false, message: `The YAML ${excess}` };
  const documents: Json[] = [];
  const parsed = parseYaml(text);
  if (parsed.error !== undefined) return { ok: false, message: `The text is not YAML: ${firstLine(parsed.error)}.` };
  for (const document of parsed.documents) {
    const problem = findUnusableNode(document);
    if (problem !== undefined) return { ok: false, message: problem };
    documents.push(document.toJS({ maxAliasCount: YAML_ALIASES_MAX }) as Json);
  }
  return { ok: true, documents };
}

function parseYaml(text: string): YamlDocuments {
  // uniqueKeys is quadratic in the parser, so duplicates are looked for afterwards.
  const options = { uniqueKeys: false, customTags: asPythonReads, logLevel: 'silent' } as const;
  const parsed = parseYamlDocuments(text, options);
  if (parsed.error === undefined) return parsed;
  const repaired = parseYamlDocuments(indentQuotedLines(text), options);
  return repaired.error === undefined ? repaired : parsed;
}

/** Looks at the text before the parser does, whose time and stack depend on it. */
function excessOf(text: string): string | undefined {
  let tokenCount = 0;
  let lineCount = 0;
  let flowDepth = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineCount++;
  if (lineCount > YAML_LINES_MAX) return `has more than ${YAML_LINES_MAX} lines; send a pipeline of this size as JSON.`;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') flowDepth++;
    else if (token === ']' || token === '}') flowDepth--;
    if (flowDepth > DOCUMENT_DEPTH_MAX) return `nests lists and objects deeper than ${DOCUMENT_DEPTH_MAX} levels.`;
    if (++tokenCount > YAML_TOKENS_MAX) return `has more than ${YAML_TOKENS_MAX} tokens; send a pipeline of this size as JSON.`;
  }
  return undefined;
}

/** kfp writes YAML with PyYAML, for which 1e5, 1.5e3 and 0o17 are strings and so go without quotes. */
function asPythonReads(tags: Tags): Tags {
  return tags
    .filter((tag) => typeof tag === 'string' || !('format' in tag) || tag.format !== 'OCT')
    .map((tag) => {
      if (typeof tag === 'string' || !('format' in tag) || tag.format !== 'EXP') return tag;
      // Still the same tag, only fewer texts are taken for it.
      return { ...tag, test: PYTHON_EXPONENT } as Tags[number];
    });
}

const PYTHON_EXPONENT = /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)[eE][-+][0-9]+$/;

/** A sentence about the first thing that JSON can't hold: a key twice, a key that is no scalar, infinity, not a number. */
function findUnusableNode(document: Document): string | undefined {
  let problem: string | undefined;
  visit(document, {
    Map: (_, map) => {
      const keys = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name === undefined) problem = 'A key of the YAML is not a plain text.';
        else if (keys.has(name)) problem = `The key "${name}" stands twice in the same map.`;
        if (name === undefined || problem !== undefined) return visit.BREAK;
        keys.add(name);
      }
      return undefined;
    },
    Scalar: (_, scalar) => {
      if (typeof scalar.value !== 'number' || Number.isFinite(scalar.value)) return undefined;
      problem = `The number ${scalar.value} has no place in a pipeline.`;
      return visit.BREAK;
    },
  });
  return problem;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
