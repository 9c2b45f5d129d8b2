// apps/v1 StatefulSet.
import { isJsonObject, jsonEquals, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { forbidden, invalid } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, containerColumns, itemsAt, numberAt, textAt, textColumn } from '../columns.ts';
import { claimSpecCauses, defaultClaim } from '../core/persistent-volume-claim.ts';
import { lastingPodCauses, defaultTemplateOf, podTemplateCauses, templateLabelCauses } from '../core/pod-template.ts';
import { templateWarnings } from '../core/pod-warnings.ts';
import { supportedCauses } from '../core/member-causes.ts';
import { fill, fillMissing, mapLists, mapSpec } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';
import { atMostHundredPercentCauses, countOrPercentageCauses, nonNegativeCauses, numberOf } from '../number-validation.ts';
import { REPLICA_SCALE, replicaStatusCauses, selectorCauses, withZeroCounts } from './workload.ts';

const POD_MANAGEMENT_POLICIES = ['OrderedReady', 'Parallel'];
const UPDATE_STRATEGIES = ['RollingUpdate', 'OnDelete'];
const RETENTION_POLICIES = ['Retain', 'Delete'];
const CHANGEABLE = ['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds'];

export const statefulSetKind: KindDefinition = builtinKind('apps/v1/statefulsets', {
  subresources: ['scale', 'status'],
  hasGeneration: true,
  nameRule: 'dns-label',
  scale: REPLICA_SCALE,
  setDefaults: (set) => mapSpec(set, defaultSpec),
  prepareForCreate: withZeroCounts(['replicas', 'availableReplicas']),
  validate,
  warnings: templateWarnings('spec', 'template'),
  columns: [
    NAME_COLUMN,
    textColumn('Ready', 'Ready Pods out of those wanted.', (set) => `${numberAt(set, 'status', 'readyReplicas')}/${numberAt(set, 'spec', 'replicas')}`),
    AGE_COLUMN,
    ...containerColumns('spec', 'template', 'spec'),
  ],
});

function defaultSpec(spec: JsonObject): JsonObject {
  const filled = fill(defaultTemplateOf(spec), { podManagementPolicy: 'OrderedReady' });
  const retention = isJsonObject(spec['persistentVolumeClaimRetentionPolicy']) ? spec['persistentVolumeClaimRetentionPolicy'] : {};
  const complete = {
    ...filled,
    updateStrategy: defaultStrategy(isJsonObject(spec['updateStrategy']) ? spec['updateStrategy'] : {}),
    persistentVolumeClaimRetentionPolicy: fill(retention, { whenDeleted: 'Retain', whenScaled: 'Retain' }),
  };
  return fillMissing(mapLists(complete, { volumeClaimTemplates: defaultClaimTemplate }), { replicas: 1, revisionHistoryLimit: 10 });
}

/** Only a strategy that nobody named gets its rolling update; one that was named without stays without. */
function defaultStrategy(strategy: JsonObject): JsonObject {
  const isNamed = (strategy['type'] ?? '') !== '';
  const filled: JsonObject = isNamed ? strategy : { ...strategy, type: 'RollingUpdate', rollingUpdate: strategy['rollingUpdate'] ?? {} };
  const rolling = filled['rollingUpdate'];
  if (filled['type'] !== 'RollingUpdate' || !isJsonObject(rolling)) return filled;
  return { ...filled, rollingUpdate: fillMissing(rolling, { partition: 0 }) };
}

