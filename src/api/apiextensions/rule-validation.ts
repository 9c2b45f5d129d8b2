// The rules in CEL of a CustomResourceDefinition: whether they are written well, compile against the schema, and can be paid for. Pure.
import type { Json, StatusCause } from '../../base/mod.ts';
import { forbidden, invalid, notSupported, required } from '../causes.ts';
import type { KindSchema, ValidationRule } from '../kind.ts';
import { countMax, minBytesOf } from '../structural/cel-types.ts';
import { compileRules, hasRules, type CompiledRule } from '../structural/rules.ts';

/** Of one rule, with all values that it is evaluated for, and of all rules of a schema; upstream's cost units. */
const RULE_COST_MAX = 10_000_000;
const SCHEMA_COST_MAX = 100_000_000;
/** Rules named as the most expensive ones. */
const NAMED_COUNT_MAX = 4;
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const LINE_BREAK = /[\n\r]/;

export function ruleTextCauses(schema: KindSchema, path: string): readonly StatusCause[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) => textCauses(rule, `${path}.x-kubernetes-validations[${index}]`));
}

function textCauses({ rule = '', message = '', messageExpression = '', reason, fieldPath = '' }: Partial<ValidationRule>, path: string): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  if (rule.trim() === '') causes.push(required(`${path}.rule`, 'rule is not specified'));
  else if (message !== '' && message.trim() === '') causes.push(invalid(`${path}.message`, message, 'must be non-empty if specified'));
  else if (LINE_BREAK.test(message.trim())) causes.push(invalid(`${path}.message`, message, 'must not contain line breaks'));
  else if (LINE_BREAK.test(rule.trim()) && message.trim() === '') causes.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  if (messageExpression !== '' && messageExpression.trim() === '') causes.push(required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'));
  if (reason !== undefined && !REASONS.includes(reason)) causes.push(notSupported(`${path}.reason`, reason, REASONS));
  if (fieldPath !== '' && fieldPath.trim() === '') causes.push(invalid(`${path}.fieldPath`, fieldPath, 'must be non-empty if specified'));
  if (LINE_BREAK.test(fieldPath)) causes.push(invalid(`${path}.fieldPath`, fieldPath, 'must not contain line breaks'));
  else if (fieldPath.trim() !== '' && !/^(?:\.[A-Za-z_]|\[')/.test(fieldPath)) causes.push(invalid(`${path}.fieldPath`, fieldPath, 'must be a valid path'));
  return causes;
}

interface Visit {
  readonly path: string;
  /** Values of the node in one object; undefined when only the size of a request bounds them. */
  readonly cardinality: number | undefined;
  /** The list or map below which old values are not found again. */
  readonly uncorrelatable: string | undefined;
  readonly isResource: boolean;
}

interface Costs {
  total: number;
  readonly byPath: { readonly path: string; readonly cost: number }[];
}

/** Compiles every rule of the schema. */
export function rulesOfSchema(schema: KindSchema, path: string): readonly StatusCause[] {
  if (!hasRules(schema)) return [];
  const causes: StatusCause[] = [];
  const costs: Costs = { total: 0, byPath: [] };
  visitRules(schema, { path, cardinality: 1, uncorrelatable: undefined, isResource: true }, causes, costs);
  if (costs.total <= SCHEMA_COST_MAX) return causes;
  const expensive = costs.byPath.toSorted((a, b) => b.cost - a.cost).slice(0, NAMED_COUNT_MAX);
  return [
    ...causes,
    ...expensive.map(({ path: at }) => forbidden(at, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema')),
    forbidden(path, costSentence('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', costs.total, SCHEMA_COST_MAX)),
  ];
}

function visitRules(schema: KindSchema, visit: Visit, causes: StatusCause[], costs: Costs): void {
  if (!hasRules(schema)) return;
  const { path, cardinality } = visit;
  compileRules(schema, visit.isResource).forEach((compiled, index) => {
    causes.push(...compiledCauses(compiled, schema, `${path}.x-kubernetes-validations[${index}]`, visit, costs));
  });
  const within = (child: KindSchema, at: string, count: number | undefined, uncorrelatable: string | undefined): Visit => ({
    path: at,
    cardinality: count === undefined || cardinality === undefined ? undefined : count * cardinality,
    uncorrelatable: visit.uncorrelatable ?? uncorrelatable,
    isResource: child['x-kubernetes-embedded-resource'] === true,
  });
  const lost = schema['x-kubernetes-map-type'] === 'atomic' ? path : undefined;
  for (const [name, property] of Object.entries(schema.properties ?? {})) visitRules(property, within(property, `${path}.properties[${name}]`, 1, lost), causes, costs);
  const { items, additionalProperties } = schema;
  if (items !== undefined) visitRules(items, within(items, `${path}.items`, schema.maxItems, schema['x-kubernetes-list-type'] === 'map' ? undefined : path), causes, costs);
  if (typeof additionalProperties === 'object') {
    visitRules(additionalProperties, within(additionalProperties, `${path}.additionalProperties`, schema.maxProperties, undefined), causes, costs);
  }
}

function compiledCauses(compiled: CompiledRule, schema: KindSchema, path: string, { cardinality, uncorrelatable }: Visit, costs: Costs): readonly StatusCause[] {
  const causes: StatusCause[] = [];
  const { rule, expression, message, error, messageError } = compiled;
  const times = cardinality ?? countMax(minBytesOf(schema), 1);
  const pay = (member: string, cost: number) => {
    costs.total += cost;
    costs.byPath.push({ path: `${path}.${member}`, cost });
    if (cost > RULE_COST_MAX) causes.push(forbidden(`${path}.${member}`, costSentence(`estimated ${member} cost`, cost, RULE_COST_MAX)));
  };
  if (expression !== undefined) pay('rule', expression.costMax * times);
  if (error !== undefined) causes.push(invalid(`${path}.rule`, goRule(rule), error));
  if (messageError !== undefined) causes.push(invalid(`${path}.messageExpression`, goRule(rule), messageError));
  else if (message !== undefined) pay('messageExpression', message.costMax);
  if (compiled.usesOldSelf && uncorrelatable !== undefined) {
    causes.push(invalid(`${path}.rule`, rule.rule, `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`));
  } else if (!compiled.usesOldSelf && error === undefined && rule.optionalOldSelf !== undefined) {
    causes.push(invalid(`${path}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'));
  }
  return causes;
}

function costSentence(what: string, cost: number, limit: number): string {
  const exceeded = cost / limit;
  const factor = exceeded > 100 ? 'more than 100x' : exceeded < 1.5 ? `${exceeded.toFixed(6)}x` : `${exceeded.toFixed(1)}x`;
  const advice = 'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared';
  return `${what} exceeds budget by factor of ${factor} (${advice})`;
}

/** A rule as upstream's messages show it. */
function goRule({ rule, message = '', messageExpression = '', reason, fieldPath = '', optionalOldSelf }: ValidationRule): Json {
  return { Rule: rule, Message: message, MessageExpression: messageExpression, Reason: reason ?? null, FieldPath: fieldPath, OptionalOldSelf: optionalOldSelf ?? null };
}
