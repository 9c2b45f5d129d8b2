// The Node object: what this machine has, for `kubectl get nodes` and for the scheduler.
import { availableParallelism, arch, hostname, totalmem, release } from 'node:os';
import { Failure, toRfc3339, type Clock, type JsonObject, type KubeObject, type ObjectApi } from '../base/mod.ts';

const NODES = { group: '', version: 'v1', resource: 'nodes' } as const;
/** A Pod is a few processes here, and steps of pipelines that wait for their slot are Pods of the node, too: memory ends first. */
const POD_COUNT_MAX = 1000;

/** Creates the Node, or brings its labels and status up to date. */
export async function registerNode(options: { api: ObjectApi; name: string; version: string; clock: Clock }): Promise<void> {
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
  const patched = await api.patch(ref, 'merge', { status: nodeStatus(name, options.version, options.clock) }, { subresource: 'status' });
  if (!patched.ok) throw new Failure(patched.status.reason, patched.status.message);
}

function nodeStatus(name: string, version: string, clock: Clock): JsonObject {
  const now = toRfc3339(clock.now());
  const resources = {
    cpu: String(availableParallelism()),
    memory: `${Math.floor(totalmem() / 1024)}Ki`,
    pods: String(POD_COUNT_MAX),
  };
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  });
  return {
    capacity: resources,
    allocatable: resources,
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: name },
    ],
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'memory is available'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'disk is available'),
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
