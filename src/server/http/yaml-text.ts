// YAML bodies as JSON values, within limits that keep a hostile text from costing more than a refusal. Pure.
import { isScalar, visit, type Document } from 'yaml';
import { describeError, Failure, yamlDocumentSteps, type Steps } from '../../base/mod.ts';

/** Parsing this many scalars, keys, spaces and marks takes some hundred milliseconds. */
const TOKEN_COUNT_MAX = 100_000;
/** Lists and maps in brackets within each other; what stands deeper exhausts the parser's stack. */
const FLOW_DEPTH_MAX = 200;
/** Times an anchor may be repeated, weighted by the anchors in it. */
const ALIAS_COUNT_MAX = 100;

export type YamlText = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** One document. Never throws; a key that stands twice in a map is refused. */
export function* yamlTextSteps(text: string): Steps<YamlText> {
  try {
    // The parser's own check for keys that stand twice is quadratic.
    const { documents, error } = yield* yamlDocumentSteps(text, { uniqueKeys: false, logLevel: 'error' }, tokenLimits());
    if (error !== undefined) return refused(firstLine(error));
    const [document, second] = documents;
    if (document === undefined) return { ok: true, value: null };
    if (second !== undefined) return refused('it holds multiple documents; send one');
    yield;
    const repeated = findRepeatedKey(document);
    if (repeated !== undefined) return refused(`the key "${repeated}" stands twice in the same map`);
    yield;
    return { ok: true, value: document.toJS({ maxAliasCount: ALIAS_COUNT_MAX }) as unknown };
  } catch (error) {
    // What is beyond a limit, anchors that grow, or lists in lists by indentation that exhaust the stack.
    return refused(firstLine(describeError(error)));
  }
}

function refused(reason: string): YamlText {
  return { ok: false, message: `the body is not YAML: ${reason}` };
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

function findRepeatedKey(document: Document): string | undefined {
  let repeated: string | undefined;
  visit(document, {
    Map: (_, map) => {
      const keys = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (keys.has(name)) repeated = name;
        if (repeated !== undefined) return visit.BREAK;
        keys.add(name);
      }
      return undefined;
    },
  });
  return repeated;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
