import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../base/mod.ts';
import { podColumns } from './pod-columns.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const CREATED = '2026-01-01T00:00:00Z';

function cells(pod: { metadata?: object; spec?: object; status?: object }): readonly unknown[] {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', creationTimestamp: CREATED, ...pod.metadata },
    spec: { containers: [{ name: 'a' }, { name: 'b' }], ...pod.spec },
    status: { phase: 'Running', ...pod.status },
  } as unknown as KubeObject;
  return podColumns.map((column) => column.cell(object, NOW));
}

/** Ready, Status and Restarts. */
function summary(pod: Parameters<typeof cells>[0]): string {
  return cells(pod).slice(1, 4).join(' ');
}

const running = { ready: true, restartCount: 0, state: { running: {} } };
const terminated = (exitCode: number, more: object = {}) => ({ ready: false, restartCount: 0, state: { terminated: { exitCode, ...more } } });
const waiting = (reason: string) => ({ ready: false, restartCount: 0, state: { waiting: { reason } } });
const initialized = { conditions: [{ type: 'Initialized', status: 'True' }] };

test('a running Pod, wide', () => {
  const status = { containerStatuses: [running, running], podIPs: [{ ip: '10.0.0.1' }], conditions: [{ type: 'x/gate', status: 'True' }] };
  const spec = { nodeName: 'local', readinessGates: [{ conditionType: 'x/gate' }, { conditionType: 'y/gate' }] };
  assert.deepEqual(cells({ spec, status }), ['p', '2/2', 'Running', '0', '10m', '10.0.0.1', 'local', '<none>', '1/2']);
  assert.deepEqual(cells({ status: { phase: 'Pending' } }), ['p', '0/2', 'Pending', '0', '10m', '<none>', '<none>', '<none>', '<none>']);
});

test('the word under Status', () => {
  const expectations: readonly (readonly [Parameters<typeof cells>[0], string])[] = [
    [{ status: { phase: 'Pending', containerStatuses: [waiting('ContainerCreating'), waiting('ImagePullBackOff')] } }, '0/2 ContainerCreating 0'],
    [{ status: { phase: 'Succeeded', containerStatuses: [terminated(0, { reason: 'Completed' }), terminated(0, { reason: 'Completed' })] } }, '0/2 Completed 0'],
    [{ status: { phase: 'Failed', containerStatuses: [terminated(0, { reason: 'Completed' }), terminated(1, { reason: 'Error' })] } }, '0/2 Error 0'],
    [{ status: { phase: 'Failed', containerStatuses: [terminated(7)] } }, '0/2 ExitCode:7 0'],
    [{ status: { phase: 'Failed', containerStatuses: [terminated(137, { signal: 9 })] } }, '0/2 Signal:9 0'],
    [{ status: { phase: 'Failed', reason: 'Evicted' } }, '0/2 Evicted 0'],
    [{ status: { containerStatuses: [terminated(0, { reason: 'Completed' }), running] } }, '1/2 NotReady 0'],
    [{ status: { containerStatuses: [terminated(0, { reason: 'Completed' }), running], conditions: [{ type: 'Ready', status: 'True' }] } }, '1/2 Running 0'],
    [{ status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] } }, '0/2 SchedulingGated 0'],
    [{ metadata: { deletionTimestamp: CREATED }, status: { containerStatuses: [running, running] } }, '2/2 Terminating 0'],
    [{ metadata: { deletionTimestamp: CREATED }, status: { reason: 'NodeLost' } }, '0/2 Unknown 0'],
    [{ metadata: { deletionTimestamp: CREATED }, status: { phase: 'Succeeded' } }, '0/2 Succeeded 0'],
  ];
  for (const [pod, expected] of expectations) assert.equal(summary(pod), expected);
});

test('init containers and sidecars', () => {
  const spec = { initContainers: [{ name: 'i' }, { name: 'side', restartPolicy: 'Always' }] };
  const done = { name: 'i', ...terminated(0) };
  const side = { name: 'side', started: true, ...running };
  assert.equal(summary({ spec, status: { phase: 'Pending', initContainerStatuses: [{ name: 'i', ...running }] } }), '0/3 Init:0/2 0');
  assert.equal(summary({ spec, status: { phase: 'Pending', initContainerStatuses: [done, { name: 'side', state: {} }] } }), '0/3 Init:1/2 0');
  assert.equal(summary({ spec, status: { phase: 'Pending', initContainerStatuses: [{ name: 'i', ...waiting('ImagePullBackOff') }] } }), '0/3 Init:ImagePullBackOff 0');
  assert.equal(summary({ spec, status: { phase: 'Failed', initContainerStatuses: [{ name: 'i', ...terminated(3, { reason: 'Error' }) }] } }), '0/3 Init:Error 0');
  assert.equal(summary({ spec, status: { phase: 'Failed', initContainerStatuses: [{ name: 'i', ...terminated(3) }] } }), '0/3 Init:ExitCode:3 0');
  assert.equal(summary({ spec, status: { ...initialized, initContainerStatuses: [done, side], containerStatuses: [running, running] } }), '3/3 Running 0');
});

test('restarts are counted, with the age of the last', () => {
  const restarted = (finishedAt: string) => ({ ...waiting('CrashLoopBackOff'), restartCount: 2, lastState: { terminated: { exitCode: 1, finishedAt } } });
  const status = { containerStatuses: [restarted('2026-01-01T00:05:00Z'), restarted('2026-01-01T00:08:00Z')] };
  assert.equal(summary({ status }), '0/2 CrashLoopBackOff 4 (2m ago)');
  assert.equal(summary({ status: { containerStatuses: [{ ...running, restartCount: 3 }] } }), '1/2 Running 3');
});
