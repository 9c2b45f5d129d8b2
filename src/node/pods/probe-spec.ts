// Probes as typed views, and what a row of their results means; pure. Defaults as upstream.
import { isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';

export type ProbeCheck =
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | { readonly kind: 'http'; readonly isTls: boolean; readonly host?: string; readonly port: number; readonly path: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'tcp'; readonly host?: string; readonly port: number }
  | { readonly kind: 'grpc'; readonly port: number; readonly service: string };

export interface ProbeSpec {
  readonly check: ProbeCheck;
  readonly initialDelayMs: number;
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /** Of a container that this probe ends; the Pod's when undefined. */
  readonly graceMs?: number;
}

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

export type Probes = { readonly [K in ProbeKind]?: ProbeSpec };

export interface ProbeCount {
  readonly successes: number;
  readonly failures: number;
}

export const NO_RESULTS: ProbeCount = { successes: 0, failures: 0 };

export function probesOf(container: JsonObject): Probes {
  const probes = { startup: 'startupProbe', liveness: 'livenessProbe', readiness: 'readinessProbe' } as const;
  return Object.fromEntries(
    Object.entries(probes).flatMap(([kind, field]) => {
      const probe = container[field];
      const check = isJsonObject(probe) ? checkOf(probe, container) : undefined;
      return check === undefined ? [] : [[kind, probeOf(probe as JsonObject, check)]];
    }),
  );
}

function probeOf(probe: JsonObject, check: ProbeCheck): ProbeSpec {
  const number = (name: string, fallback: number) => (typeof probe[name] === 'number' ? probe[name] : fallback);
  return {
    check,
    initialDelayMs: number('initialDelaySeconds', 0) * 1000,
    periodMs: Math.max(1, number('periodSeconds', 10)) * 1000,
    timeoutMs: Math.max(1, number('timeoutSeconds', 1)) * 1000,
    successThreshold: Math.max(1, number('successThreshold', 1)),
    failureThreshold: Math.max(1, number('failureThreshold', 3)),
    ...(typeof probe['terminationGracePeriodSeconds'] === 'number' ? { graceMs: probe['terminationGracePeriodSeconds'] * 1000 } : {}),
  };
}

/** What to check, of a probe or a hook. */
export function checkOf({ exec, grpc, httpGet, tcpSocket }: JsonObject, container: JsonObject): ProbeCheck | undefined {
  if (isJsonObject(exec)) return { kind: 'exec', command: Array.isArray(exec['command']) ? exec['command'].map(String) : [] };
  if (isJsonObject(grpc)) return { kind: 'grpc', port: portOf(grpc['port'], container), service: typeof grpc['service'] === 'string' ? grpc['service'] : '' };
  const target = isJsonObject(httpGet) ? httpGet : tcpSocket;
  if (!isJsonObject(target)) return undefined;
  const place = { port: portOf(target['port'], container), ...(typeof target['host'] === 'string' && target['host'] !== '' ? { host: target['host'] } : {}) };
  if (target !== httpGet) return { kind: 'tcp', ...place };
  const path = typeof target['path'] === 'string' ? target['path'] : '/';
  const headers = Array.isArray(target['httpHeaders']) ? target['httpHeaders'].filter((header) => isJsonObject(header)) : [];
  return {
    kind: 'http',
    ...place,
    isTls: target['scheme'] === 'HTTPS',
    path: path.startsWith('/') ? path : `/${path}`,
    headers: Object.fromEntries(headers.map((header) => [String(header['name']), String(header['value'])])),
  };
}

/** A number, or the name of one of the container's ports; 0, where nothing can listen, when there is no such port. */
function portOf(port: Json | undefined, container: JsonObject): number {
  if (typeof port === 'number') return port;
  const named = Array.isArray(container['ports']) ? container['ports'].find((item) => isJsonObject(item) && item['name'] === port) : undefined;
  return isJsonObject(named) && typeof named['containerPort'] === 'number' ? named['containerPort'] : Number(port) || 0;
}

/** The delay counts from the start of the container, whatever it has done meanwhile: a startup probe, a restart of the server. */
export function initialWaitMs({ initialDelayMs }: ProbeSpec, ranMs: number): number {
  return initialDelayMs - Math.min(Math.max(0, ranMs), initialDelayMs);
}

/** From period to period; one that takes long rests as long as it took, so that no probe keeps a processor busy. */
export function restMs({ periodMs }: ProbeSpec, tookMs: number): number {
  return Math.max(periodMs - tookMs, Math.min(tookMs, periodMs));
}

/** The next count, and the verdict when a threshold is reached. */
export function countResult(before: ProbeCount, isOk: boolean, probe: ProbeSpec): { readonly count: ProbeCount; readonly verdict?: 'passed' | 'failed' } {
  const count = isOk ? { successes: before.successes + 1, failures: 0 } : { successes: 0, failures: before.failures + 1 };
  if (isOk && count.successes >= probe.successThreshold) return { count, verdict: 'passed' };
  if (!isOk && count.failures >= probe.failureThreshold) return { count, verdict: 'failed' };
  return { count };
}
