// A compiled part of an expression: its type, what it costs at most, and how to run it.
import type { ASTNode } from '@marcbachmann/cel-js';
import { Failure } from '../../base/mod.ts';
import type { Shape } from './shape.ts';
import { typeName, type CelType } from './types.ts';

export interface Term {
  readonly type: CelType;
  /** How large the value can be, and what is in it. */
  readonly shape: Shape;
  /** Upper bound of the work, in upstream's cost units. */
  readonly cost: number;
  run(frame: Frame): unknown;
}

/** The variables of one evaluation and what is left of its budget. */
export class Frame {
  readonly slots: unknown[];
  #left: number;
  readonly #budget: number;

  constructor(slots: unknown[], budget: number) {
    this.slots = slots;
    this.#budget = budget;
    this.#left = budget;
  }

  spend(cost: number): void {
    this.#left -= cost;
    if (this.#left < 0) throw new Failure('CostExceeded', 'operation cancelled: actual cost limit exceeded');
  }

  get spent(): number {
    return Math.ceil(this.#budget - this.#left);
  }
}

/** A mistake in an expression, at a place of its text. */
export class CompileError extends Error {
  override readonly name = 'CompileError';
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

export function refuseAt(node: ASTNode, message: string, at: number = node.pos): never {
  throw new CompileError(message, at);
}

export function requireType(node: ASTNode, term: Term, kind: CelType['kind']): void {
  if (term.type.kind !== kind && term.type.kind !== 'dyn') refuseAt(node, `expected type '${kind}' but found '${typeName(term.type)}'`);
}

export interface Variable {
  readonly type: CelType;
  readonly shape: Shape;
  readonly slot: number;
}

export type Scope = ReadonlyMap<string, Variable>;

/** What macros need of the compiler. */
export interface TermCompiler {
  compile(node: ASTNode, scope: Scope): Term;
  newSlot(): number;
}
