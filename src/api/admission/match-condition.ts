// matchConditions of webhooks: CEL over the request, true where the webhook is to be asked. Pure.
import { Failure, type Json, type JsonObject } from '../../base/mod.ts';
import { textAt } from '../columns.ts';
import { CelAuthorizer, compileTypedCel, fromJson, SCALAR, type AnswerAccess, type CelDeclaration, type TypedExpression } from '../../expr/mod.ts';

export interface MatchConditionInput {
  readonly object: Json;
  readonly oldObject: Json;
  readonly request: JsonObject;
  /** Who may do what; asked by `authorizer`. */
  readonly answerAccess: AnswerAccess;
}

/** For one call of one webhook, in upstream's cost units (k8s.io/apiserver pkg/apis/cel: a quarter of 10,000,000). */
const COST_MAX = 2_500_000;
/** Nothing is declared about objects: their kinds are the users'. */
const ANYTHING: CelDeclaration = { type: { kind: 'dyn' }, shape: { sizeMax: 3 * 1024 * 1024 } };
const AUTHORIZER: CelDeclaration = { type: { kind: 'authorizer' }, shape: SCALAR };
const VARIABLES = { object: ANYTHING, oldObject: ANYTHING, request: ANYTHING, authorizer: AUTHORIZER };

const compiled = new Map<string, TypedExpression>();
const COMPILED_COUNT_MAX = 1000;

/** Throws Failure `InvalidExpression`. */
export function compileMatchCondition(text: string): TypedExpression {
  let expression = compiled.get(text);
  if (expression === undefined) {
    expression = compileTypedCel(text, VARIABLES);
    if (!['bool', 'dyn'].includes(expression.type.kind)) throw new Failure('InvalidExpression', 'must evaluate to bool');
    if (compiled.size >= COMPILED_COUNT_MAX) compiled.clear();
    compiled.set(text, expression);
  }
  return expression;
}

/** Throws Failure when the condition can't be decided. */
export function meetsCondition(text: string, { object, oldObject, request, answerAccess }: MatchConditionInput): boolean {
  const variables = {
    authorizer: new CelAuthorizer(answerAccess, requestedIn(request)),
    object: fromJson(ANYTHING.type, object),
    oldObject: fromJson(ANYTHING.type, oldObject),
    request: fromJson(ANYTHING.type, request),
  };
  const { value } = compileMatchCondition(text).evaluate(variables, COST_MAX);
  if (typeof value !== 'boolean') throw new Failure('InvalidExpression', 'does not evaluate to a bool');
  return value;
}

function requestedIn(request: JsonObject): ConstructorParameters<typeof CelAuthorizer>[1] {
  const [group, resource] = [textAt(request, '', 'resource', 'group'), textAt(request, '', 'resource', 'resource')];
  const [subresource, namespace, name] = ['subResource', 'namespace', 'name'].map((member) => textAt(request, '', member)) as [string, string, string];
  return { group, resource, subresource, namespace, name };
}
