// The Node object: what this machine has, for `kubectl get nodes` and for the scheduler.
import { mkdir, readFile } from 'node:fs/promises';
import { arch, hostname, release } from 'node:os';
import { Failure, isJsonObject, type Clock, type JsonObject, type KubeObject, type ObjectApi } from '../base/mod.ts';
import { KUBERNETES_VERSION, NODES } from '../api/mod.ts';
import type { DeviceIds } from './devices/device-shares.ts';
import { conditionsOf, nodeConditions, scarceBefore } from './node-conditions.ts';
import type { NetworkRanges } from './network/network-ranges.ts';
import { capacityOf, readMachine, replacing, type Capacity } from './node-capacity.ts';

const ARCHITECTURE = arch() === 'x64' ? 'amd64' : arch();

export interface NodeObjectOptions {
  readonly api: ObjectApi;
  readonly name: string;
  readonly version: string;
  readonly podsDirectory: string;
  readonly devices: DeviceIds;
  readonly ranges: Pick<NetworkRanges, 'pods'>;
  readonly clock: Clock;
}

/** Creates the Node, or brings its labels and status up to date; what of the machine Pods may ask for. */
export async function registerNode(options: NodeObjectOptions): Promise<JsonObject> {
  const { api, name, ranges } = options;
  const labels = labelsOf(name);
  const range = { podCIDR: ranges.pods, podCIDRs: [ranges.pods] };
  const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { ...labels, 'node-role.kubernetes.io/control-plane': '' } }, spec: range };
  const created = await api.create(NODES, undefined, node);
  if (!created.ok && created.status.reason !== 'AlreadyExists') throw new Failure(created.status.reason, created.status.message);
  const ref = { type: NODES, name };
  const found = await api.get(ref);
  const before = found.ok ? found.value : node;
  if (Object.entries(labels).some(([key, value]) => before.metadata.labels?.[key] !== value)) must(await api.patch(ref, 'merge', { metadata: { labels } }));
  if (before.spec?.['podCIDR'] !== ranges.pods) must(await api.patch(ref, 'merge', { spec: range }));
  const { capacity, allocatable } = await resourcesOf(options);
  const earlier = (member: string): JsonObject => fieldOfStatus(before, member);
  const status = { ...(await nodeStatus(options, before)), capacity: replacing(capacity, earlier('capacity')), allocatable: replacing(allocatable, earlier('allocatable')) };
  must(await api.patch(ref, 'merge', { status }, { subresource: 'status' }));
  return allocatable;
}

function must(outcome: Awaited<ReturnType<ObjectApi['patch']>>): void {
  if (!outcome.ok) throw new Failure(outcome.status.reason, outcome.status.message);
}

/** The older ones, too, by which some charts still select. */
function labelsOf(name: string): Readonly<Record<string, string>> {
  return {
    'beta.kubernetes.io/arch': ARCHITECTURE,
    'beta.kubernetes.io/os': process.platform,
    'kubernetes.io/arch': ARCHITECTURE,
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': process.platform,
  };
}

async function resourcesOf({ podsDirectory, devices }: NodeObjectOptions): Promise<Capacity> {
  await mkdir(podsDirectory, { recursive: true });
  return capacityOf(await readMachine(podsDirectory), devices);
}

function fieldOfStatus({ status }: KubeObject, member: string): JsonObject {
  return isJsonObject(status?.[member]) ? status[member] : {};
}

async function nodeStatus({ name, version, clock }: NodeObjectOptions, before: KubeObject): Promise<JsonObject> {
  const said = conditionsOf(before);
  const own = nodeConditions(said, scarceBefore(said), clock.now());
  const others = said.filter(({ type }) => !own.some((condition) => condition['type'] === type));
  return {
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: name },
    ],
    conditions: [...others, ...own],
    nodeInfo: {
      architecture: ARCHITECTURE,
      bootID: await wordIn('/proc/sys/kernel/random/boot_id'),
      containerRuntimeVersion: `slipway://${version}`,
      kernelVersion: release(),
      kubeProxyVersion: '',
      kubeletVersion: KUBERNETES_VERSION,
      machineID: await wordIn('/etc/machine-id'),
      operatingSystem: process.platform,
      osImage: `${process.platform} on ${hostname()}`,
      systemUUID: '',
    },
  };
}

/** '' where the system has no such file. */
function wordIn(path: string): Promise<string> {
  return readFile(path, 'utf8').then((text) => text.trim(), () => '');
}
