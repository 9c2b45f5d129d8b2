// The rules in CEL of a schema (`x-kubernetes-validations`): compiled once for each node, evaluated against a value and the one before
// (k8s.io/apiextensions-apiserver pkg/apiserver/schema/cel). Pure.
import { Failure, isJsonObject, jsonEquals, oncePer, type Json, type StatusCause, type Steps } from '../../base/mod.ts';
import { CelOptional, compileTypedCel, fromJson, type CelDeclaration, type CelType, type TypedExpression } from '../../expr/mod.ts';
import { duplicate, forbidden, invalid, required } from '../causes.ts';
import type { KindSchema, ValidationRule } from '../kind.ts';
import { celTypeOf, shapeOf } from './cel-types.ts';
import { listKeyOf } from './list-items.ts';
import { childSchema } from './prune.ts';

/** Of one rule, in upstream's cost units: less than a tenth of a second. */
const RULE_COST_MAX = 1_000_000;
/** Of all rules of one object. Upstream allows 10,000,000; here all clients share one loop, which an object may not hold for a second. */
const OBJECT_COST_MAX = 2_500_000;
const MESSAGE_LENGTH_MAX = 5120;

export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly expression: TypedExpression | undefined;
  readonly message: TypedExpression | undefined;
  readonly error: string | undefined;
  readonly messageError: string | undefined;
  readonly usesOldSelf: boolean;
}

/** All rules of a node, compiled against its type; a rule that does not compile says why. */
export function compileRules(schema: KindSchema, isResource: boolean): readonly CompiledRule[] {
  return isResource ? rulesOfResource(schema) : rulesOfNode(schema);
}

const rulesOfResource = oncePer((schema: KindSchema) => rulesOf(schema, true));
const rulesOfNode = oncePer((schema: KindSchema) => rulesOf(schema, false));

function rulesOf(schema: KindSchema, isResource: boolean): readonly CompiledRule[] {
  const type = celTypeOf(schema, isResource);
  return type === undefined ? [] : (schema['x-kubernetes-validations'] ?? []).map((rule) => compileRule(rule, { type, shape: shapeOf(schema, isResource) }));
}

function compileRule(rule: ValidationRule, self: CelDeclaration): CompiledRule {
  const oldType: CelType = rule.optionalOldSelf === true ? { kind: 'optional', of: self.type } : self.type;
  const variables = { self, oldSelf: { type: oldType, shape: self.shape } };
  const expression = attempt(() => compiledAs(rule.rule, variables, 'bool', 'cel expression must evaluate to a bool'));
  const text = rule.messageExpression;
  const message = text === undefined || text === '' ? undefined : attempt(() => compiledAs(text, variables, 'string', 'messageExpression must evaluate to a string'));
  return {
    rule,
    expression: expression.value,
    message: message?.value,
    error: expression.error,
    messageError: message?.error,
    usesOldSelf: expression.value?.uses('oldSelf') === true,
  };
}

function compiledAs(text: string, variables: Readonly<Record<string, CelDeclaration>>, kind: CelType['kind'], complaint: string): TypedExpression {
  const expression = compileTypedCel(text, variables);
  if (expression.type.kind !== kind && expression.type.kind !== 'dyn') throw new Failure('WrongType', complaint);
  return expression;
}

