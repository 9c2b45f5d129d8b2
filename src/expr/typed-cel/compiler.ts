// From the syntax of an expression to a term that is checked against its types and can be run. The order and the units of costs are
// those of cel-go and of k8s.io/apiserver's library, so that the same rules are refused; they are bounds, not exact copies.
import type { ASTNode } from '@marcbachmann/cel-js';
import { overloadFor, resultOf, type CostRule, type Overload } from './functions.ts';
import { fail } from './arithmetic.ts';
import { isFatal, memberValue, truthOf } from './outcome.ts';
import { FUNCTIONS, NAMESPACES } from './library.ts';
import { expandMacro } from './macros.ts';
import { larger, boundOf, SCALAR, sized, type Shape } from './shape.ts';
import { refuseAt, requireType, type Frame, type Scope, type Term, type TermCompiler } from './term.ts';
import { BOOL, DYN, joined, typeName, type CelType } from './types.ts';
import { TYPE_VALUES } from './kubernetes-library.ts';
import { CelOptional, CelUint, celEquals, kindOf, membersOf } from './values.ts';

const OPERATORS: Readonly<Record<string, string>> = {
  '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide', '%': 'modulo',
  '==': 'equal', '!=': 'unequal', '<': 'less', '<=': 'lessOrEqual', '>': 'greater', '>=': 'greaterOrEqual', in: 'isIn',
};
/** Work per character of a text that is read through, and of a pattern. */
const TRAVERSAL = 0.1;
/** Of one question to the authorizer, as upstream counts it. */
const ACCESS_CHECK = 350_000;
const PATTERN_TRAVERSAL = 0.25;
const LIST_COST = 10;
const MAP_COST = 30;

export class Compiler implements TermCompiler {
  /** Slots that an evaluation needs. */
  slotCount: number;
  readonly usedVariables = new Set<string>();

  constructor(slotCount: number) {
    this.slotCount = slotCount;
  }

  compile(node: ASTNode, scope: Scope): Term {
    switch (node.op) {
      case 'value':
        return literal(node.args);
      case 'id':
        return this.#variable(node, node.args, scope);
      case '.':
      case '.?':
        return this.#member(node, this.compile(node.args[0], scope), node.args[1], node.op === '.?');
      case '[]':
      case '[?]':
        return this.#element(node, this.compile(node.args[0], scope), this.compile(node.args[1], scope), node.op === '[?]');
      case 'call':
        return this.#call(node, node.args[0], undefined, node.args[1], scope);
      case 'rcall':
        return this.#call(node, node.args[0], node.args[1], node.args[2], scope);
      case 'list':
        return this.#list(node.args.map((item) => this.compile(item, scope)));
      case 'map':
        return this.#map(node.args.map(([key, value]) => [this.compile(key, scope), this.compile(value, scope)] as const));
      case '?:':
        return this.#choice(node, node.args.map((each) => this.compile(each, scope)) as [Term, Term, Term]);
      case '||':
      case '&&':
        return this.#logic(node, this.compile(node.args[0], scope), this.compile(node.args[1], scope), node.op === '||');
      case '!_':
        return this.apply(node, 'not', '!_', false, [this.compile(node.args, scope)]);
      case '-_':
        return this.apply(node, 'negate', '-_', false, [this.compile(node.args, scope)]);
      default: {
        const [left, right] = node.args;
        return this.apply(node, OPERATORS[node.op]!, `_${node.op}_`, false, [this.compile(left, scope), this.compile(right, scope)], operatorPosition(node, left, right));
      }
    }
  }

  newSlot(): number {
    return this.slotCount++;
  }

