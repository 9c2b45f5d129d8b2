// The macros of CEL: has, the loops over lists and maps with one or two variables, cel.bind, and those of optional values.
import type { ASTNode } from '@marcbachmann/cel-js';
import { fail } from './arithmetic.ts';
import { isFatal, memberValue, truthOf } from './outcome.ts';
import { boundOf, SCALAR, sized, type Shape } from './shape.ts';
import { refuseAt, requireType, type Frame, type Scope, type Term, type TermCompiler } from './term.ts';
import { BOOL, DYN, INT, typeName, type CelType } from './types.ts';
import { CelOptional, CelObject, membersOf } from './values.ts';

export interface MacroCall {
  readonly node: ASTNode;
  readonly name: string;
  readonly receiver: ASTNode | undefined;
  readonly parameters: readonly ASTNode[];
  readonly scope: Scope;
}

/** Undefined when the call is none. */
export function expandMacro(compiler: TermCompiler, macro: MacroCall): Term | undefined {
  const { name, receiver, parameters, scope } = macro;
  if (receiver === undefined) return name === 'has' ? compileHas(compiler, macro) : undefined;
  if (name === 'bind' && receiver.op === 'id' && receiver.args === 'cel' && !scope.has('cel')) return compileBind(compiler, macro);
  if (name === 'optMap' || name === 'optFlatMap') return compileOptional(compiler, macro);
  const loop = LOOPS[name]?.find(({ arity }) => arity === parameters.length);
  return loop === undefined ? undefined : compileLoop(compiler, macro, loop);
}

function compileHas(compiler: TermCompiler, { node, parameters, scope }: MacroCall): Term {
  const [part] = parameters;
  if (parameters.length !== 1 || part === undefined || (part.op !== '.' && part.op !== '.?')) refuseAt(node, 'invalid argument to has() macro');
  const name = part.args[1];
  // Checks that the member can exist.
  compiler.compile(part, scope);
  const operand = compiler.compile(part.args[0], scope);
  return {
    type: BOOL,
    shape: SCALAR,
    cost: operand.cost + 1,
    run: (frame) => {
      const value = operand.run(frame);
      frame.spend(1);
      const inner = value instanceof CelOptional ? value.value : value;
      return inner !== undefined && memberValue(inner, name) !== undefined;
    },
  };
}

function compileBind(compiler: TermCompiler, { node, parameters, scope }: MacroCall): Term {
  const [variable, value, body] = parameters;
  if (variable?.op !== 'id' || value === undefined || body === undefined) refuseAt(node, 'cel.bind() variable name must be a simple identifier');
  const bound = compiler.compile(value, scope);
  const slot = compiler.newSlot();
  const inner = compiler.compile(body, new Map([...scope, [variable.args, { type: bound.type, shape: bound.shape, slot }]]));
  return {
    type: inner.type,
    shape: inner.shape,
    cost: bound.cost + inner.cost,
    run: (frame) => {
      frame.slots[slot] = bound.run(frame);
      return inner.run(frame);
    },
  };
}

function compileOptional(compiler: TermCompiler, { node, name, receiver, parameters, scope }: MacroCall): Term {
  const [variable, body] = parameters;
  if (variable?.op !== 'id' || body === undefined) refuseAt(node, `${name}() variable name must be a simple identifier`);
  const optional = compiler.compile(receiver!, scope);
  const slot = compiler.newSlot();
  const of = optional.type.kind === 'optional' ? optional.type.of : DYN;
  const inner = compiler.compile(body, new Map([...scope, [variable.args, { type: of, shape: optional.shape, slot }]]));
  const isFlat = name === 'optFlatMap';
  return {
    type: isFlat ? inner.type : { kind: 'optional', of: inner.type },
    shape: inner.shape,
    cost: optional.cost + inner.cost,
    run: (frame) => {
      const value = optional.run(frame);
      if (!(value instanceof CelOptional)) return fail('no such overload');
      if (value.value === undefined) return value;
      frame.slots[slot] = value.value;
      return isFlat ? inner.run(frame) : new CelOptional(inner.run(frame));
    },
  };
}

/** What a loop makes of its steps. */
interface Loop {
  readonly arity: number;
  readonly variableCount: 1 | 2;
  /** Which of the bodies are conditions. */
  readonly conditions: readonly boolean[];
  readonly result: (bodies: readonly Term[], key: CelType, range: Shape) => Pick<Term, 'type' | 'shape'>;
  readonly run: (steps: Iterable<Step>, bodies: readonly Term[]) => unknown;
}

interface Step {
  readonly key: unknown;
  readonly value: unknown;
  evaluate(body: Term): unknown;
}

const TRUTH = { type: BOOL, shape: SCALAR };

