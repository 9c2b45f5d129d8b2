// libyaml, with which both Python and Go read pipelines, ignores how far the lines inside quotes are indented; YAML 1.2
// and our parser want them deeper than their parent. Leading blanks of such lines have no meaning, so adding some turns
// the one into the other.

/** The text with every continuation line of a quoted value indented far enough. Only for texts that failed to parse. */
export function indentQuotedLines(text: string): string {
  const lines = text.split('\n');
  let state: State = { kind: 'node' };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (state.kind === 'block') {
      if (line.trim() === '' || indentOf(line) > state.indent) continue;
      state = { kind: 'node' };
    }
    if (state.kind === 'quoted') {
      lines[i] = line.trim() === '' ? line : state.padding + line;
      state = isClosedIn(line, 0, state.quote) ? { kind: 'node' } : state;
    } else {
      state = stateAfter(line);
    }
  }
  return lines.join('\n');
}

type State =
  | { readonly kind: 'node' }
  /** Inside a literal or folded block, whose lines are deeper than `indent`. */
  | { readonly kind: 'block'; readonly indent: number }
  | { readonly kind: 'quoted'; readonly quote: string; readonly padding: string };

const NODE: State = { kind: 'node' };
/** Dashes of lists, then a key; what is left is the value. */
const LINE_PREFIX = /^( *(?:- +)*)((?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#[\]{}|>&*!%@`-][^:#]*):(?: +|$))?/;

function stateAfter(line: string): State {
  const [prefix = '', markers = ''] = LINE_PREFIX.exec(line) ?? [];
  const first = line[prefix.length];
  if (first === '"' || first === "'") {
    if (isClosedIn(line, prefix.length + 1, first)) return NODE;
    return { kind: 'quoted', quote: first, padding: ' '.repeat(markers.length + 2) };
  }
  if (first !== '|' && first !== '>') return NODE;
  const hasKey = prefix.length > markers.length;
  return { kind: 'block', indent: hasKey ? markers.length : line.lastIndexOf('-', prefix.length) };
}

function isClosedIn(line: string, from: number, quote: string): boolean {
  for (let i = from; i < line.length; i++) {
    if (quote === '"' && line[i] === '\\') i++;
    else if (quote === "'" && line[i] === quote && line[i + 1] === quote) i++;
    else if (line[i] === quote) return true;
  }
  return false;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
