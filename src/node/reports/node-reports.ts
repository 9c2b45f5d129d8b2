// What a kubelet serves about its node over HTTP and is missed by tools when it is not there: health, Pods, usage.
import { describeError, Failure, failureStatus, renderMetrics, success, type JsonObject, type Metric, type NodeReport, type NodeReports, type Outcome } from '../../base/mod.ts';
import { cadvisorMetrics, kubeletMetrics, resourceMetrics } from './node-metrics.ts';
import { gatherFacts, type NodeFacts, type NodeFactsOptions } from './node-facts.ts';
import { statsSummary } from './stats-summary.ts';

type MakeReport = (options: NodeFactsOptions, query: URLSearchParams) => NodeReport | Promise<NodeReport>;

const HEALTH: MakeReport = () => ({ contentType: 'text/plain; charset=utf-8', body: 'ok' });

const REPORTS: Readonly<Record<string, MakeReport>> = {
  healthz: HEALTH,
  'healthz/ping': HEALTH,
  'healthz/syncloop': HEALTH,
  pods: ({ pods }) => json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: pods() as unknown as readonly JsonObject[] }),
  'stats/summary': async (options, query) => json(statsSummary(await gatherFacts(options, true), query.get('only_cpu_and_memory') === 'true')),
  metrics: metricsOf(kubeletMetrics),
  'metrics/cadvisor': metricsOf(cadvisorMetrics),
  'metrics/resource': metricsOf(resourceMetrics),
};

export function createNodeReports(options: NodeFactsOptions): NodeReports {
  return {
    nodeName: options.nodeName,
    paths: Object.keys(REPORTS),
    read(path, query) {
      const make = Object.hasOwn(REPORTS, path) ? REPORTS[path] : undefined;
      return make === undefined ? undefined : made(async () => make(options, query));
    },
  };
}

async function made(make: () => Promise<NodeReport>): Promise<Outcome<NodeReport>> {
  try {
    return success(await make());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ok: false, status: failureStatus('ServiceUnavailable', `nothing can be measured now: ${describeError(error)}`) };
  }
}

function json(body: JsonObject): NodeReport {
  return { contentType: 'application/json', body: JSON.stringify(body) };
}

function metricsOf(metrics: (facts: NodeFacts) => readonly Metric[]): MakeReport {
  return async (options) => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: renderMetrics(metrics(await gatherFacts(options, false))) });
}
