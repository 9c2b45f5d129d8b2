// A kubelet that has logs and nothing else, for tests of the API server alone.
import { failureStatus, type Kubelet } from '../../base/mod.ts';

export function logKubelet(readLog: Kubelet['readLog']): Kubelet {
  const refuse = async () => ({ ok: false, status: failureStatus('ServiceUnavailable', 'this kubelet has only logs') }) as const;
  return { readLog, exec: refuse, attach: refuse, connect: refuse };
}