/** A condition that decides makes errors of the others void. */
function quantified(steps: Iterable<Step>, [condition]: readonly Term[], decisive: boolean): boolean {
  let failure: unknown;
  for (const step of steps) {
    try {
      if (truthOf(step.evaluate(condition!)) === decisive) return decisive;
    } catch (error) {
      if (isFatal(error)) throw error;
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure as Error;
  return !decisive;
}

function collected(steps: Iterable<Step>, bodies: readonly Term[], give: (step: Step) => unknown): unknown[] {
  const filter = bodies.length > 1 ? bodies[0] : undefined;
  const items: unknown[] = [];
  for (const step of steps) if (filter === undefined || truthOf(step.evaluate(filter))) items.push(give(step));
  return items;
}

function quantifiers(variableCount: 1 | 2): Readonly<Record<string, Loop>> {
  const common = { arity: variableCount + 1, variableCount, conditions: [true], result: () => TRUTH };
  const one: Loop = { ...common, run: (steps, bodies) => Array.from(steps).filter((step) => truthOf(step.evaluate(bodies[0]!))).length === 1 };
  return {
    all: { ...common, run: (steps, bodies) => quantified(steps, bodies, false) },
    exists: { ...common, run: (steps, bodies) => quantified(steps, bodies, true) },
    exists_one: one,
    existsOne: one,
  };
}

function listLoops(variableCount: 1 | 2): readonly Loop[] {
  const result: Loop['result'] = (bodies, _key, range) => ({ type: { kind: 'list', item: bodies.at(-1)!.type }, shape: sized(range.sizeMax, bodies.at(-1)!.shape) });
  const run: Loop['run'] = (steps, bodies) => collected(steps, bodies, (step) => step.evaluate(bodies.at(-1)!));
  return [
    { arity: variableCount + 1, variableCount, conditions: [false], result, run },
    { arity: variableCount + 2, variableCount, conditions: [true, false], result, run },
  ];
}

const mapLoops: readonly Loop[] = [3, 4].map((arity) => ({
  arity,
  variableCount: 2,
  conditions: arity === 3 ? [false] : [true, false],
  result: (bodies, key, range) => ({ type: { kind: 'map', key, value: bodies.at(-1)!.type }, shape: sized(range.sizeMax, bodies.at(-1)!.shape) }),
  run: (steps, bodies) => new Map(collected(steps, bodies, (step) => [step.key, step.evaluate(bodies.at(-1)!)]) as [unknown, unknown][]),
}));

const entryLoops: readonly Loop[] = mapLoops.map((loop) => ({
  ...loop,
  result: (bodies, _key, range) => ({ type: bodies.at(-1)!.type, shape: sized(range.sizeMax) }),
  run: (steps, bodies) => new Map(collected(steps, bodies, (step) => [...membersOf(step.evaluate(bodies.at(-1)!))]).flat() as [unknown, unknown][]),
}));

const filterLoop: Loop = {
  arity: 2,
  variableCount: 1,
  conditions: [true],
  result: (_bodies, _key, range) => ({ type: { kind: 'list', item: DYN }, shape: range }),
  run: (steps, bodies) => Array.from(steps).flatMap((step) => (truthOf(step.evaluate(bodies[0]!)) ? [step.value] : [])),
};

const [ofOne, ofTwo] = [quantifiers(1), quantifiers(2)];
const LOOPS: Readonly<Record<string, readonly Loop[]>> = {
  ...Object.fromEntries(Object.keys(ofOne).map((name) => [name, [ofOne[name]!, ofTwo[name]!]])),
  map: listLoops(1),
  filter: [filterLoop],
  transformList: listLoops(2),
  transformMap: mapLoops,
  transformMapEntry: entryLoops,
};

function compileLoop(compiler: TermCompiler, { node, receiver, parameters, scope }: MacroCall, loop: Loop): Term {
  const range = compiler.compile(receiver!, scope);
  const variables = parameters.slice(0, loop.variableCount).map((each) => (each.op === 'id' ? each.args : refuseAt(each, 'argument must be a simple name')));
  const { key, value, valueShape } = rangeTypes(node, range);
  const slots = variables.map(() => compiler.newSlot());
  const types = loop.variableCount === 2 ? [key, value] : [range.type.kind === 'map' ? key : value];
  const shapes = loop.variableCount === 2 ? [SCALAR, valueShape] : [range.type.kind === 'map' ? boundOf(range.shape.key) : valueShape];
  const inner = new Map([...scope, ...variables.map((name, index) => [name, { type: types[index]!, shape: shapes[index]!, slot: slots[index]! }] as const)]);
  const bodies = parameters.slice(loop.variableCount).map((each) => compiler.compile(each, inner));
  bodies.forEach((body, index) => {
    if (loop.conditions[index] === true) requireType(node, body, 'bool');
  });
  const result = loop.result(bodies, key, range.shape);
  // Of a filter the items keep their type.
  const type: CelType = loop === filterLoop ? { kind: 'list', item: types[0]! } : result.type;
  return {
    ...result,
    type,
    // Each step looks at the accumulator, too.
    cost: range.cost + range.shape.sizeMax * (bodies.reduce((sum, body) => sum + body.cost, 0) + 3) + 2,
    run: (frame) => loop.run(stepsOver(frame, range.run(frame), slots), bodies),
  };
}

function rangeTypes(node: ASTNode, { type, shape }: Term): { key: CelType; value: CelType; valueShape: Shape } {
  const valueShape = boundOf(shape.item);
  switch (type.kind) {
    case 'list':
      return { key: INT, value: type.item, valueShape };
    case 'map':
      return { key: type.key, value: type.value, valueShape };
    case 'dyn':
      return { key: DYN, value: DYN, valueShape };
    default:
      return refuseAt(node, `expression of type '${typeName(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`);
  }
}

function* stepsOver(frame: Frame, range: unknown, slots: readonly number[]): Generator<Step> {
  if (!Array.isArray(range) && !(range instanceof Map) && !(range instanceof CelObject)) fail('no such overload');
  const isList = Array.isArray(range);
  const entries: Iterable<readonly [unknown, unknown]> = isList ? range.map((item: unknown, index) => [BigInt(index), item] as const) : membersOf(range);
  for (const [key, value] of entries) {
    frame.spend(1);
    const single = isList ? value : key;
    yield {
      key,
      value: single,
      evaluate: (body) => {
        if (slots.length === 2) [frame.slots[slots[0]!], frame.slots[slots[1]!]] = [key, value];
        else frame.slots[slots[0]!] = single;
        return body.run(frame);
      },
    };
  }
}