  #variable(node: ASTNode, name: string, scope: Scope): Term {
    const variable = scope.get(name);
    if (variable !== undefined) {
      this.usedVariables.add(name);
      const { type, shape, slot } = variable;
      return { type, shape, cost: 1, run: (frame) => (frame.spend(1), frame.slots[slot]) };
    }
    const value = TYPE_VALUES.get(name);
    if (value === undefined) refuseAt(node, `undeclared reference to '${name}' (in container '')`);
    return { type: { kind: 'type' }, shape: SCALAR, cost: 0, run: () => value };
  }

  #member(node: ASTNode, operand: Term, name: string, isOptional: boolean): Term {
    const base = operand.type.kind === 'optional' ? operand.type.of : operand.type;
    const type = memberType(node, base, name);
    const isWrapped = isOptional || operand.type.kind === 'optional';
    const shape = boundOf(operand.shape.field?.(name) ?? (base.kind === 'map' ? operand.shape.item : undefined));
    return {
      type: isWrapped ? { kind: 'optional', of: type } : type,
      shape,
      cost: operand.cost + 1,
      run: (frame) => {
        const value = operand.run(frame);
        frame.spend(1);
        if (!isWrapped) return memberValue(value, name) ?? noSuchKey(value, name);
        const inner = value instanceof CelOptional ? value.value : value;
        return new CelOptional(inner === undefined ? undefined : memberValue(inner, name));
      },
    };
  }

  #element(node: ASTNode, operand: Term, index: Term, isOptional: boolean): Term {
    const base = operand.type.kind === 'optional' ? operand.type.of : operand.type;
    const isWrapped = isOptional || operand.type.kind === 'optional';
    const type = elementType(node, base, index.type);
    return {
      type: isWrapped ? { kind: 'optional', of: type } : type,
      shape: boundOf(operand.shape.item),
      cost: operand.cost + index.cost + 1,
      run: (frame) => {
        const value = operand.run(frame);
        const key = index.run(frame);
        frame.spend(1);
        if (!isWrapped) return elementValue(value, key) ?? (Array.isArray(value) ? fail(`index out of bounds: ${String(key)}`) : fail(`no such key: ${String(key)}`));
        const inner = value instanceof CelOptional ? value.value : value;
        return new CelOptional(inner === undefined ? undefined : elementValue(inner, key));
      },
    };
  }

  #call(node: ASTNode, name: string, receiver: ASTNode | undefined, parameters: readonly ASTNode[], scope: Scope): Term {
    const macro = expandMacro(this, { node, name, receiver, parameters, scope });
    if (macro !== undefined) return macro;
    const space = receiver?.op === 'id' && !scope.has(receiver.args) ? NAMESPACES[receiver.args] : undefined;
    const isInSpace = space?.includes(name) === true;
    const isMember = receiver !== undefined && !isInSpace;
    const terms = [...(isMember ? [receiver] : []), ...parameters].map((each) => this.compile(each, scope));
    return this.apply(node, name, isInSpace ? `${(receiver as { args: string }).args}.${name}` : name, isMember, terms);
  }

  /** A call of a function with arguments that are compiled; `shown` names it in a refusal. */
  apply(node: ASTNode, name: string, shown: string, isMember: boolean, terms: readonly Term[], at: number = node.pos): Term {
    const overloads = FUNCTIONS.overloads(name, isMember);
    if (overloads.length === 0) refuseAt(node, `undeclared reference to '${shown}' (in container '')`, at);
    const type = resultOf(overloads, terms.map((term) => term.type));
    if (type === undefined) {
      const given = terms.map((term) => typeName(term.type));
      const text = isMember ? `${given[0]!}.(${given.slice(1).join(', ')})` : `(${given.join(', ')})`;
      refuseAt(node, `found no matching overload for '${shown}' applied to '${text}'`, at);
    }
    const rule = overloads.find(({ parameters }) => parameters.length === terms.length)?.cost ?? 'constant';
    const own = estimatedCost(rule, terms);
    return {
      type,
      shape: resultShape(type, name, terms),
      cost: own + terms.reduce((sum, term) => sum + term.cost, 0),
      run: (frame) => call(frame, overloads, shown, terms.map((term) => term.run(frame))),
    };
  }

  #list(items: readonly Term[]): Term {
    const type = items.reduce<CelType | undefined>((sum, item) => (sum === undefined ? item.type : joined(sum, item.type)), undefined) ?? DYN;
    const shape = items.reduce<Shape>((sum, item) => larger(sum, item.shape), SCALAR);
    return {
      type: { kind: 'list', item: type },
      shape: sized(items.length, shape),
      cost: LIST_COST + items.reduce((sum, item) => sum + item.cost, 0),
      run: (frame) => (frame.spend(LIST_COST), items.map((item) => item.run(frame))),
    };
  }

  #map(entries: readonly (readonly [Term, Term])[]): Term {
    const typeOf = (index: 0 | 1) => entries.map((entry) => entry[index].type).reduce<CelType | undefined>((sum, type) => (sum === undefined ? type : joined(sum, type)), undefined) ?? DYN;
    return {
      type: { kind: 'map', key: typeOf(0), value: typeOf(1) },
      shape: sized(entries.length, entries.reduce<Shape>((sum, [, value]) => larger(sum, value.shape), SCALAR)),
      cost: MAP_COST + entries.reduce((sum, [key, value]) => sum + key.cost + value.cost, 0),
      run: (frame) => (frame.spend(MAP_COST), new Map(entries.map(([key, value]) => [key.run(frame), value.run(frame)]))),
    };
  }

  #choice(node: ASTNode, [condition, yes, no]: [Term, Term, Term]): Term {
    requireType(node, condition, 'bool');
    return {
      type: joined(yes.type, no.type),
      shape: larger(yes.shape, no.shape),
      cost: condition.cost + Math.max(yes.cost, no.cost),
      run: (frame) => (truthOf(condition.run(frame)) ? yes.run(frame) : no.run(frame)),
    };
  }

  /** One side that decides makes an error of the other one void. */
  #logic(node: ASTNode, left: Term, right: Term, decisive: boolean): Term {
    for (const side of [left, right]) {
      if (side.type.kind !== 'bool' && side.type.kind !== 'dyn') {
        const types = [left, right].map((each) => typeName(each.type)).join(', ');
        refuseAt(node, `found no matching overload for '_${node.op}_' applied to '(${types})'`, node.pos);
      }
    }
    return {
      type: BOOL,
      shape: SCALAR,
      cost: left.cost + right.cost,
      run: (frame) => {
        let failure: unknown;
        for (const side of [left, right]) {
          try {
            if (truthOf(side.run(frame)) === decisive) return decisive;
          } catch (error) {
            if (isFatal(error)) throw error;
            failure ??= error;
          }
        }
        if (failure !== undefined) throw failure as Error;
        return !decisive;
      },
    };
  }
}

