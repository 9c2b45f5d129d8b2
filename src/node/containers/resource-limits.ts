// Requests and limits of a container in the engine's units; pure.
import { isJsonObject, type KubeObject } from '../../base/mod.ts';
import { parseQuantity, quantityToNumber } from '../../expr/mod.ts';
import { containerJson } from './security.ts';

export interface ResourceLimits {
  readonly memoryBytes?: number;
  readonly nanoCpus?: number;
  /** The kubelet's: 1024 for each processor that is requested. */
  readonly cpuShares?: number;
}

const CPU_SHARES_MIN = 2;

export function limitsOf(pod: KubeObject, container: string): ResourceLimits {
  const resources = containerJson(pod, container)['resources'];
  const { limits, requests } = isJsonObject(resources) ? resources : {};
  const memory = amountOf(limits, 'memory');
  const cpu = amountOf(limits, 'cpu');
  const requested = amountOf(requests, 'cpu') ?? cpu;
  return {
    ...(memory === undefined ? {} : { memoryBytes: Math.ceil(memory) }),
    ...(cpu === undefined ? {} : { nanoCpus: Math.round(cpu * 1e9) }),
    ...(requested === undefined ? {} : { cpuShares: Math.max(CPU_SHARES_MIN, Math.round(requested * 1024)) }),
  };
}

/** Undefined when it is absent or zero, which means no limit. */
function amountOf(amounts: unknown, name: string): number | undefined {
  const text = isJsonObject(amounts) ? amounts[name] : undefined;
  const parsed = typeof text === 'string' || typeof text === 'number' ? parseQuantity(String(text)) : undefined;
  return parsed?.ok === true && quantityToNumber(parsed.value) > 0 ? quantityToNumber(parsed.value) : undefined;
}
