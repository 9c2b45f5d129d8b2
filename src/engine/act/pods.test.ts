import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureStatus, silentLog, systemClock, type KubeObject, type ObjectApi, type Outcome } from '../../base/mod.ts';
import type { Informer } from '../../client/mod.ts';
import { PodRequests } from './pods.ts';

test('an answer that comes after the Pod was seen leaves nothing behind', async () => {
  let answer!: (outcome: Outcome<KubeObject>) => void;
  const api = { create: () => new Promise<Outcome<KubeObject>>((resolve) => (answer = resolve)) } as unknown as ObjectApi;
  const pods = { get: () => undefined } as unknown as Informer;
  const requests = new PodRequests({ api, pods, clock: systemClock, log: silentLog });
  const created = requests.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'step', namespace: 'kubeflow' } });
  assert.equal(requests.count, 1);
  requests.forget('kubeflow', 'step');
  answer({ ok: false, status: failureStatus('Timeout', 'the answer was lost') });
  assert.equal(await created, 'existed');
  assert.equal(requests.count, 0);
});

test('requests for one Pod go one after the other, those for others at once', async () => {
  const sent: string[] = [];
  const answers: (() => void)[] = [];
  const send = (verb: string, name: string) =>
    new Promise<Outcome<KubeObject>>((resolve) => {
      sent.push(`${verb} ${name}`);
      answers.push(() => resolve({ ok: true, value: podOf(name) }));
    });
  const podOf = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'kubeflow' } });
  const api = { create: (_type: unknown, _namespace: string, pod: KubeObject) => send('create', pod.metadata.name), delete: ({ name }: { name: string }) => send('delete', name) } as unknown as ObjectApi;
  const requests = new PodRequests({ api, pods: { get: () => undefined } as unknown as Informer, clock: systemClock, log: silentLog });
  const first = requests.create(podOf('step'));
  requests.forget('kubeflow', 'step');
  const rest = [requests.create(podOf('step')), requests.delete('kubeflow', 'step'), requests.create(podOf('other'))];
  assert.deepEqual(sent, ['create step', 'create other']);
  answers[0]!();
  await first;
  answers[1]!();
  await rest[2];
  assert.deepEqual(sent, ['create step', 'create other', 'create step']);
  answers[2]!();
  await rest[0];
  await new Promise(setImmediate);
  assert.deepEqual(sent.at(-1), 'delete step');
  answers[3]!();
  await Promise.all(rest);
});

test('a Pod that was refused is asked for again after its pause, whatever becomes of the clock', async () => {
  let [steadyMs, offsetMs] = [1_000, 5_000_000];
  const clock = { ...systemClock, now: () => steadyMs + offsetMs, steadyMs: () => steadyMs };
  const api = { create: async () => ({ ok: false, status: failureStatus('Forbidden', 'exceeded quota: small') }) } as unknown as ObjectApi;
  const requests = new PodRequests({ api, pods: { get: () => undefined } as unknown as Informer, clock, log: silentLog });
  assert.equal(await requests.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'step', namespace: 'kubeflow' } }), 'refused');
  const leftMs = () => {
    const request = requests.get('kubeflow', 'step');
    return request?.kind === 'postponed' ? request.retryAtMs - clock.now() : undefined;
  };
  assert.equal(leftMs(), 250);
  offsetMs -= 3_600_000;
  steadyMs += 100;
  assert.equal(leftMs(), 150);
});
