// How functions are declared: `string.startsWith(string): bool`, `list<A>.max(): A`. The text is the signature, read once.
import type { Bindings, CelType, PrimitiveKind } from './types.ts';
import { isAssignable, substitute } from './types.ts';
import { kindOf } from './values.ts';

export interface Overload {
  readonly isMember: boolean;
  readonly parameters: readonly CelType[];
  readonly result: CelType;
  readonly call: (...values: never[]) => unknown;
  /** Work of one call beyond the ordinary, from the sizes of the arguments; upstream's cost units. */
  readonly cost: CostRule;
}

/** `scan` reads all of the first argument, `match` runs the second over the first, `search` looks for the second in the first, `authorize` asks who may do what. */
export type CostRule = 'constant' | 'scan' | 'match' | 'search' | 'concatenate' | 'prefix' | 'authorize';

export class FunctionTable {
  readonly #byName = new Map<string, Overload[]>();

  /** `name(…)` is a function, `type.name(…)` a method. */
  declare(signature: string, call: (...values: never[]) => unknown, cost: CostRule = 'constant'): this {
    const reader = new SignatureReader(signature);
    const { name, ...types } = reader.read();
    this.#byName.set(name, [...(this.#byName.get(name) ?? []), { ...types, call, cost }]);
    return this;
  }

  overloads(name: string, isMember: boolean): readonly Overload[] {
    return (this.#byName.get(name) ?? []).filter((overload) => overload.isMember === isMember);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }
}

/** The type that a call gives; undefined when no overload takes the arguments. */
export function resultOf(overloads: readonly Overload[], given: readonly CelType[]): CelType | undefined {
  const results: CelType[] = [];
  for (const overload of overloads) {
    const bindings: Bindings = new Map();
    const fits = overload.parameters.length === given.length && overload.parameters.every((declared, index) => isAssignable(declared, given[index]!, bindings));
    if (fits) results.push(substitute(overload.result, bindings));
  }
  const [first] = results;
  // Arguments of no known type leave it open which overload it will be.
  return first === undefined || results.every((result) => result.kind === first.kind) ? first : { kind: 'dyn' };
}

/** The overload for these values. */
export function overloadFor(overloads: readonly Overload[], values: readonly unknown[]): Overload | undefined {
  return overloads.find(({ parameters }) => parameters.length === values.length && parameters.every((declared, index) => accepts(declared, values[index])));
}

function accepts(declared: CelType, value: unknown): boolean {
  if (declared.kind === 'dyn' || declared.kind === 'parameter') return true;
  const kind = kindOf(value);
  return kind === declared.kind || (declared.kind === 'map' && kind === 'object');
}

const PRIMITIVES: ReadonlySet<string> = new Set([
  ...['dyn', 'null', 'bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration', 'type', 'quantity', 'url', 'ip', 'cidr', 'format', 'semver'],
  ...['authorizer', 'pathcheck', 'groupcheck', 'resourcecheck', 'decision'],
]);

class SignatureReader {
  readonly #tokens: string[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = text.match(/[A-Za-z_][\w]*|[<>(),.:]/g) ?? [];
  }

  read(): { name: string; isMember: boolean; parameters: readonly CelType[]; result: CelType } {
    const isMember = this.#tokens.indexOf('.') >= 0 && this.#tokens.indexOf('.') < this.#tokens.indexOf('(');
    const parameters: CelType[] = [];
    if (isMember) {
      parameters.push(this.#type());
      this.#take('.');
    }
    const name = this.#next();
    this.#take('(');
    while (this.#peek() !== ')') {
      parameters.push(this.#type());
      if (this.#peek() === ',') this.#take(',');
    }
    this.#take(')');
    this.#take(':');
    return { name, isMember, parameters, result: this.#type() };
  }

  #type(): CelType {
    const name = this.#next();
    if (PRIMITIVES.has(name)) return { kind: name as PrimitiveKind };
    if (this.#peek() !== '<') return { kind: 'parameter', name };
    this.#take('<');
    const first = this.#type();
    let type: CelType = name === 'optional' ? { kind: 'optional', of: first } : { kind: 'list', item: first };
    if (this.#peek() === ',') {
      this.#take(',');
      type = { kind: 'map', key: first, value: this.#type() };
    }
    this.#take('>');
    return type;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#position];
  }

  #next(): string {
    return this.#tokens[this.#position++] ?? '';
  }

  #take(token: string): void {
    if (this.#next() !== token) throw new Error(`a signature lacks ${token}: ${this.#tokens.join(' ')}`);
  }
}
