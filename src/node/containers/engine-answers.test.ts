// What engines say, in their own shapes: states of containers, progress of pulls, frames of outputs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { criLineOf, lastLine, newLines } from './engine-logs.ts';
import { engineCandidates } from './find-engine.ts';
import { listedContainerOf } from './listed-container.ts';
import { PullProgress } from './pull-progress.ts';
import { FrameReader } from './stream-frames.ts';

function container(state: JsonObject): JsonObject {
  const Labels = { 'slipway.container-id': 'uid/main/0', 'slipway.pod-uid': 'uid', 'slipway.exit-file': '/exit' };
  return { State: { Pid: 0, StartedAt: '2026-01-02T03:04:05.123456789Z', FinishedAt: '0001-01-01T00:00:00Z', ExitCode: 0, ...state }, Config: { Labels } };
}

test('a running container', () => {
  const startedAtMs = Date.UTC(2026, 0, 2, 3, 4, 5, 123);
  const expected = { id: 'uid/main/0', podUid: 'uid', exitFile: '/exit', pid: 42, startTime: 0, startedAtMs, state: 'running' };
  assert.deepEqual(listedContainerOf(container({ Status: 'running', Pid: 42 }), 'boot'), expected);
});

test('an ended one has its exit; memory that ran out is said', () => {
  const exit = listedContainerOf(container({ Status: 'exited', ExitCode: 137, OOMKilled: true, FinishedAt: '2026-01-02T03:04:06+00:00' }), 'boot')?.exit;
  assert.deepEqual([exit?.code, exit?.overLimit, exit?.bootId, exit?.finishedAtMs], [137, 'memory', 'boot', Date.UTC(2026, 0, 2, 3, 4, 6)]);
});

test('one that never started is not there', () => {
  assert.equal(listedContainerOf(container({ Status: 'created', StartedAt: '0001-01-01T00:00:00Z' }), 'boot'), undefined);
  assert.equal(listedContainerOf(container({ Status: 'exited', StartedAt: '0001-01-01T00:00:00Z' }), 'boot'), undefined);
});

test('the layers of a pull are added up', () => {
  const progress = new PullProgress();
  const take = (id: string, current: number, total?: number) => progress.take({ id, status: 'Downloading', progressDetail: { current, ...(total === undefined ? {} : { total }) } });
  take('a', 10, 100);
  take('b', 5);
  take('a', 60, 100);
  progress.take({ id: 'a', status: 'Extracting', progressDetail: { current: 1, total: 1000 } });
  progress.take({ status: 'Pulling from library/x' });
  assert.deepEqual([progress.doneBytes, progress.totalBytes], [65, 105]);
});

test('frames come whole, however the bytes are cut', () => {
  const frame = (stream: number, text: string) => Buffer.concat([Buffer.from([stream, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)]);
  const bytes = Buffer.concat([frame(1, 'out'), frame(2, ''), frame(2, 'err'), frame(1, 'more')]);
  for (let size = 1; size <= bytes.length; size++) {
    const reader = new FrameReader();
    const frames = [];
    for (let at = 0; at < bytes.length; at += size) frames.push(...reader.take(bytes.subarray(at, at + size)));
    assert.deepEqual(frames.map(({ stream, bytes: text }) => `${stream}:${text.toString()}`), ['stdout:out', 'stderr:', 'stderr:err', 'stdout:more'], `in pieces of ${size}`);
  }
});

test('engines are looked for where the user says, then podman, then Docker', () => {
  assert.deepEqual(engineCandidates('off', {}), []);
  assert.deepEqual(engineCandidates('/my.sock', {}), [{ kind: 'socket', path: '/my.sock' }]);
  const variables = { DOCKER_HOST: 'unix:///named.sock', CONTAINER_HOST: 'ssh://elsewhere', XDG_RUNTIME_DIR: '/run/user/7', HOME: '/home/me' };
  assert.deepEqual(engineCandidates('auto', variables).map((candidate) => (candidate.kind === 'socket' ? candidate.path : 'own podman')), [
    '/named.sock',
    '/run/user/7/podman/podman.sock',
    '/run/podman/podman.sock',
    'own podman',
    '/run/user/7/docker.sock',
    '/var/run/docker.sock',
    '/home/me/.docker/run/docker.sock',
  ]);
});

test('a log that the engine keeps becomes lines in CRI format, and is copied on behind its last line', () => {
  const line = (text: string) => criLineOf({ stream: 'stderr', bytes: Buffer.from(text) });
  const [early, time, late] = ['2026-01-02T03:04:04Z', '2026-01-02T03:04:05.000000007Z', '2026-01-02T03:04:05.000000008Z'];
  assert.equal(line(`${time} two words\n`), `${time} stderr F two words\n`);
  assert.equal(line(`${time} unfinished`), `${time} stderr P unfinished\n`);
  assert.equal(line(`${time} \n`), `${time} stderr F \n`);
  const copied = (last: string | undefined, texts: readonly string[]) => texts.map((text) => line(`${text}\n`)).filter(newLines(last)).map((text) => text.split(' ').at(-1)!.trim());
  const texts = [`${early} a`, `${time} b`, `${time} c`, `${time} d`, `${late} e`];
  assert.deepEqual(copied(undefined, texts), ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(copied(line(`${time} c\n`), texts), ['d', 'e']);
  assert.deepEqual(copied(line(`${time} gone\n`), texts), ['e']);
  assert.equal(lastLine(`${early} stdout F a\n${time} stdout F b\n2027-01-0`), `${time} stdout F b\n`);
  assert.deepEqual([lastLine('torn'), lastLine('')], [undefined, undefined]);
});
