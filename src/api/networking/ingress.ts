// networking.k8s.io/v1 Ingress and IngressClass: stored and shown; nothing on this machine routes by them.
import { isIP } from 'node:net';
import { isJsonObject, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { isDnsSubdomain } from '../../expr/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { immutable, invalid, notSupported, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, numberAt, textAt, textColumn } from '../columns.ts';
import { portNumberCauses, portReferenceCauses } from '../core/member-causes.ts';
import { loadBalancerText } from '../core/service.ts';
import { fillMissing, mapMembers, mapSpec } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { nameCauses } from '../metadata-validation.ts';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const FORBIDDEN_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const FORBIDDEN_ENDINGS = ['/..', '/.'];
const SHOWN_HOST_COUNT_MAX = 3;
const DEFAULT_CLASS_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

export const ingressKind: KindDefinition = builtinKind('networking.k8s.io/v1/ingresses', {
  subresources: ['status'],
  hasGeneration: true,
  prepareForCreate: (ingress) => ({ ...ingress, status: { loadBalancer: {} } }),
  warnings: () => ['Ingresses are stored, but nothing on this machine routes by them'],
  validate: ({ spec }) => specCauses(isJsonObject(spec) ? spec : {}),
  columns: [
    NAME_COLUMN,
    textColumn('Class', 'Who should serve it.', (ingress) => textAt(ingress, '<none>', 'spec', 'ingressClassName')),
    textColumn('Hosts', 'Hosts of its rules.', hosts),
    textColumn('Address', 'Addresses of its load balancer.', loadBalancerText),
    textColumn('Ports', 'Ports that it opens.', (ingress) => (itemsAt(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
    AGE_COLUMN,
  ],
});

export const ingressClassKind: KindDefinition = builtinKind('networking.k8s.io/v1/ingressclasses', {
  hasGeneration: true,
  setDefaults: (ingressClass) => mapSpec(ingressClass, (spec) => mapMembers(spec, { parameters: (parameters) => fillMissing(parameters, { scope: 'Cluster' }) })),
  validate: (ingressClass, old) => {
    const controller = textAt(ingressClass, '', 'spec', 'controller');
    return old === undefined || textAt(old, '', 'spec', 'controller') === controller ? [] : [immutable('spec.controller', controller)];
  },
  columns: [
    { ...NAME_COLUMN, cell: ({ metadata }) => `${metadata.name}${metadata.annotations?.[DEFAULT_CLASS_ANNOTATION] === 'true' ? ' (default)' : ''}` },
    textColumn('Controller', 'Who serves it.', (ingressClass) => textAt(ingressClass, '', 'spec', 'controller')),
    textColumn('Parameters', 'Where its parameters are.', parameters),
    AGE_COLUMN,
  ],
});

function specCauses(spec: JsonObject): readonly StatusCause[] {
  const className = textAt(spec, '', 'ingressClassName');
  const backend = spec['defaultBackend'];
  return [
    ...(itemsAt(spec, 'rules').length === 0 && backend === undefined ? [invalid('spec', [], 'either `defaultBackend` or `rules` must be specified')] : []),
    ...(backend === undefined ? [] : backendCauses(backend, 'spec.defaultBackend')),
    ...itemsAt(spec, 'rules').flatMap((rule, index) => ruleCauses(rule, `spec.rules[${index}]`)),
    ...itemsAt(spec, 'tls').flatMap((tls, index) => [
      ...itemsAt(tls, 'hosts').flatMap((host, at) => hostCauses(String(host), `spec.tls[${index}].hosts[${at}]`)),
      ...(textAt(tls, '', 'secretName') === '' ? [] : nameCauses('dns-subdomain', `spec.tls[${index}].secretName`, textAt(tls, '', 'secretName'))),
    ]),
    ...(className === '' ? [] : nameCauses('dns-subdomain', 'spec.ingressClassName', className)),
  ];
}

function ruleCauses(rule: Json, path: string): readonly StatusCause[] {
  const host = textAt(rule, '', 'host');
  const http = fieldOf(rule, 'http');
  const paths = itemsAt(http, 'paths');
  return [
    ...(host === '' ? [] : hostCauses(host, `${path}.host`)),
    ...(http !== undefined && paths.length === 0 ? [required(`${path}.http.paths`)] : []),
    ...paths.flatMap((each, index) => pathCauses(each, `${path}.http.paths[${index}]`)),
  ];
}

function hostCauses(host: string, path: string): readonly StatusCause[] {
  if (isIP(host) !== 0) return [invalid(path, host, 'must be a DNS name, not an IP address')];
  const name = host.startsWith('*.') ? host.slice(2) : host;
  return isDnsSubdomain(name) ? [] : [invalid(path, host, "must be a DNS name, or one with '*.' before it")];
}

function pathCauses(each: Json, path: string): readonly StatusCause[] {
  const type = fieldOf(each, 'pathType');
  const text = textAt(each, '', 'path');
  const causes: StatusCause[] = [];
  if (type === undefined) causes.push(required(`${path}.pathType`, 'pathType must be specified'));
  else if (!PATH_TYPES.includes(String(type))) causes.push(notSupported(`${path}.pathType`, type, PATH_TYPES));
  else if (type !== 'ImplementationSpecific') {
    if (!text.startsWith('/')) causes.push(invalid(`${path}.path`, text, 'must be an absolute path'));
    causes.push(
      ...FORBIDDEN_SEQUENCES.filter((sequence) => text.includes(sequence)).map((sequence) => invalid(`${path}.path`, text, `must not contain '${sequence}'`)),
      ...FORBIDDEN_ENDINGS.filter((ending) => text.endsWith(ending)).map((ending) => invalid(`${path}.path`, text, `cannot end with '${ending}'`)),
    );
  } else if (text !== '' && !text.startsWith('/')) causes.push(invalid(`${path}.path`, text, 'must be an absolute path'));
  return [...causes, ...backendCauses(fieldOf(each, 'backend') ?? {}, `${path}.backend`)];
}

function backendCauses(backend: Json, path: string): readonly StatusCause[] {
  const [resource, service] = [fieldOf(backend, 'resource'), fieldOf(backend, 'service')];
  if (resource !== undefined && service !== undefined) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource !== undefined) return ['kind', 'name'].filter((member) => textAt(resource, '', member) === '').map((member) => required(`${path}.resource.${member}`));
  if (service === undefined) return [invalid(path, '', 'resource or service backend is required')];
  const [name, portName, number] = [textAt(service, '', 'name'), textAt(service, '', 'port', 'name'), numberAt(service, 'port', 'number')];
  const causes = name === '' ? [required(`${path}.service.name`)] : nameCauses('dns-label', `${path}.service.name`, name);
  if (portName !== '' && number !== 0) return [...causes, invalid(path, '', 'cannot set both port name & port number')];
  if (portName !== '') return [...causes, ...portReferenceCauses(portName, `${path}.service.port.name`)];
  return [...causes, ...(number === 0 ? [required(path, 'port name or number is required')] : portNumberCauses(number, `${path}.service.port.number`))];
}

function hosts(ingress: KubeObject): string {
  const rules = itemsAt(ingress, 'spec', 'rules');
  const names = rules.map((rule) => textAt(rule, '', 'host')).filter((host) => host !== '');
  if (names.length === 0) return '*';
  const shown = names.slice(0, SHOWN_HOST_COUNT_MAX).join(',');
  return names.length > SHOWN_HOST_COUNT_MAX ? `${shown} + ${rules.length - SHOWN_HOST_COUNT_MAX} more...` : shown;
}

function parameters(ingressClass: KubeObject): string {
  const reference = fieldOf(ingressClass, 'spec', 'parameters');
  if (reference === undefined) return '<none>';
  const group = textAt(reference, '', 'apiGroup');
  return `${textAt(reference, '', 'kind')}${group === '' ? '' : `.${group}`}/${textAt(reference, '', 'name')}`;
}