function literal(value: unknown): Term {
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    const unsigned = new CelUint(BigInt(String(value)));
    return { type: { kind: 'uint' }, shape: SCALAR, cost: 0, run: () => unsigned };
  }
  const kind = kindOf(value);
  const size = typeof value === 'string' || value instanceof Uint8Array ? value.length : 1;
  return { type: { kind } as CelType, shape: sized(size), cost: 0, run: () => value };
}

function memberType(node: ASTNode, base: CelType, name: string): CelType {
  switch (base.kind) {
    case 'dyn':
      return DYN;
    case 'map':
      return base.value;
    case 'object':
      return base.field(name) ?? refuseAt(node, `undefined field '${name}'`, node.pos - 1);
    case 'authorizer':
      return name === 'requestResource' ? { kind: 'resourcecheck' } : refuseAt(node, `undefined field '${name}'`, node.pos - 1);
    default:
      return refuseAt(node, `type '${typeName(base)}' does not support field selection`, node.pos - 1);
  }
}

function elementType(node: ASTNode, base: CelType, index: CelType): CelType {
  if (base.kind === 'dyn') return DYN;
  if (base.kind === 'list' && ['int', 'dyn', 'uint', 'double'].includes(index.kind)) return base.item;
  if (base.kind === 'map' && (index.kind === base.key.kind || index.kind === 'dyn' || base.key.kind === 'dyn')) return base.value;
  return refuseAt(node, `found no matching overload for '_[_]' applied to '(${typeName(base)}, ${typeName(index)})'`);
}

function noSuchKey(_value: unknown, name: string): never {
  return fail(`no such key: ${name}`);
}

function elementValue(value: unknown, key: unknown): unknown {
  if (Array.isArray(value)) return typeof key === 'bigint' || typeof key === 'number' ? (value as unknown[])[Number(key)] : fail('no such overload');
  if (value instanceof Map && typeof key !== 'bigint' && typeof key !== 'number') return (value as Map<unknown, unknown>).get(key);
  for (const [other, member] of membersOf(value)) if (celEquals(other, key)) return member;
  return undefined;
}

function call(frame: Frame, overloads: readonly Overload[], shown: string, values: readonly unknown[]): unknown {
  const overload = overloadFor(overloads, values);
  if (overload === undefined) return fail(`no such overload: ${shown}(${values.map(kindOf).join(', ')})`);
  frame.spend(actualCost(overload.cost, values));
  return overload.call(...(values as never[]));
}

function actualCost(rule: CostRule, values: readonly unknown[]): number {
  const [first = 0, second = 0] = rule === 'constant' ? [] : values.map(sizeOf);
  return costOf(rule, first, second);
}

function estimatedCost(rule: CostRule, terms: readonly Term[]): number {
  const [first = 0, second = 0] = terms.map((term) => term.shape.sizeMax);
  return costOf(rule, first, second);
}

function costOf(rule: CostRule, first: number, second: number): number {
  switch (rule) {
    case 'constant':
      return 1;
    case 'authorize':
      return ACCESS_CHECK;
    case 'scan':
      return Math.max(1, first * TRAVERSAL);
    case 'prefix':
      return Math.max(1, Math.min(first, second) * TRAVERSAL);
    case 'concatenate':
      return Math.max(1, (first + second) * TRAVERSAL);
    case 'search':
      return Math.max(1, first * TRAVERSAL * Math.max(1, second * TRAVERSAL));
    default:
      return Math.max(1, (first + 1) * TRAVERSAL * Math.max(1, second * PATTERN_TRAVERSAL));
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return value instanceof Map ? value.size : 1;
}

/** What a call gives is at most as large as what went in. */
function resultShape(type: CelType, name: string, terms: readonly Term[]): Shape {
  if (type.kind !== 'string' && type.kind !== 'list' && type.kind !== 'bytes' && type.kind !== 'optional' && type.kind !== 'dyn') return SCALAR;
  const [first, ...others] = terms.map((term) => term.shape);
  if (first === undefined) return SCALAR;
  if (name === 'add' || name === 'join') return { ...first, sizeMax: first.sizeMax + others.reduce((sum, shape) => sum + shape.sizeMax, 0) };
  return name === 'orValue' || name === 'or' ? larger(first, boundOf(others[0])) : first;
}

/** Where the operator stands between its operands. */
function operatorPosition(node: ASTNode, left: ASTNode, right: ASTNode): number {
  const between = node.input.slice(left.end, right.start);
  const offset = between.indexOf(node.op);
  return offset < 0 ? node.pos : left.end + offset;
}
