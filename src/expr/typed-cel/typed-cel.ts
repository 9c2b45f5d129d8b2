// Typed CEL, as Kubernetes validates custom resources with it: an expression is checked against the types of its variables when it
// is compiled, what it can cost at most is estimated, and what it costs is bounded when it runs.
import { Environment, ParseError, type ASTNode } from '@marcbachmann/cel-js';
import { describeError, Failure } from '../../base/mod.ts';
import { Compiler } from './compiler.ts';
import type { Shape } from './shape.ts';
import { CompileError, Frame, type Variable } from './term.ts';
import type { CelType } from './types.ts';

export const RULE_LENGTH_MAX = 16_384;
const SYNTAX_NODES_MAX = 10_000;
const SYNTAX_DEPTH_MAX = 100;

export interface CelDeclaration {
  readonly type: CelType;
  readonly shape: Shape;
}

export interface TypedExpression {
  readonly type: CelType;
  /** Upper bound of the work, in upstream's cost units. */
  readonly costMax: number;
  uses(variable: string): boolean;
  /**
   * The value and what it cost. Throws Failure `InvalidExpression` when the values do not fit, `CostExceeded` when it costs more
   * than the budget.
   */
  evaluate(variables: Readonly<Record<string, unknown>>, budget: number): { readonly value: unknown; readonly cost: number };
}

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  enableOptionalTypes: true,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: SYNTAX_NODES_MAX, maxDepth: SYNTAX_DEPTH_MAX },
});

/** Throws Failure `InvalidExpression` with cel-go's report: sentence, line and place. */
export function compileTypedCel(text: string, variables: Readonly<Record<string, CelDeclaration>>): TypedExpression {
  if (text.length > RULE_LENGTH_MAX) throw new Failure('InvalidExpression', `the expression has ${text.length} characters; at most ${RULE_LENGTH_MAX} are allowed`);
  const names = Object.keys(variables);
  const scope = new Map<string, Variable>(names.map((name, slot) => [name, { ...variables[name]!, slot }]));
  const compiler = new Compiler(names.length);
  try {
    const term = compiler.compile(parse(text), scope);
    return {
      type: term.type,
      costMax: term.cost,
      uses: (variable) => compiler.usedVariables.has(variable),
      evaluate: (values, budget) => {
        const frame = new Frame(names.map((name) => values[name]), budget);
        return { value: term.run(frame), cost: frame.spent };
      },
    };
  } catch (error) {
    if (error instanceof CompileError) throw new Failure('InvalidExpression', reportOf(text, error), { cause: error });
    throw error;
  }
}

function parse(text: string): ASTNode {
  try {
    return environment.parse(text).ast;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const at = error instanceof ParseError ? (error.range?.start ?? 0) : 0;
    throw new CompileError(`Syntax error: ${describeError(error).split('\n', 1)[0]!}`, at);
  }
}

/** `ERROR: <input>:1:5: undefined field 'b'`, the line, and a caret below the place. */
function reportOf(text: string, { message, at }: CompileError): string {
  const before = text.slice(0, at).split('\n');
  const column = before.at(-1)!.length;
  const line = text.split('\n')[before.length - 1] ?? '';
  return `ERROR: <input>:${before.length}:${column + 1}: ${message}\n | ${line}\n | ${'.'.repeat(column)}^`;
}
