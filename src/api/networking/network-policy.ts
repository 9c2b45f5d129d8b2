// networking.k8s.io/v1 NetworkPolicy: stored and shown; nothing on this machine enforces it.
import { isJsonObject, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { forbidden, invalid, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, textAt, textColumn } from '../columns.ts';
import { selectorCell } from '../apps/workload.ts';
import { PROTOCOLS, portNumberCauses, portReferenceCauses, supportedCauses } from '../core/member-causes.ts';
import { fillMissing, mapLists, mapSpec } from '../defaulting.ts';
import { addressRangeCauses, isStrictlyWithin } from '../ip-address.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { labelSelectorCauses } from '../label-selector.ts';

const POLICY_TYPES = ['Ingress', 'Egress'];

export const networkPolicyKind: KindDefinition = builtinKind('networking.k8s.io/v1/networkpolicies', {
  hasGeneration: true,
  setDefaults: (policy) => mapSpec(policy, defaultSpec),
  warnings: () => ['NetworkPolicies are stored, but not enforced on this machine'],
  validate,
  columns: [NAME_COLUMN, textColumn('Pod-Selector', 'Labels of the Pods that it is about.', (policy) => selectorCell(fieldOf(policy, 'spec', 'podSelector'))), AGE_COLUMN],
});

function defaultSpec(spec: JsonObject): JsonObject {
  const rule = (each: JsonObject) => mapLists(each, { ports: (port) => fillMissing(port, { protocol: 'TCP' }) });
  const filled = fillMissing(mapLists(spec, { ingress: rule, egress: rule }), { podSelector: {} });
  if (itemsAt(spec, 'policyTypes').length > 0) return filled;
  return { ...filled, policyTypes: itemsAt(spec, 'egress').length > 0 ? POLICY_TYPES : ['Ingress'] };
}

function validate(policy: KubeObject): readonly StatusCause[] {
  const types = itemsAt(policy, 'spec', 'policyTypes').map(String);
  return [
    ...labelSelectorCauses(fieldOf(policy, 'spec', 'podSelector'), 'spec.podSelector'),
    ...(['ingress', 'egress'] as const).flatMap((direction) =>
      itemsAt(policy, 'spec', direction).flatMap((rule, index) => ruleCauses(rule, direction === 'ingress' ? 'from' : 'to', `spec.${direction}[${index}]`)),
    ),
    ...(types.length > POLICY_TYPES.length ? [invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')] : []),
    ...types.flatMap((type, index) => supportedCauses({ [index]: type }, 'spec.policyTypes', String(index), POLICY_TYPES).map((cause) => ({ ...cause, field: `spec.policyTypes[${index}]` }))),
  ];
}

function ruleCauses(rule: Json, peers: 'from' | 'to', path: string): readonly StatusCause[] {
  return [
    ...itemsAt(rule, 'ports').flatMap((port, index) => portCauses(port, `${path}.ports[${index}]`)),
    ...itemsAt(rule, peers).flatMap((peer, index) => peerCauses(peer, `${path}.${peers}[${index}]`)),
  ];
}

function portCauses(port: Json, path: string): readonly StatusCause[] {
  const [number, end] = [fieldOf(port, 'port'), fieldOf(port, 'endPort')];
  const causes: StatusCause[] = [...supportedCauses(port, path, 'protocol', PROTOCOLS), ...(number === undefined ? [] : portReferenceCauses(number, `${path}.port`))];
  if (typeof end !== 'number') return causes;
  if (typeof number !== 'number') return [...causes, invalid(`${path}.endPort`, end, `may not be specified when \`port\` is ${number === undefined ? 'not specified' : 'non-numeric'}`)];
  return [...causes, ...(end < number ? [invalid(`${path}.endPort`, end, 'must be greater than or equal to `port`')] : []), ...portNumberCauses(end, `${path}.endPort`)];
}

function peerCauses(peer: Json, path: string): readonly StatusCause[] {
  const given = ['podSelector', 'namespaceSelector', 'ipBlock'].filter((member) => fieldOf(peer, member) !== undefined);
  const block = fieldOf(peer, 'ipBlock');
  return [
    ...given.filter((member) => member !== 'ipBlock').flatMap((member) => labelSelectorCauses(fieldOf(peer, member), `${path}.${member}`)),
    ...(isJsonObject(block) ? blockCauses(block, `${path}.ipBlock`) : []),
    ...(given.length === 0 ? [required(path, 'must specify a peer')] : []),
    ...(given.length > 1 && block !== undefined ? [forbidden(path, 'may not specify both ipBlock and another peer')] : []),
  ];
}

function exceptionCauses(exception: string, range: string, path: string): readonly StatusCause[] {
  const causes = addressRangeCauses(exception, path);
  const isRange = causes.length === 0 && addressRangeCauses(range, path).length === 0;
  return isRange && !isStrictlyWithin(exception, range) ? [invalid(path, exception, 'must be a strict subset of `cidr`')] : causes;
}

function blockCauses(block: JsonObject, path: string): readonly StatusCause[] {
  const range = textAt(block, '', 'cidr');
  return [
    ...(range === '' ? [required(`${path}.cidr`)] : addressRangeCauses(range, `${path}.cidr`)),
    ...itemsAt(block, 'except').flatMap((each, index) => exceptionCauses(String(each), range, `${path}.except[${index}]`)),
  ];
}
