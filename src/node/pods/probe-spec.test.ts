import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countResult, initialWaitMs, NO_RESULTS, probesOf, restMs, type ProbeSpec } from './probe-spec.ts';

test('a probe with the defaults of upstream, and one with everything', () => {
  const probes = probesOf({
    ports: [{ name: 'web', containerPort: 8080 }],
    livenessProbe: { tcpSocket: { port: 5432 } },
    readinessProbe: { httpGet: { path: 'ok', port: 'web', scheme: 'HTTPS', httpHeaders: [{ name: 'A', value: 'b' }] }, periodSeconds: 2, timeoutSeconds: 3, initialDelaySeconds: 4 },
    startupProbe: { grpc: { port: 9000 } },
  });
  assert.deepEqual(probes.liveness, { check: { kind: 'tcp', port: 5432 }, initialDelayMs: 0, periodMs: 10_000, timeoutMs: 1000, successThreshold: 1, failureThreshold: 3 });
  assert.deepEqual(probes.readiness?.check, { kind: 'http', port: 8080, isTls: true, path: '/ok', headers: { A: 'b' } });
  assert.deepEqual([probes.readiness?.periodMs, probes.readiness?.timeoutMs, probes.readiness?.initialDelayMs], [2000, 3000, 4000]);
  assert.deepEqual(probes.startup?.check, { kind: 'grpc', port: 9000, service: '' });
});

test('verdicts need as many results in a row as the thresholds say', () => {
  const probe = { successThreshold: 2, failureThreshold: 3 } as ProbeSpec;
  let count = NO_RESULTS;
  const verdicts = [true, true, false, false, true, false, false, false].map((isOk) => {
    const result = countResult(count, isOk, probe);
    ({ count } = result);
    return result.verdict;
  });
  assert.deepEqual(verdicts, [undefined, 'passed', undefined, undefined, undefined, undefined, undefined, 'failed']);
});

test('the initial delay counts from the start of the container; a probe comes each period, and rests when it takes long', () => {
  const { liveness } = probesOf({ livenessProbe: { tcpSocket: { port: 1 }, initialDelaySeconds: 30, periodSeconds: 10 } });
  assert.deepEqual([0, 12_000, 60_000, -5_000].map((ranMs) => initialWaitMs(liveness!, ranMs)), [30_000, 18_000, 0, 30_000]);
  assert.deepEqual([0, 2_000, 8_000, 25_000].map((tookMs) => restMs(liveness!, tookMs)), [10_000, 8_000, 8_000, 10_000]);
});
