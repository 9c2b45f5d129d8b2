// From a parsed document of YAML to a JSON value, as go.yaml.in/yaml/v2 and sigs.k8s.io/yaml get there: merge keys in the order in which
// they stand, the last of two equal keys. What anchors may grow to is bounded. Pure.
import { isAlias, isMap, isPair, isScalar, isSeq, visit, type Alias, type Document, type LineCounter, type Node, type Pair, type Scalar as ScalarNode, type YAMLMap } from 'yaml';
import { Failure } from '../../base/mod.ts';
import { jsonOf, keyOf, plainScalar, taggedScalar, type Scalar } from './scalar.ts';

export interface DocumentValue {
  readonly value: unknown;
  /** A sentence for each key that stands in its map already, be it by a merge. */
  readonly repeated: readonly string[];
}

/** The text of which a document was made. */
export interface Source {
  readonly text: string;
  readonly lines: LineCounter;
}

/** Throws Failure `BadYaml`. */
export function valueOf(document: Document, source: Source): DocumentValue {
  const reader = new DocumentReader(targetsOf(document), source);
  return { value: reader.valueOf(document.contents), repeated: reader.repeated };
}

/** An alias means the last anchor of its name before it. */
function targetsOf(document: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return;
      }
      const target = anchors.get(node.source);
      if (target === undefined) throw new Failure('BadYaml', `unknown anchor '${node.source}' referenced`);
      targets.set(node, target);
    },
  });
  return targets;
}

type Content = Node | Pair | null | undefined;

/** Members by their names, and the keys that there were: `1` and `"1"` are two keys with the same name. */
interface Members {
  readonly values: Map<string, unknown>;
  readonly keys: Set<string>;
}

/** Keys that are named as repeated; more are not. */
const REPEATED_COUNT_MAX = 20;
/** All texts of the result together: as much as a body may have. */
const TEXT_CHARS_MAX = 3 * 1024 * 1024;

class DocumentReader {
  readonly repeated: string[] = [];
  readonly #targets: ReadonlyMap<Alias, Node>;
  readonly #source: Source;
  /** Nodes whose aliases are being followed. */
  readonly #open = new Set<Node>();
  #readCount = 0;
  #repeatedReadCount = 0;
  #textChars = 0;

  constructor(targets: ReadonlyMap<Alias, Node>, source: Source) {
    this.#targets = targets;
    this.#source = source;
  }

  valueOf(node: Content): unknown {
    this.#countRead();
    if (isAlias(node)) return this.#follow(node, (target) => this.valueOf(target));
    if (isScalar(node)) return this.#counted(jsonOf(scalarOf(node, this.#source)));
    if (isSeq(node)) return node.items.map((item) => this.valueOf(item as Content));
    if (isMap(node)) return this.#objectOf(node.items);
    // A list in brackets may hold a pair without braces.
    return isPair(node) ? this.#objectOf([node]) : null;
  }

  #objectOf(pairs: readonly Pair[]): unknown {
    const members: Members = { values: new Map(), keys: new Set() };
    this.#addPairs(pairs, members);
    // Not by assignment: `__proto__` is a member like any other.
    return Object.fromEntries(members.values);
  }

  #addPairs(pairs: readonly Pair[], members: Members): void {
    for (const { key, value } of pairs) {
      if (isMergeKey(key)) this.#merge(value as Content, members);
      else this.#add(key as Content, value as Content, members);
    }
  }

  #add(key: Content, value: Content, { values, keys }: Members): void {
    const scalar = this.#keyScalar(key);
    const name = this.#counted(keyOf(scalar));
    const read = this.valueOf(value);
    const identity = `${scalar.kind} ${name}`;
    if (keys.has(identity) && this.repeated.length < REPEATED_COUNT_MAX) this.repeated.push(`line ${this.#lineOf(value ?? key)}: key ${scalar.kind === 'text' ? JSON.stringify(name) : name} already set in map`);
    keys.add(identity);
    values.set(name, read);
  }

  #keyScalar(key: Content): Scalar {
    this.#countRead();
    const node = isAlias(key) ? this.#targets.get(key) : key;
    if (node === null || node === undefined) return { kind: 'null' };
    if (!isScalar(node)) throw new Failure('BadYaml', 'a key is a map or a list');
    return scalarOf(node, this.#source);
  }

  /** What stands later wins, a merge too; of several maps in a list the first. */
  #merge(value: Content, members: Members): void {
    for (const item of isSeq(value) ? value.items.toReversed() : [value]) {
      this.#countRead();
      if (isAlias(item)) this.#follow(item, (target) => this.#mergeMap(target, members));
      else this.#mergeMap(item, members);
    }
  }

  #mergeMap(map: unknown, members: Members): void {
    if (!isMap(map)) throw new Failure('BadYaml', 'a merge key (<<) needs a map or a list of maps');
    this.#addPairs((map as YAMLMap).items, members);
  }

  #follow<T>(alias: Alias, read: (target: Node) => T): T {
    const target = this.#targets.get(alias)!;
    if (this.#open.has(target)) throw new Failure('BadYaml', `the value of the anchor '${alias.source}' contains itself`);
    this.#open.add(target);
    const result = read(target);
    this.#open.delete(target);
    return result;
  }

  #countRead(): void {
    this.#readCount++;
    if (this.#open.size === 0) return;
    this.#repeatedReadCount++;
    if (this.#repeatedReadCount > 100 && this.#readCount > 1_000 && this.#repeatedReadCount > this.#readCount * repeatedShareMax(this.#readCount)) {
      throw new Failure('BadYaml', 'the document contains excessive aliasing');
    }
  }

  #counted<T>(value: T): T {
    this.#textChars += typeof value === 'string' ? value.length : 1;
    if (this.#textChars > TEXT_CHARS_MAX) throw new Failure('BadYaml', 'the document comes to more than 3 MiB when its aliases are followed');
    return value;
  }

  #lineOf(node: Content): number {
    return this.#source.lines.linePos(isPair(node) ? 0 : (node?.range?.[0] ?? 0)).line;
  }
}

/** Nearly all of a document may be repetitions until it is large: 99% up to 400,000 nodes, 10% from ten times as many on. */
function repeatedShareMax(readCount: number): number {
  const [low, high] = [400_000, 4_000_000];
  return 0.99 - 0.89 * Math.min(1, Math.max(0, (readCount - low) / (high - low)));
}

function scalarOf(node: ScalarNode, source: Source): Scalar {
  const text = textOf(node, source);
  if (node.tag !== undefined) return taggedScalar(text, node.tag);
  return node.type === 'PLAIN' ? plainScalar(text) : { kind: 'text', value: text };
}

/** A block of text that ends with the document has a line break at its end only where the document has one. */
function textOf({ value, type, range }: ScalarNode, source: Source): string {
  const text = typeof value === 'string' ? value : '';
  const isBlock = type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED';
  return isBlock && (range?.[1] ?? 0) >= source.text.length && !source.text.endsWith('\n') && text.endsWith('\n') ? text.slice(0, -1) : text;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && (key.tag === 'tag:yaml.org,2002:merge' || (key.tag === undefined && key.type === 'PLAIN'));
}
