// v1 Service.
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { AGE_COLUMN, NAME_COLUMN, itemsAt, numberAt, textAt, textColumn, wideColumn } from '../columns.ts';
import { fill, fillMissing, mapLists, mapSpec } from '../defaulting.ts';
import { fieldOf, type KindDefinition } from '../kind.ts';
import { labelsText } from '../label-selector.ts';
import { assignAddresses, isReachable, keepAddresses } from './service-addresses.ts';
import { validateService } from './service-validation.ts';

const CLIENT_AFFINITY_SECONDS = 10_800;
/** What a name may hold before it is cut. */
const EXTERNAL_ADDRESS_CHARS_MAX = 16;

export const serviceKind: KindDefinition = builtinKind('v1/services', {
  subresources: ['status', 'proxy'],
  nameRule: 'dns-label',
  setDefaults: (service) => mapSpec(service, defaultSpec),
  prepareForCreate: (service) => ({ ...service, status: { loadBalancer: {} } }),
  prepareForUpdate: (service, old) => keepAddresses({ ...service, ...(old.status === undefined ? {} : { status: old.status }) }, old),
  assign: (service, others) => assignAddresses(service, others),
  validate: validateService,
  columns: [
    NAME_COLUMN,
    textColumn('Type', 'From where it can be reached.', (service) => textAt(service, '', 'spec', 'type')),
    textColumn('Cluster-IP', 'Its address inside.', (service) => textAt(service, '<none>', 'spec', 'clusterIPs', 0)),
    textColumn('External-IP', 'Its address outside.', externalAddress),
    textColumn('Port(s)', 'Ports, with those of the nodes.', ports),
    AGE_COLUMN,
    wideColumn('Selector', 'Labels of the Pods.', (service) => labelsText(fieldOf(service, 'spec', 'selector'))),
  ],
  fieldSelectors: {
    'spec.clusterIP': (service) => textAt(service, '', 'spec', 'clusterIP'),
    'spec.type': (service) => textAt(service, '', 'spec', 'type'),
  },
});

/** With addresses of another range than the usual one. */
export function serviceKindIn(range: string): KindDefinition {
  return { ...serviceKind, assign: (service, others) => assignAddresses(service, others, range) };
}

function defaultSpec(spec: JsonObject): JsonObject {
  const { sessionAffinityConfig, ...rest } = fill(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  const isSticky = rest['sessionAffinity'] === 'ClientIP';
  const hasTimeout = fieldOf(sessionAffinityConfig, 'clientIP', 'timeoutSeconds') !== undefined;
  const affinity = hasTimeout ? sessionAffinityConfig : { clientIP: { timeoutSeconds: CLIENT_AFFINITY_SECONDS } };
  const type = String(rest['type']);
  const filled = fillMissing(
    { ...rest, ...(isSticky ? { sessionAffinityConfig: affinity } : {}) },
    {
      ...(isReachable(rest) ? { externalTrafficPolicy: 'Cluster' } : {}),
      ...(['NodePort', 'LoadBalancer', 'ClusterIP'].includes(type) ? { internalTrafficPolicy: 'Cluster' } : {}),
      ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: true } : {}),
    },
  );
  return mapLists(filled, { ports: defaultPort });
}

function defaultPort(port: JsonObject): JsonObject {
  const filled = fill(port, { protocol: 'TCP' });
  const target = port['targetPort'];
  return target === undefined || target === 0 || target === '' ? { ...filled, targetPort: port['port'] ?? 0 } : filled;
}

function externalAddress(service: KubeObject): string {
  const external = itemsAt(service, 'spec', 'externalIPs').map(String);
  switch (textAt(service, '', 'spec', 'type')) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>';
    case 'LoadBalancer':
      return [loadBalancerText(service), ...external].filter((text) => text !== '').join(',') || '<pending>';
    case 'ExternalName':
      return textAt(service, '', 'spec', 'externalName');
    default:
      return '<unknown>';
  }
}

/** Addresses of a load balancer, cut when they are long. Ingresses show theirs in the same way. */
export function loadBalancerText(object: KubeObject): string {
  const addresses = itemsAt(object, 'status', 'loadBalancer', 'ingress').map((ingress) => textAt(ingress, textAt(ingress, '', 'hostname'), 'ip'));
  const text = [...new Set(addresses.filter((address) => address !== ''))].sort().join(',');
  return text.length > EXTERNAL_ADDRESS_CHARS_MAX ? `${text.slice(0, EXTERNAL_ADDRESS_CHARS_MAX - 3)}...` : text;
}

function ports(service: KubeObject): string {
  const texts = itemsAt(service, 'spec', 'ports').map((port) => {
    const nodePort = numberAt(port, 'nodePort');
    return `${numberAt(port, 'port')}${nodePort > 0 ? `:${nodePort}` : ''}/${textAt(port, '', 'protocol')}`;
  });
  return texts.join(',') || '<none>';
}
