// What a container may take, from its spec.
import { objectsOf, type KubeObject } from '../../base/mod.ts';
import { amountOf, STEP_ANNOTATION } from '../../api/mod.ts';
import { quantityToNumber } from '../../expr/mod.ts';
import type { ContainerLimits } from '../supervisor/protocol.ts';

/**
 * `processCountMax` 0 is no limit. A pipeline step has it only beside limits of its own: to join a group takes the kernel 10 to 16 ms of
 * waiting, more than most of a short step.
 */
export function containerLimits(pod: KubeObject, container: string, processCountMax: number): ContainerLimits {
  const { spec } = pod;
  const found = [...objectsOf(spec?.['containers']), ...objectsOf(spec?.['initContainers'])].find(({ name }) => name === container);
  const limitOf = (resource: string): number => {
    const amount = amountOf(found, 'limits', resource);
    return amount === undefined ? 0 : quantityToNumber(amount);
  };
  const [memoryBytes, cpuMilli] = [Math.floor(limitOf('memory')), Math.ceil(limitOf('cpu') * 1000)];
  const own = { ...(memoryBytes > 0 ? { memoryBytes } : {}), ...(cpuMilli > 0 ? { cpuMilli } : {}) };
  const isStep = pod.metadata.annotations?.[STEP_ANNOTATION] !== undefined;
  const isCounted = processCountMax > 0 && (!isStep || Object.keys(own).length > 0);
  return isCounted ? { ...own, processCountMax } : own;
}
