// Rules of a Service.
import { isJsonObject, type Json, type JsonObject, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { isQualifiedName } from '../../expr/mod.ts';
import { duplicate, forbidden, invalid, required } from '../causes.ts';
import { itemsAt, numberAt, textAt } from '../columns.ts';
import { addressRangeCauses, endpointAddressCauses, ipAddressCauses } from '../ip-address.ts';
import { fieldOf } from '../kind.ts';
import { labelsOf } from '../label-selector.ts';
import { QUALIFIED_NAME_SENTENCE, labelCauses, nameCauses } from '../metadata-validation.ts';
import { PROTOCOLS, portNumberCauses, portReferenceCauses, supportedCauses } from './member-causes.ts';
import { isReachable } from './service-addresses.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const FAMILIES = ['IPv4', 'IPv6'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameNode', 'PreferSameZone'];
const TRAFFIC_POLICIES = ['Cluster', 'Local'];
const AFFINITY_SECONDS_MAX = 86_400;

export function validateService(service: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const spec: JsonObject = service.spec ?? {};
  const isHeadless = textAt(spec, '', 'clusterIP') === 'None';
  return [
    ...(itemsAt(spec, 'ports').length === 0 && !isHeadless && spec['type'] !== 'ExternalName' ? [required('spec.ports')] : []),
    ...supportedCauses(spec, 'spec', 'type', TYPES),
    ...typeCauses(spec, isHeadless),
    ...portListCauses(spec),
    ...labelCauses(labelsOf(spec['selector']), 'spec.selector'),
    ...affinityCauses(spec),
    ...addressCauses(spec),
    ...itemsAt(spec, 'externalIPs').flatMap((address, index) => endpointAddressCauses(String(address), `spec.externalIPs[${index}]`)),
    ...itemsAt(spec, 'loadBalancerSourceRanges').flatMap((range, index) => addressRangeCauses(String(range).trim(), `spec.LoadBalancerSourceRanges[${index}]`)),
    ...(spec['externalTrafficPolicy'] !== undefined && !isReachable(spec) ? [invalid('spec.externalTrafficPolicy', spec['externalTrafficPolicy'], 'may only be set for externally-accessible services')] : []),
    ...supportedCauses(spec, 'spec', 'trafficDistribution', DISTRIBUTIONS),
    ...['internalTrafficPolicy', 'externalTrafficPolicy'].flatMap((member) => supportedCauses(spec, 'spec', member, TRAFFIC_POLICIES)),
    ...(old === undefined ? [] : changeCauses(spec, old.spec ?? {})),
  ];
}

