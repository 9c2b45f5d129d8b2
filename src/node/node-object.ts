// The Node object: what this machine has, for `kubectl get nodes` and for the scheduler.
import { mkdir } from 'node:fs/promises';
import { arch, hostname, release } from 'node:os';
import { Failure, isJsonObject, toRfc3339, type Clock, type JsonObject, type KubeObject, type ObjectApi } from '../base/mod.ts';
import type { DeviceIds } from './devices/device-shares.ts';
import { PRESSURES } from './node-conditions.ts';
import { capacityOf, readMachine, replacing, type Capacity } from './node-capacity.ts';

const NODES = { group: '', version: 'v1', resource: 'nodes' } as const;

export interface NodeObjectOptions {
  readonly api: ObjectApi;
  readonly name: string;
  readonly version: string;
  readonly podsDirectory: string;
  readonly devices: DeviceIds;
  readonly clock: Clock;
}

/** Creates the Node, or brings its status up to date; what of the machine Pods may ask for. */
export async function registerNode(options: NodeObjectOptions): Promise<JsonObject> {
  const { api, name } = options;
  const labels = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': process.platform,
    'kubernetes.io/arch': arch() === 'x64' ? 'amd64' : arch(),
    'node-role.kubernetes.io/control-plane': '',
  };
  const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec: {} };
  const created = await api.create(NODES, undefined, node);
  if (!created.ok && created.status.reason !== 'AlreadyExists') throw new Failure(created.status.reason, created.status.message);
  const ref = { type: NODES, name };
  const found = await api.get(ref);
  const { capacity, allocatable } = await resourcesOf(options);
  const earlier = (member: string): JsonObject => fieldOfStatus(found.ok ? found.value : node, member);
  const status = { ...nodeStatus(options), capacity: replacing(capacity, earlier('capacity')), allocatable: replacing(allocatable, earlier('allocatable')) };
  const patched = await api.patch(ref, 'merge', { status }, { subresource: 'status' });
  if (!patched.ok) throw new Failure(patched.status.reason, patched.status.message);
  return allocatable;
}

async function resourcesOf({ podsDirectory, devices }: NodeObjectOptions): Promise<Capacity> {
  await mkdir(podsDirectory, { recursive: true });
  return capacityOf(await readMachine(podsDirectory), devices);
}

function fieldOfStatus({ status }: KubeObject, member: string): JsonObject {
  return isJsonObject(status?.[member]) ? status[member] : {};
}

function nodeStatus({ name, version, clock }: NodeObjectOptions): JsonObject {
  const now = toRfc3339(clock.now());
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  });
  return {
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: name },
    ],
    conditions: [
      ...Object.values(PRESSURES).map((pressure) => condition(pressure.condition, 'False', ...pressure.enough)),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'process ids are available'),
      condition('Ready', 'True', 'KubeletReady', 'the node runs Pods as processes of this machine'),
    ],
    nodeInfo: {
      architecture: arch() === 'x64' ? 'amd64' : arch(),
      bootID: '',
      containerRuntimeVersion: `slipway://${version}`,
      kernelVersion: release(),
      kubeProxyVersion: '',
      kubeletVersion: `v1.32.0-slipway.${version}`,
      machineID: '',
      operatingSystem: process.platform,
      osImage: `${process.platform} on ${hostname()}`,
      systemUUID: '',
    },
  };
}
