// What a container may take, from its spec.
import type { KubeObject } from '../../base/mod.ts';
import { amountOf } from '../../api/mod.ts';
import { quantityToNumber } from '../../expr/mod.ts';
import type { ContainerLimits } from '../supervisor/protocol.ts';
import { objectsOf } from './pod-spec.ts';

/** `processCountMax` 0 is no limit. */
export function containerLimits({ spec }: KubeObject, container: string, processCountMax: number): ContainerLimits {
  const found = [...objectsOf(spec?.['containers']), ...objectsOf(spec?.['initContainers'])].find(({ name }) => name === container);
  const limitOf = (resource: string): number => {
    const amount = amountOf(found, 'limits', resource);
    return amount === undefined ? 0 : quantityToNumber(amount);
  };
  const [memoryBytes, cpuMilli] = [Math.floor(limitOf('memory')), Math.ceil(limitOf('cpu') * 1000)];
  return {
    ...(memoryBytes > 0 ? { memoryBytes } : {}),
    ...(cpuMilli > 0 ? { cpuMilli } : {}),
    ...(processCountMax > 0 ? { processCountMax } : {}),
  };
}
