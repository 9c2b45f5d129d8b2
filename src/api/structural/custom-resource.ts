// Everything that a custom resource must keep besides the rules of metadata: its schema, its lists, the objects inside of it,
// its scale and its rules in CEL. Pure.
import type { Json, KubeObject, StatusCause, Steps } from '../../base/mod.ts';
import { invalid } from '../causes.ts';
import { fieldOf, type CustomKind, type KindDefinition, type ScalePaths } from '../kind.ts';
import { embeddedCauses } from './embedded.ts';
import { listCauses } from './list-items.ts';
import { hasRules, ruleSteps } from './rules.ts';
import { validateStructural } from './validate.ts';

const INT32_MAX = 2 ** 31 - 1;

export function* customResourceSteps(
  { schema }: Pick<KindDefinition, 'schema'>,
  { scale }: CustomKind,
  object: KubeObject,
  old: KubeObject | undefined,
): Steps<readonly StatusCause[]> {
  const [value, before] = [object, old].map((each) => each as unknown as Json);
  const structural = validateStructural(schema, value!, '', before);
  yield;
  const embedded = embeddedCauses(schema, value!, '');
  yield;
  const causes = [
    ...structural,
    ...(scale === undefined ? [] : scaleCauses(scale, object)),
    ...embedded,
    ...(before !== undefined && listCauses(schema, before, '').length > 0 ? [] : listCauses(schema, value!, '')),
  ];
  yield;
  const rules = causes.some(isBlocking) ? [UNCHECKED] : yield* ruleSteps(schema, value!, before);
  return hasRules(schema) ? [...causes, ...rules] : causes;
}

/** Causes that leave it open what a rule in CEL would see. */
function isBlocking({ reason }: StatusCause): boolean {
  return BLOCKING_REASONS.has(reason ?? '');
}

const BLOCKING_REASONS: ReadonlySet<string> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

const UNCHECKED = invalid(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

function scaleCauses({ specReplicasPath, statusReplicasPath, labelSelectorPath }: ScalePaths, object: KubeObject): readonly StatusCause[] {
  return [
    ...replicaCauses(specReplicasPath, object),
    ...replicaCauses(statusReplicasPath, object),
    ...(labelSelectorPath === undefined || isTextOrAbsent(valueAt(object, labelSelectorPath)) ? [] : [wrongType(labelSelectorPath, valueAt(object, labelSelectorPath), 'string', '')]),
  ];
}

function replicaCauses(path: string, object: KubeObject): readonly StatusCause[] {
  const value = valueAt(object, path);
  if (value === undefined) return [];
  if (typeof value !== 'number' || !Number.isInteger(value)) return [wrongType(path, value, 'int64', 0)];
  if (value < 0) return [invalid(path, value, 'should be a non-negative integer')];
  return value > INT32_MAX ? [invalid(path, value, `should be less than or equal to ${INT32_MAX}`)] : [];
}

function wrongType(path: string, value: Json | undefined, type: string, zero: Json): StatusCause {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return invalid(path, zero, `${path} accessor error: ${shown} is of the type ${goTypeOf(value)}, expected ${type}`);
}

function goTypeOf(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}

function isTextOrAbsent(value: Json | undefined): boolean {
  return value === undefined || typeof value === 'string';
}

function valueAt(object: KubeObject, path: string): Json | undefined {
  return fieldOf(object, ...path.replace(/^\./, '').split('.'));
}
