// YAML bodies as JSON values, read as Kubernetes reads them, within limits that keep a hostile text from costing more than a refusal. Pure.
import { isScalar } from 'yaml';
import { describeError, Failure, parseYamlDocuments } from '../../base/mod.ts';
import { valueOf, type DocumentValue } from './values.ts';

/** Twice as much as the largest definitions have, which are of some MB and take a second or two. Lines are counted before anything is read. */
const LINE_COUNT_MAX = 100_000;
const TOKEN_COUNT_MAX = 500_000;
/** Lists and maps in brackets within each other; what stands deeper exhausts the parser's stack. */
const FLOW_DEPTH_MAX = 200;

export type YamlText = ({ readonly ok: true } & DocumentValue) | { readonly ok: false; readonly message: string };

/** The parser finds structure and texts; what the texts mean is told by `scalar.ts`. Its own check for keys that stand twice is quadratic. */
const OPTIONS = { schema: 'failsafe', resolveKnownTags: false, uniqueKeys: false, logLevel: 'silent' } as const;

/** What YAML may hold: no control characters but tabs, line breaks and U+0085. */
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** One document; several are refused rather than all but the first forgotten. Never throws. */
export function readYaml(text: string): YamlText {
  if (FORBIDDEN.test(text)) return refused('control characters are not allowed');
  if (hasMoreLines(text)) return refused(`it has more than ${LINE_COUNT_MAX} lines; send a body of this size as JSON`);
  try {
    const { documents, error, lines } = parseYamlDocuments(text, OPTIONS, tokenLimits());
    if (error !== undefined) return refused(error);
    // What stands between two lines of `---` may be nothing.
    const [document, second] = documents.filter(({ contents }) => contents !== null && !isEmptyScalar(contents));
    if (document === undefined) return { ok: true, value: null, repeated: [] };
    if (second !== undefined) return refused('it holds multiple documents; send one');
    return { ok: true, ...valueOf(document, { text, lines }) };
  } catch (error) {
    // What is beyond a limit, or lists in lists by indentation that exhaust the stack.
    return refused(describeError(error));
  }
}

function hasMoreLines(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) if (++count > LINE_COUNT_MAX) return true;
  return false;
}

function isEmptyScalar(node: unknown): boolean {
  return isScalar(node) && node.type === 'PLAIN' && node.source === '' && node.tag === undefined;
}

function refused(reason: string): YamlText {
  const [line = ''] = reason.split('\n', 1);
  return { ok: false, message: `the body is not YAML: ${line}` };
}

/** Looks at every token before the parser does; throws at one too many, or too deep. */
function tokenLimits(): (token: string) => void {
  let tokenCount = 0;
  let flowDepth = 0;
  return (token) => {
    if (token === '[' || token === '{') flowDepth++;
    else if (token === ']' || token === '}') flowDepth--;
    if (flowDepth > FLOW_DEPTH_MAX) throw new Failure('TooLarge', `it is nested deeper than ${FLOW_DEPTH_MAX} levels`);
    if (++tokenCount > TOKEN_COUNT_MAX) throw new Failure('TooLarge', `it has more than ${TOKEN_COUNT_MAX} tokens; send a body of this size as JSON`);
  };
}
