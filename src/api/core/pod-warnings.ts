// What is said about a Pod, or the template of one, that is stored all the same. In upstream's words (pkg/api/pod/warnings.go).
import { isJsonObject, objectOf, objectsOf, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { textAt } from '../columns.ts';
import { fieldOf } from '../kind.ts';
import { quantityOf } from './pod-resources.ts';

type Warnings = (object: KubeObject, isNew: boolean) => readonly string[];

const DEPRECATED_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};
const LABEL_LENGTH_MAX = 63;
const BYTES = ['memory', 'ephemeral-storage'];
const NANOS_PER_UNIT = 10n ** 9n;

/** Of Pods only new ones are looked at: they change often, and seldom by hand. */
export const podWarnings: Warnings = (pod, isNew) => (isNew ? [...nameWarnings(pod, "the Pod's hostname"), ...specWarnings(objectOf(pod.spec), 'spec')] : []);

/** Of a workload with a template at a path. */
export function templateWarnings(...path: readonly string[]): Warnings {
  return (object) => specWarnings(objectOf(fieldOf(object, ...path, 'spec')), [...path, 'spec'].join('.'));
}

/** The same for workloads whose Pods are called after them. */
export function namedTemplateWarnings(...path: readonly string[]): Warnings {
  const ofTemplate = templateWarnings(...path);
  return (object, isNew) => [...(isNew ? nameWarnings(object, 'Pod names and hostnames') : []), ...ofTemplate(object, isNew)];
}

/** Of amounts of bytes that are no whole numbers: `100m` for a hundred megabytes. */
export function fractionWarnings(amounts: Json | undefined, names: readonly string[], path: string): readonly string[] {
  return names.flatMap((name) => {
    const value = fieldOf(amounts, name);
    const { nanos = 0n } = quantityOf(value) ?? {};
    return nanos % NANOS_PER_UNIT === 0n ? [] : [`${path}[${name}]: fractional byte value ${JSON.stringify(value)} is invalid, must be an integer`];
  });
}

function nameWarnings({ metadata: { name } }: KubeObject, use: string): readonly string[] {
  // Other names are refused; those that are too long may have dots besides.
  const complaints = [...(name.length > LABEL_LENGTH_MAX ? [`must be no more than ${LABEL_LENGTH_MAX} characters`] : []), ...(name.includes('.') ? ['must not contain dots'] : [])];
  return complaints.length === 0 ? [] : [`metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${complaints.join(' ')}]`];
}

