// The usage port: what `server` asks of whoever measures Pods and the machine beneath them, for metrics.k8s.io (`kubectl top`).
// `node` implements it, `main` wires it.
import type { Outcome } from './outcome.ts';

export interface Usage {
  /** Billionths of a processor, the mean of the window. */
  readonly cpuNanocores: number;
  /** At the end of the window: what would be free without it. */
  readonly memoryBytes: number;
}

export interface ContainerUsage extends Usage {
  readonly podUid: string;
  readonly container: string;
}

export interface UsageReport {
  /** The end of the window, in wall time. */
  readonly measuredAtMs: number;
  readonly windowMs: number;
  /** The machine as a whole, by the name of its Node. */
  readonly node: Usage & { readonly name: string };
  /** Those that run. */
  readonly containers: readonly ContainerUsage[];
}

export interface UsageMeter {
  /** Takes a moment when nobody asked before. ServiceUnavailable while nothing can be measured. */
  measure(): Promise<Outcome<UsageReport>>;
}