function defaultClaimTemplate(template: JsonObject): JsonObject {
  return fill({ ...defaultClaim(template), status: { phase: 'Pending' } }, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
}

function validate(set: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const { spec } = set;
  const template = withClaimVolumes(fieldOf(spec, 'template'), itemsAt(spec, 'volumeClaimTemplates'));
  return [
    ...policyCauses(textAt(spec, '', 'podManagementPolicy')),
    ...strategyCauses(set),
    ...['whenDeleted', 'whenScaled'].flatMap((member) =>
      supportedCauses(fieldOf(spec, 'persistentVolumeClaimRetentionPolicy') ?? {}, 'spec.persistentVolumeClaimRetentionPolicy', member, RETENTION_POLICIES),
    ),
    ...(old === undefined ? creationCauses(spec) : []),
    ...nonNegativeCauses(spec, 'spec', ['replicas', 'minReadySeconds']),
    ...nonNegativeCauses(fieldOf(spec, 'ordinals'), 'spec.ordinals', ['start']),
    ...selectorCauses(set, undefined, 'statefulset'),
    ...templateLabelCauses(template, fieldOf(spec, 'selector'), 'spec.template'),
    ...podTemplateCauses(template, 'spec.template'),
    ...lastingPodCauses(template, 'spec.template', 'StatefulSet'),
    ...changeCauses(set, old),
    ...replicaStatusCauses(set, ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas']),
  ];
}

function policyCauses(policy: string): readonly StatusCause[] {
  return POD_MANAGEMENT_POLICIES.includes(policy) ? [] : [invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'")];
}

/** What can not change later is looked at once. */
function creationCauses(spec: JsonObject | undefined): readonly StatusCause[] {
  const serviceName = textAt(spec, '', 'serviceName');
  return [
    ...itemsAt(spec, 'volumeClaimTemplates').flatMap((claim, index) => claimSpecCauses(fieldOf(claim, 'spec'), `spec.volumeClaimTemplates[${index}].spec`)),
    ...(serviceName === '' ? [] : nameCauses('dns-label', 'spec.serviceName', serviceName)),
  ];
}

/** The claims are volumes of every Pod, and hide volumes of the same name. Host names are given by the set. */
function withClaimVolumes(template: Json | undefined, claims: readonly Json[]): Json | undefined {
  if (!isJsonObject(template) || !isJsonObject(template['spec'])) return template;
  const names = claims.map((claim) => textAt(claim, '', 'metadata', 'name'));
  const { subdomain: _subdomain, hostname: _hostname, ...spec } = template['spec'];
  const others = itemsAt(spec, 'volumes').filter((volume) => !names.includes(textAt(volume, '', 'name')));
  const volumes = [...names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })), ...others];
  return { ...template, spec: volumes.length === 0 ? spec : { ...spec, volumes } };
}

function strategyCauses({ spec }: KubeObject): readonly StatusCause[] {
  const path = 'spec.updateStrategy';
  const strategy = fieldOf(spec, 'updateStrategy');
  const rolling = fieldOf(strategy, 'rollingUpdate');
  const type = textAt(strategy, '', 'type');
  if (!UPDATE_STRATEGIES.includes(type)) return [invalid(path, strategy, "must be 'RollingUpdate' or 'OnDelete'")];
  if (rolling === undefined) return [];
  if (type === 'OnDelete') return [invalid(`${path}.rollingUpdate`, rolling, "only allowed for updateStrategy 'RollingUpdate'")];
  const maxUnavailable = fieldOf(rolling, 'maxUnavailable');
  const at = `${path}.rollingUpdate.maxUnavailable`;
  return [
    ...nonNegativeCauses(rolling, `${path}.rollingUpdate`, ['partition']),
    ...countOrPercentageCauses(maxUnavailable, at),
    ...(maxUnavailable !== undefined && numberOf(maxUnavailable) === 0 ? [invalid(at, maxUnavailable, 'cannot be 0')] : []),
    ...atMostHundredPercentCauses(maxUnavailable, at),
  ];
}

function changeCauses(set: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  if (old === undefined || jsonEquals(lasting(set), lasting(old))) return [];
  const names = CHANGEABLE.map((name) => `'${name}'`);
  return [forbidden('spec', `updates to statefulset spec for fields other than ${names.slice(0, -1).join(', ')} and ${names.at(-1)} are forbidden`)];
}

function lasting({ spec = {} }: KubeObject): JsonObject {
  return Object.fromEntries(Object.entries(spec).filter(([name]) => !CHANGEABLE.includes(name)));
}
