import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { addsNames, hostnameOf, machineNameFiles, nameFiles } from './name-files.ts';
import { serviceVariables } from './service-variables.ts';

const ADDRESS = { kind: 'own', ip: '10.88.0.5', namespace: '' } as const;
const settings = (machineResolver = 'nameserver 127.0.0.53\nsearch lan\noptions edns0\n') => ({ nameServer: '10.96.0.10', machineResolver });

function pod(spec: JsonObject = {}, name = 'p'): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'team' }, spec };
}

test('who answers, by dnsPolicy and dnsConfig', () => {
  const resolver = (spec: JsonObject, machine?: string) => nameFiles(pod(spec), ADDRESS, settings(machine)).resolver.trim().split('\n');
  const search = 'search team.svc.cluster.local svc.cluster.local cluster.local lan';
  assert.deepEqual(resolver({}), [search, 'nameserver 10.96.0.10', 'options ndots:5']);
  assert.deepEqual(resolver({ dnsPolicy: 'Default' }), ['search lan', 'nameserver 10.96.0.10', 'options edns0']);
  assert.deepEqual(resolver({ dnsPolicy: 'Default' }, 'nameserver 9.9.9.9\n'), ['nameserver 9.9.9.9']);
  const own = { nameservers: ['1.1.1.1'], searches: ['x.org'], options: [{ name: 'ndots', value: '2' }, { name: 'rotate' }] };
  assert.deepEqual(resolver({ dnsPolicy: 'None', dnsConfig: own }), ['search x.org', 'nameserver 1.1.1.1', 'options ndots:2 rotate']);
  assert.deepEqual(resolver({ dnsConfig: own }), [`${search} x.org`, 'nameserver 10.96.0.10', 'nameserver 1.1.1.1', 'options ndots:2 rotate']);
});

test('the host name: that of the spec, else the beginning of the Pod\'s, whole where it is wanted', () => {
  assert.equal(hostnameOf(pod()), 'p');
  assert.equal(hostnameOf(pod({}, `${'a'.repeat(62)}-bc`)), 'a'.repeat(62));
  assert.equal(hostnameOf(pod({ hostname: 'h', subdomain: 's' })), 'h');
  assert.equal(hostnameOf(pod({ hostname: 'h', subdomain: 's', setHostnameAsFQDN: true })), 'h.s.team.svc.cluster.local');
  assert.match(nameFiles(pod({ subdomain: 's' }), ADDRESS, settings()).hosts, /^10\.88\.0\.5\tp\.s\.team\.svc\.cluster\.local\tp$/m);
});

test('a host name that overrides hostname and subdomain', () => {
  const overridden = pod({ hostname: 'h', subdomain: 's', hostnameOverride: 'own.example.com' });
  assert.equal(hostnameOf(overridden), 'own.example.com');
  assert.match(nameFiles(overridden, ADDRESS, settings()).hosts, /^10\.88\.0\.5\town\.example\.com$/m);
});

test('variables of Services that have an address, unless the Pod does not want them', () => {
  const service = (name: string, clusterIP: string): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { clusterIP, ports: [{ name: 'web-ui', port: 80, protocol: 'TCP' }] } });
  const services = [service('my-db', '10.96.1.2'), service('each', 'None')];
  assert.deepEqual(serviceVariables(pod(), services, undefined), {
    MY_DB_SERVICE_HOST: '10.96.1.2',
    MY_DB_SERVICE_PORT: '80',
    MY_DB_SERVICE_PORT_WEB_UI: '80',
    MY_DB_PORT: 'tcp://10.96.1.2:80',
    MY_DB_PORT_80_TCP: 'tcp://10.96.1.2:80',
    MY_DB_PORT_80_TCP_PROTO: 'tcp',
    MY_DB_PORT_80_TCP_PORT: '80',
    MY_DB_PORT_80_TCP_ADDR: '10.96.1.2',
  });
  assert.deepEqual(serviceVariables(pod({ enableServiceLinks: false }), services, undefined), {});
  const api = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'kubernetes', namespace: 'default' }, spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] } };
  const links = serviceVariables(pod({ enableServiceLinks: false }), services, api);
  assert.deepEqual([links['KUBERNETES_SERVICE_HOST'], links['KUBERNETES_SERVICE_PORT'], links['KUBERNETES_SERVICE_PORT_HTTPS'], links['KUBERNETES_PORT_443_TCP_ADDR']], ['10.96.0.1', '443', '443', '10.96.0.1'], 'the API is told of to everybody');
});

test('a Pod in the machine\'s network adds to the files of the machine', () => {
  const machine = { machineHosts: '127.0.0.1\tlocalhost\n', machineResolver: 'nameserver 127.0.0.53\nsearch lan\n' };
  const hostAliases = [{ ip: '10.1.2.3', hostnames: ['far', 'away'] }];
  assert.equal(addsNames(pod({ hostNetwork: true })), false);
  assert.deepEqual(machineNameFiles(pod({ hostAliases }), machine), { hosts: '127.0.0.1\tlocalhost\n\n# hostAliases of the Pod.\n10.1.2.3\tfar\taway\n', resolver: undefined });
  const dnsConfig = { nameservers: ['1.1.1.1'], options: [{ name: 'timeout', value: '1' }] };
  assert.equal(machineNameFiles(pod({ dnsConfig }), machine).resolver, 'search lan\nnameserver 127.0.0.53\nnameserver 1.1.1.1\noptions timeout:1\n');
  assert.equal(machineNameFiles(pod({ dnsPolicy: 'None', dnsConfig }), machine).resolver, 'nameserver 1.1.1.1\noptions timeout:1\n');
});
