// v1 ResourceQuota: how much a namespace may use in all.
import { isJsonObject, jsonEquals, objectOf, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { immutable, invalid } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, textAt, textColumn } from '../columns.ts';
import { mapMembers, mapSpec } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { roundResources } from './pod-spec-defaults.ts';
import { scopeCauses } from './quota-scopes.ts';
import { amountCauses, isWhole } from './quantity-validation.ts';
import { isCounted, quotaNameCauses } from './resource-names.ts';

export const resourceQuotaKind: KindDefinition = builtinKind('v1/resourcequotas', {
  subresources: ['status'],
  setDefaults: (quota) => mapSpec(quota, (spec) => mapMembers(spec, { hard: roundResources })),
  validate,
  columns: [
    NAME_COLUMN,
    textColumn('Request', 'Used out of allowed, requests and counts.', (quota) => usage(quota, false)),
    textColumn('Limit', 'Used out of allowed, limits.', (quota) => usage(quota, true)),
    AGE_COLUMN,
  ],
});

function validate(quota: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const spec: JsonObject = quota.spec ?? {};
  const scopes = itemsAt(spec, 'scopes').map(String);
  const sorted = (of: JsonObject) => itemsAt(of, 'scopes').map(String).toSorted();
  return [
    ...limitedCauses(spec['hard'], 'spec.hard'),
    ...scopeCauses(spec),
    ...limitedCauses(fieldOf(quota, 'status', 'hard'), 'status.hard'),
    ...limitedCauses(fieldOf(quota, 'status', 'used'), 'status.used'),
    ...(old === undefined || jsonEquals(sorted(spec), sorted(old.spec ?? {})) ? [] : [immutable('spec.scopes', scopes)]),
  ];
}

function limitedCauses(amounts: Json | undefined, path: string): readonly StatusCause[] {
  const broken = Object.entries(objectOf(amounts)).filter(([name, amount]) => isCounted(name) && !isWhole(amount));
  return [...amountCauses(amounts, path, quotaNameCauses), ...broken.map(([name, amount]) => invalid(`${path}[${name}]`, amount, 'must be an integer'))];
}

/** `cpu: 1/4, pods: 2/10` */
function usage(quota: KubeObject, ofLimits: boolean): string {
  const hard = fieldOf(quota, 'status', 'hard');
  if (!isJsonObject(hard)) return '';
  return Object.keys(hard)
    .filter((name) => name.startsWith('limits.') === ofLimits)
    .sort()
    .map((name) => `${name}: ${textAt(quota, '0', 'status', 'used', name)}/${String(hard[name])}`)
    .join(', ');
}