function typeCauses(spec: JsonObject, isHeadless: boolean): readonly StatusCause[] {
  const type = String(spec['type']);
  if (type === 'ExternalName') {
    const name = textAt(spec, '', 'externalName').replace(/\.$/, '');
    return [
      ...(itemsAt(spec, 'clusterIPs').length > 0 || textAt(spec, '', 'clusterIP') !== '' ? [forbidden('spec.clusterIPs', 'may not be set for ExternalName services')] : []),
      ...['ipFamilies', 'ipFamilyPolicy'].filter((member) => spec[member] !== undefined).map((member) => forbidden(`spec.${member}`, 'may not be set for ExternalName services')),
      ...(name === '' ? [required('spec.externalName')] : nameCauses('dns-subdomain', 'spec.externalName', name)),
    ];
  }
  const isOutside = type === 'LoadBalancer' || type === 'NodePort';
  const isBalanced = type === 'LoadBalancer';
  return [
    ...(isHeadless && isOutside ? [invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`)] : []),
    ...(spec['allocateLoadBalancerNodePorts'] !== undefined && !isBalanced ? [forbidden('spec.allocateLoadBalancerNodePorts', "may only be used when `type` is 'LoadBalancer'")] : []),
    ...(itemsAt(spec, 'loadBalancerSourceRanges').length > 0 && !isBalanced ? [forbidden('spec.LoadBalancerSourceRanges', "may only be used when `type` is 'LoadBalancer'")] : []),
    ...(spec['loadBalancerClass'] !== undefined && !isBalanced ? [forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'")] : []),
  ];
}

function portListCauses(spec: JsonObject): readonly StatusCause[] {
  const ports = itemsAt(spec, 'ports');
  const [names, numbers, nodePorts] = [new Set<string>(), new Set<string>(), new Set<string>()];
  return ports.flatMap((port, index) => {
    const path = `spec.ports[${index}]`;
    const name = textAt(port, '', 'name');
    const key = `${numberAt(port, 'port')}/${textAt(port, '', 'protocol')}`;
    const nodeKey = `${numberAt(port, 'nodePort')}/${textAt(port, '', 'protocol')}`;
    const hasNodePort = numberAt(port, 'nodePort') !== 0;
    const causes = [
      ...(name === '' ? (ports.length > 1 ? [required(`${path}.name`)] : []) : nameCauses('dns-label', `${path}.name`, name)),
      ...(name !== '' && names.has(name) ? [duplicate(`${path}.name`, name)] : []),
      ...portCauses(port, path),
      ...(spec['type'] === 'ClusterIP' && hasNodePort ? [forbidden(`${path}.nodePort`, "may not be used when `type` is 'ClusterIP'")] : []),
      ...(hasNodePort && nodePorts.has(nodeKey) ? [duplicate(`${path}.nodePort`, numberAt(port, 'nodePort'))] : []),
      ...(numbers.has(key) ? [duplicate(path, port)] : []),
    ];
    names.add(name);
    numbers.add(key);
    nodePorts.add(nodeKey);
    return causes;
  });
}

function portCauses(port: Json, path: string): readonly StatusCause[] {
  const protocol = fieldOf(port, 'appProtocol');
  return [
    ...portNumberCauses(numberAt(port, 'port'), `${path}.port`),
    ...supportedCauses(port, path, 'protocol', PROTOCOLS),
    ...portReferenceCauses(fieldOf(port, 'targetPort') ?? 0, `${path}.targetPort`),
    ...(typeof protocol === 'string' && !isQualifiedName(protocol) ? [invalid(`${path}.appProtocol`, protocol, QUALIFIED_NAME_SENTENCE)] : []),
  ];
}

function affinityCauses(spec: JsonObject): readonly StatusCause[] {
  const seconds = fieldOf(spec, 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds');
  const isOutside = typeof seconds === 'number' && (seconds <= 0 || seconds > AFFINITY_SECONDS_MAX);
  return [
    ...supportedCauses(spec, 'spec', 'sessionAffinity', AFFINITIES),
    ...(isOutside ? [invalid('spec.sessionAffinityConfig.clientIP.timeoutSeconds', seconds, `must be greater than 0 and less than ${AFFINITY_SECONDS_MAX}`)] : []),
  ];
}

function addressCauses(spec: JsonObject): readonly StatusCause[] {
  if (spec['type'] === 'ExternalName') return [];
  const address = textAt(spec, '', 'clusterIP');
  const addresses = itemsAt(spec, 'clusterIPs').map(String);
  const causes: StatusCause[] = [];
  if (address !== '' && addresses.length > 0 && addresses[0] !== address) causes.push(invalid('spec.clusterIPs', addresses, 'first value must match `clusterIP`'));
  if (addresses[0] === 'None' && addresses.length > 1) causes.push(invalid('spec.clusterIPs', addresses, "'None' must be the first and only value"));
  addresses.forEach((each, index) => {
    if (!(index === 0 && each === 'None')) causes.push(...ipAddressCauses(each, `spec.clusterIPs[${index}]`));
  });
  if (addresses.length > 2) causes.push(invalid('spec.clusterIPs', addresses, 'may only hold up to 2 values'));
  const families = itemsAt(spec, 'ipFamilies');
  families.forEach((family, index) => causes.push(...supportedCauses({ family }, `spec.ipFamilies[${index}]`, 'family', FAMILIES).map((cause) => ({ ...cause, field: `spec.ipFamilies[${index}]` }))));
  return [...causes, ...supportedCauses(spec, 'spec', 'ipFamilyPolicy', FAMILY_POLICIES)];
}

function changeCauses(spec: JsonObject, old: JsonObject): readonly StatusCause[] {
  if (!isJsonObject(old) || spec['type'] === 'ExternalName' || old['type'] === 'ExternalName') return [];
  const [addresses, oldAddresses] = [itemsAt(spec, 'clusterIPs'), itemsAt(old, 'clusterIPs')];
  if (oldAddresses.length === 0 || oldAddresses[0] === addresses[0]) return [];
  const why = addresses.length === 0 ? 'primary clusterIP can not be unset' : 'may not change once set';
  return [invalid('spec.clusterIPs[0]', addresses, why)];
}