function specWarnings(spec: JsonObject, path: string): readonly string[] {
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) => objectsOf(spec[list]).map((container, index) => ({ container, at: `${path}.${list}[${index}]` })));
  const secrets = objectsOf(spec['imagePullSecrets']).map((secret) => textAt(secret, '', 'name'));
  const hosts = objectsOf(spec['hostAliases']).map((alias) => textAt(alias, '', 'ip'));
  const grace = spec['terminationGracePeriodSeconds'];
  return [
    ...Object.keys(objectOf(spec['nodeSelector'])).flatMap((label) => (DEPRECATED_LABELS[label] === undefined ? [] : [`${path}.nodeSelector[${label}]: ${DEPRECATED_LABELS[label]}`])),
    ...objectsOf(spec['topologySpreadConstraints']).flatMap((constraint, index) => spreadWarnings(constraint, `${path}.topologySpreadConstraints[${index}]`)),
    ...repeated(hosts).map((index) => `${path}.hostAliases[${index}].ip: duplicate ip "${hosts[index]}"`),
    ...repeated(secrets).map((index) => `${path}.imagePullSecrets[${index}].name: duplicate name "${secrets[index]}"`),
    ...secrets.flatMap((name, index) => (name === '' ? [`${path}.imagePullSecrets[${index}].name: invalid empty name ""`] : [])),
    ...containers.flatMap(({ container, at }) => [...resourceWarnings(container, at), ...variableWarnings(objectsOf(container['env']), at)]),
    ...portWarnings(containers.flatMap(({ container, at }) => objectsOf(container['ports']).map((port, index) => ({ port, at: `${at}.ports[${index}]` })))),
    ...(typeof grace === 'number' && grace < 0 ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`] : []),
    ...['podAffinity', 'podAntiAffinity'].flatMap((affinity) => affinityWarnings(fieldOf(spec, 'affinity', affinity), `${path}.affinity.${affinity}`)),
  ];
}

/** Places of what was there before. */
function repeated(names: readonly string[]): readonly number[] {
  return names.flatMap((name, index) => (names.indexOf(name) < index ? [index] : []));
}

function spreadWarnings(constraint: JsonObject, path: string): readonly string[] {
  const key = textAt(constraint, '', 'topologyKey');
  const message = DEPRECATED_LABELS[key];
  return [...(message === undefined ? [] : [`${path}.topologyKey: ${key} is ${message}`]), ...withoutSelector(constraint, path)];
}

function affinityWarnings(affinity: Json | undefined, path: string): readonly string[] {
  const [required, preferred] = ['requiredDuringSchedulingIgnoredDuringExecution', 'preferredDuringSchedulingIgnoredDuringExecution'] as const;
  return [
    ...objectsOf(fieldOf(affinity, required)).flatMap((term, index) => withoutSelector(term, `${path}.${required}[${index}]`)),
    ...objectsOf(fieldOf(affinity, preferred)).flatMap(({ podAffinityTerm }, index) => withoutSelector(objectOf(podAffinityTerm), `${path}.${preferred}[${index}].podAffinityTerm`)),
  ];
}

function withoutSelector({ labelSelector }: JsonObject, path: string): readonly string[] {
  return isJsonObject(labelSelector) ? [] : [`${path}.labelSelector: a null labelSelector results in matching no pod`];
}

function resourceWarnings(container: JsonObject, path: string): readonly string[] {
  return ['limits', 'requests'].flatMap((part) => fractionWarnings(fieldOf(container, 'resources', part), BYTES, `${path}.resources.${part}`));
}

/** A later value that does not build on the earlier one of the same name hides it. */
function variableWarnings(variables: readonly JsonObject[], path: string): readonly string[] {
  const names = variables.map((variable) => textAt(variable, '', 'name'));
  return repeated(names).flatMap((index) => {
    const [name, value, reference] = [names[index], textAt(variables[index]!, '', 'value'), `$(${names[index]})`];
    const isBuiltOn = variables[index]!['valueFrom'] === undefined && value !== reference && value.includes(reference);
    return isBuiltOn ? [] : [`${path}.env[${index}]: hides previous definition of "${name}", which may be dropped when using apply`];
  });
}

interface PlacedPort {
  readonly port: JsonObject;
  readonly at: string;
}

function portWarnings(ports: readonly PlacedPort[]): readonly string[] {
  const pairs = ports.flatMap((own, index) => ports.slice(0, index).map((other) => [own, other] as const));
  const names = ports.map(({ port }) => textAt(port, '', 'name'));
  return [
    ...pairs.flatMap(([own, other]) => pairWarnings(own, other)),
    ...repeated(names).filter((index) => names[index] !== '').map((index) => {
      const first = ports[names.indexOf(names[index]!)]!.at;
      return `${ports[index]!.at}: duplicate port name "${names[index]}" with ${first}, services and probes that select ports by name will use ${first}`;
    }),
  ];
}

function pairWarnings(own: PlacedPort, other: PlacedPort): readonly string[] {
  const isAlike = (...names: readonly string[]) => names.every((name) => own.port[name] === other.port[name]);
  if (!isAlike('containerPort', 'protocol')) return [];
  if (isAlike('hostIP', 'hostPort')) return [`${own.at}: duplicate port definition with ${other.at}`];
  if (own.port['hostPort'] === undefined || other.port['hostPort'] === undefined) return [`${own.at}: overlapping port definition with ${other.at}`];
  const isAnywhere = own.port['hostIP'] === undefined || other.port['hostIP'] === undefined;
  return isAlike('hostPort') && isAnywhere ? [`${own.at}: dangerously ambiguous port definition with ${other.at}`] : [];
}