function attempt(compile: () => TypedExpression): { readonly value?: TypedExpression; readonly error?: string } {
  try {
    return { value: compile() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { error: error.reason === 'WrongType' ? error.message : `compilation failed: ${error.message}` };
  }
}

/** Causes of all rules that the value breaks, in the order of the document. */
export function* ruleSteps(schema: KindSchema, value: Json, old: Json | undefined): Steps<readonly StatusCause[]> {
  if (!hasRules(schema)) return [];
  const judge = new RuleJudge();
  yield* judge.look(schema, value, old, '', true);
  return judge.causes;
}

/** Whether there is a rule at the node or below it. */
export const hasRules: (schema: KindSchema) => boolean = oncePer((schema) => {
  const { additionalProperties } = schema;
  const children = [...Object.values(schema.properties ?? {}), schema.items, typeof additionalProperties === 'object' ? additionalProperties : undefined, ...(schema.allOf ?? [])];
  return (schema['x-kubernetes-validations'] ?? []).length > 0 || children.some((child) => child !== undefined && hasRules(child));
});

class RuleJudge {
  readonly causes: StatusCause[] = [];
  #costLeft = OBJECT_COST_MAX;
  #isOver = false;

  *look(schema: KindSchema, value: Json, old: Json | undefined, path: string, isResource: boolean): Steps<void> {
    if (this.#isOver || value === null || !hasRules(schema)) return;
    yield* this.#obey(schema, value, old, path, isResource);
    if (Array.isArray(value)) yield* this.#lookAtItems(schema, value as readonly Json[], old, path);
    else if (isJsonObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        const child = childSchema(schema, name);
        if (member === undefined || child === undefined || child === 'anything') continue;
        const isDeclared = schema.properties !== undefined && Object.hasOwn(schema.properties, name);
        const memberPath = isDeclared ? (path === '' ? name : `${path}.${name}`) : `${path}[${name}]`;
        const before = isJsonObject(old) && Object.hasOwn(old, name) ? old[name] : undefined;
        yield* this.look(child, member, before, memberPath, child['x-kubernetes-embedded-resource'] === true);
      }
    }
  }

  *#lookAtItems(schema: KindSchema, items: readonly Json[], old: Json | undefined, path: string): Steps<void> {
    if (schema.items === undefined) return;
    const keys = schema['x-kubernetes-list-type'] === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : [];
    const before = new Map(keys.length > 0 && Array.isArray(old) ? (old as readonly Json[]).map((item) => [listKeyOf(item, keys), item]) : []);
    for (const [index, item] of items.entries()) {
      const oldItem = keys.length > 0 ? before.get(listKeyOf(item, keys)) : undefined;
      yield* this.look(schema.items, item, oldItem, `${path}[${index}]`, schema.items['x-kubernetes-embedded-resource'] === true);
    }
  }

  *#obey(schema: KindSchema, value: Json, old: Json | undefined, path: string, isResource: boolean): Steps<void> {
    const compiled = compileRules(schema, isResource);
    if (compiled.length === 0) return;
    const type = celTypeOf(schema, isResource)!;
    const isSame = old !== undefined && jsonEquals(value, old);
    for (const each of compiled) {
      if (this.#isOver) return;
      // A rule that the value broke before it was changed elsewhere stays unsaid.
      if (isSame && !each.usesOldSelf) continue;
      this.#obeyOne(each, type, schema, value, old, path);
      yield;
    }
  }

  #obeyOne(compiled: CompiledRule, type: CelType, schema: KindSchema, value: Json, old: Json | undefined, path: string): void {
    const { rule, expression } = compiled;
    const field = path === '' ? '<nil>' : path;
    if (expression === undefined) {
      this.causes.push(invalid(field, schema.type, `rule compile error: compile error: ${compiled.error ?? ''}`));
      return;
    }
    if (compiled.usesOldSelf && old === undefined && rule.optionalOldSelf !== true) return;
    const variables = variablesOf(type, value, old, rule);
    const isKept = this.#evaluate(expression, variables, (text) => this.causes.push(invalid(field, schema.type, text)), rule);
    if (isKept !== false) return;
    this.causes.push(this.#broken(compiled, variables, value, path));
  }

  /** Undefined when it could not be said. */
  #evaluate(expression: TypedExpression, variables: Readonly<Record<string, unknown>>, complain: (text: string) => void, rule: ValidationRule): unknown {
    try {
      const { value, cost } = expression.evaluate(variables, RULE_COST_MAX);
      this.#costLeft -= cost;
      if (this.#costLeft >= 0) return value;
      this.#isOver = true;
      complain('validation failed due to running out of cost budget, no further validation rules will be run');
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.reason === 'CostExceeded') {
        this.#isOver = true;
        complain(`'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${rule.rule.trim()}`);
      } else if (error.message.startsWith('no such overload')) {
        complain(`'${error.message}': call arguments did not match a supported operator, function or macro signature for rule: ${rule.rule.trim()}`);
      } else complain(`${error.message} evaluating rule: ${rule.rule.trim()}`);
    }
    return undefined;
  }

  #broken({ rule, message }: CompiledRule, variables: Readonly<Record<string, unknown>>, value: Json, path: string): StatusCause {
    const place = `${path}${fieldPathOf(rule)}`.replace(/^\./, '');
    const field = place === '' ? '<nil>' : place;
    const detail = this.#messageOf(message, variables) ?? defaultMessage(rule);
    switch (rule.reason) {
      case 'FieldValueForbidden':
        return forbidden(field, detail);
      case 'FieldValueRequired':
        return required(field, detail);
      case 'FieldValueDuplicate':
        return duplicate(field, value);
      default:
        return typeof value === 'object' ? { reason: 'FieldValueInvalid', message: `Invalid value: ${detail}`, field } : invalid(field, value, detail);
    }
  }

  #messageOf(message: TypedExpression | undefined, variables: Readonly<Record<string, unknown>>): string | undefined {
    if (message === undefined) return undefined;
    try {
      const { value, cost } = message.evaluate(variables, RULE_COST_MAX);
      this.#costLeft -= cost;
      const isUsable = typeof value === 'string' && value.trim() !== '' && value.length <= MESSAGE_LENGTH_MAX && !/[\n\r]/.test(value);
      return isUsable ? value.trim() : undefined;
    } catch (error) {
      if (error instanceof Failure) return undefined; // the rule's own message stands in
      throw error;
    }
  }
}

function variablesOf(type: CelType, value: Json, old: Json | undefined, rule: ValidationRule): Readonly<Record<string, unknown>> {
  const before = old === undefined || old === null ? undefined : fromJson(type, old);
  return { self: fromJson(type, value), oldSelf: rule.optionalOldSelf === true ? new CelOptional(before) : before };
}

function defaultMessage({ message, rule }: ValidationRule): string {
  return message === undefined || message === '' ? `failed rule: ${rule.trim()}` : message.trim();
}

/** `.spec.name` as it follows the path of the value. */
function fieldPathOf({ fieldPath = '' }: ValidationRule): string {
  return fieldPath.replaceAll(/\['((?:[^'\\]|\\.)*)'\]/g, (_whole, name: string) => `.${name.replaceAll(/\\(.)/g, '$1')}`);
}
