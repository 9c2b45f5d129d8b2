// The port of what a kubelet serves about its node over HTTP, for `nodes/…/proxy`. `node` implements it, `main` wires it.
import type { Outcome } from './outcome.ts';

export interface NodeReport {
  readonly contentType: string;
  readonly body: string;
}

export interface NodeReports {
  readonly nodeName: string;
  /** As a kubelet names them: `stats/summary`. */
  readonly paths: readonly string[];
  /** Undefined when there is none of that path. ServiceUnavailable while nothing can be measured. */
  read(path: string, query: URLSearchParams): Promise<Outcome<NodeReport>> | undefined;
}
