// Why a Pod can't go to a node: upstream's words, which tools count, and a plain sentence; pure. The order is upstream's: the
// first test that fails speaks.
import { fieldOf, isDevice, isGpu, itemsAt, labelsOf, textAt } from '../../../api/mod.ts';
import type { HostPort, PodDemand } from './demand.ts';
import { amountText, holdersText } from './amounts.ts';
import { isSelected } from '../../node-affinity.ts';
import type { NodeRoom } from './node-room.ts';
import { lasting, passing, type Obstacle } from './obstacle.ts';
import { claimObstacle } from './pod-claims.ts';
import { podAffinityObstacle, type Surroundings } from './pod-affinity.ts';
import { spreadObstacle } from './topology-spread.ts';
import { untoleratedTaint } from '../../taints.ts';

export function obstaclesOf(demand: PodDemand, room: NodeRoom, surroundings: Surroundings): readonly Obstacle[] {
  const { spec } = demand.pod;
  const { node, name } = room;
  if (!room.isReady) return [lasting('node(s) were not ready', `${name} is not ready`)];
  const taint = untoleratedTaint(itemsAt(node, 'spec', 'taints'), itemsAt(spec, 'tolerations'));
  const isCordoned = fieldOf(node, 'spec', 'unschedulable') === true;
  if (isCordoned && (taint === undefined || taint.key === 'node.kubernetes.io/unschedulable') && !toleratesCordon(spec)) {
    return [lasting('node(s) were unschedulable', `${name} takes no new Pods until somebody calls \`kubectl uncordon ${name}\``)];
  }
  if (taint !== undefined) {
    const text = `${taint.key}${taint.value === '' ? '' : `=${taint.value}`}`;
    return [lasting(`node(s) had untolerated taint {${taint.key}: ${taint.value}}`, `${name} has the taint ${text}:${taint.effect}, which it does not tolerate`)];
  }
  if (!isSelected(demand.pod, node)) {
    return [lasting("node(s) didn't match Pod's node affinity/selector", `${name} does not have the labels that it wants: ${wantedLabels(demand)}`)];
  }
  const port = takenPort(demand, room);
  if (port !== undefined) {
    return [passing("node(s) didn't have free ports for the requested pod ports", `port ${port.port} of ${name} (hostPort) is taken by ${port.holder}`)];
  }
  const claim = claimObstacle(demand, room, surroundings.storage);
  if (claim !== undefined) return [claim];
  const device = deviceClaimObstacle(demand);
  if (device !== undefined) return [device];
  const scarce = [...demand.amounts].filter(([resource, amount]) => amount > 0 && amount > room.free(resource));
  if (scarce.length > 0) return scarce.map(([resource, amount]) => scarcity(resource, amount, room));
  const apart = spreadObstacle(demand, room, surroundings.rooms) ?? podAffinityObstacle(demand, room, surroundings);
  return apart === undefined ? [] : [apart];
}

function toleratesCordon(spec: PodDemand['pod']['spec']): boolean {
  const cordon = [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }];
  return untoleratedTaint(cordon, itemsAt(spec, 'tolerations')) === undefined;
}

function wantedLabels({ pod }: PodDemand): string {
  const selector = Object.entries(labelsOf(fieldOf(pod, 'spec', 'nodeSelector'))).map(([label, value]) => `${label}=${value}`);
  const hasAffinity = fieldOf(pod, 'spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution') !== undefined;
  return [...selector, ...(hasAffinity ? ['those of its node affinity'] : [])].join(', ');
}

function takenPort({ ports }: PodDemand, room: NodeRoom): { readonly port: number; readonly holder: string } | undefined {
  if (ports.length === 0) return undefined;
  for (const holder of room.pods.values()) {
    const taken = ports.find((wanted) => holder.ports.some((held) => collide(wanted, held)));
    if (taken !== undefined) return { port: taken.port, holder: holder.name };
  }
  return undefined;
}

function collide(a: HostPort, b: HostPort): boolean {
  const isAnywhere = [a.ip, b.ip].some((ip) => ip === '' || ip === '0.0.0.0' || ip === '::');
  return a.port === b.port && a.protocol === b.protocol && (isAnywhere || a.ip === b.ip);
}

/** Devices that drivers give out (resource.k8s.io): no driver runs here. */
function deviceClaimObstacle({ pod }: PodDemand): Obstacle | undefined {
  const [claim] = itemsAt(pod, 'spec', 'resourceClaims');
  if (claim === undefined) return undefined;
  const clause = `it asks for a device by the resource claim ${textAt(claim, '', 'name')}, and Slipway gives out none that way: ask for it in the limits of a container, for example by nvidia.com/gpu`;
  return lasting('cannot allocate all claims', clause);
}

function scarcity(resource: string, amount: number, room: NodeRoom): Obstacle {
  const { name } = room;
  const offered = room.offered(resource);
  if (resource === 'pods') return passing('Too many pods', `${name} runs as many Pods as it takes`);
  const reason = `Insufficient ${resource}`;
  const has = offered === 0 ? 'none' : amountText(resource, offered);
  const asks = `it asks for ${amountText(resource, amount)}`;
  if (amount > offered) return { ...lasting(reason, `${asks}, and ${name} has ${has}: ${wayOut(resource)}`), ...(isDevice(resource) ? { isOutOfDevices: true } : {}) };
  return passing(reason, `${asks}; ${name} has ${has}, held by ${holdersText(resource, room.pods.values())}`);
}

function wayOut(resource: string): string {
  if (resource === 'cpu' || resource === 'memory') return 'ask for less, or start Slipway with --overcommit true';
  if (isGpu(resource)) return 'run it on a machine that has them, or start Slipway with --gpu cpu-fallback to run it without';
  return resource === 'ephemeral-storage' ? 'ask for less, or free some of the disk' : 'run it on a machine that has them';
}
