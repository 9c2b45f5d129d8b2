// v1 LimitRange: bounds and defaults of what the Pods and claims of a namespace ask for.
import { isJsonObject, objectOf, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { isQualifiedName } from '../../expr/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { duplicate, forbidden, invalid, required } from '../causes.ts';
import { CREATED_AT_COLUMN, NAME_COLUMN, itemsAt, textAt } from '../columns.ts';
import { mapLists, mapMembers, mapSpec } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { QUALIFIED_NAME_SENTENCE } from '../metadata-validation.ts';
import { resourceNameCauses } from './container-resources-validation.ts';
import { quantityOf } from './pod-resources.ts';
import { roundResources } from './pod-spec-defaults.ts';
import { amountCauses, compareAmounts } from './quantity-validation.ts';
import { standardNameCauses } from './resource-names.ts';

const TYPES = ['Container', 'PersistentVolumeClaim', 'Pod'];
const UNIT_NANOS = 1e9;
const AMOUNTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'];
/** Pairs in which the first may not be more than the second, with the words of the sentence. */
const ORDERED = [
  ['min', 'max', 'min value', 'max value'],
  ['min', 'defaultRequest', 'min value', 'default request value'],
  ['defaultRequest', 'max', 'default request value', 'max value'],
  ['defaultRequest', 'default', 'default request value', 'default limit value'],
  ['min', 'default', 'min value', 'default value'],
  ['default', 'max', 'default value', 'max value'],
] as const;

export const limitRangeKind: KindDefinition = builtinKind('v1/limitranges', {
  setDefaults: (range) => mapSpec(range, (spec) => mapLists(spec, { limits: defaultLimits })),
  validate: (range) => limitListCauses(range),
  columns: [NAME_COLUMN, CREATED_AT_COLUMN],
});

/** What a container may use at most is its limit, and its limit is its request, unless something else is said. */
function defaultLimits(limits: JsonObject): JsonObject {
  const rounded = mapMembers(limits, Object.fromEntries(AMOUNTS.map((name) => [name, roundResources])));
  if (rounded['type'] !== 'Container') return rounded;
  const of = (name: string): JsonObject => (isJsonObject(rounded[name]) ? rounded[name] : {});
  const limit = { ...of('max'), ...of('default') };
  const request = { ...of('min'), ...limit, ...of('defaultRequest') };
  return { ...rounded, ...nonEmpty('default', limit), ...nonEmpty('defaultRequest', request) };
}

function nonEmpty(name: string, amounts: JsonObject): JsonObject {
  return Object.keys(amounts).length === 0 ? {} : { [name]: amounts };
}

function limitListCauses(range: KubeObject): readonly StatusCause[] {
  const types = new Set<string>();
  return itemsAt(range, 'spec', 'limits').flatMap((limits, index) => {
    const path = `spec.limits[${index}]`;
    const type = textAt(limits, '', 'type');
    const isTaken = types.has(type);
    types.add(type);
    return [
      ...typeCauses(type, `${path}.type`),
      ...(isTaken ? [duplicate(`${path}.type`, type)] : []),
      ...limitCauses(limits, type, path),
    ];
  });
}

function typeCauses(type: string, path: string): readonly StatusCause[] {
  if (!isQualifiedName(type)) return [invalid(path, type, QUALIFIED_NAME_SENTENCE)];
  return type.includes('/') || TYPES.includes(type) ? [] : [invalid(path, type, 'must be a standard limit type or fully qualified')];
}

function limitCauses(limits: Json, type: string, path: string): readonly StatusCause[] {
  const forPods = type === 'Pod' ? ['default', 'defaultRequest'].filter((name) => fieldOf(limits, name) !== undefined) : [];
  const hasStorage = ['min', 'max'].some((name) => fieldOf(limits, name, 'storage') !== undefined);
  const nameCauses = type === 'Container' || type === 'Pod' ? resourceNameCauses : standardNameCauses;
  return [
    ...forPods.map((name) => forbidden(`${path}.${name}`, "may not be specified when `type` is 'Pod'")),
    ...(type === 'PersistentVolumeClaim' && !hasStorage ? [required(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided')] : []),
    ...AMOUNTS.flatMap((name) => amountCauses(fieldOf(limits, name), `${path}.${name}`, nameCauses)),
    ...ORDERED.flatMap((pair) => orderCauses(limits, pair, path)),
    ...Object.entries(objectOf(fieldOf(limits, 'maxLimitRequestRatio'))).flatMap(([name, ratio]) => ratioCauses(limits, name, ratio!, `${path}.maxLimitRequestRatio[${name}]`)),
  ];
}

/** A limit may be so many times the request; more than the bounds let it be says nothing. */
function ratioCauses(limits: Json, name: string, ratio: Json, path: string): readonly StatusCause[] {
  const [low, high] = [quantityOf(fieldOf(limits, 'min', name)), quantityOf(fieldOf(limits, 'max', name))];
  const ratioMax = low === undefined || high === undefined ? Number.POSITIVE_INFINITY : Number(high.nanos) / Number(low.nanos);
  return [
    ...(compareAmounts(ratio, '1') < 0 ? [invalid(path, ratio, `ratio ${String(ratio)} is less than 1`)] : []),
    ...(Number(quantityOf(ratio)?.nanos ?? 0n) / UNIT_NANOS > ratioMax ? [invalid(path, ratio, `ratio ${String(ratio)} is greater than max/min = ${ratioMax}`)] : []),
  ];
}

function orderCauses(limits: Json, [lower, upper, lowerWords, upperWords]: (typeof ORDERED)[number], path: string): readonly StatusCause[] {
  const [low, high] = [fieldOf(limits, lower), fieldOf(limits, upper)];
  if (!isJsonObject(low) || !isJsonObject(high)) return [];
  // The field that is blamed is the default where one takes part, as upstream has it.
  const field = lower === 'min' ? (upper === 'max' ? 'min' : upper) : lower;
  return Object.keys(low)
    .filter((name) => high[name] !== undefined && compareAmounts(low[name], high[name]) > 0)
    .map((name) => invalid(`${path}.${field}[${name}]`, low[name], `${lowerWords} ${String(low[name])} is greater than ${upperWords} ${String(high[name])}`));
}
