// Logs of Pods by HTTP: which container, and which options.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { success } from '../../base/mod.ts';
import { httpServer } from '../testing/http-client.ts';
import { logKubelet } from '../testing/log-kubelet.ts';
import { pod, PODS } from '../testing/test-server.ts';

const POD_PATH = '/api/v1/namespaces/default/pods';

test('logs go through the kubelet, with a container that exists', async (t) => {
  const asked: unknown[] = [];
  const kubelet = logKubelet(async (_pod, { signal: _signal, ...options }) => {
    asked.push(options);
    return success(
      (async function* () {
        yield Buffer.from('hello\n');
      })(),
    );
  });
  const { call, objectApi } = await httpServer(t, { kubelet });
  await objectApi.create(PODS, 'default', pod('one'));
  await objectApi.create(PODS, 'default', pod('two', { containers: [{ name: 'a', image: 'i' }, { name: 'b', image: 'i' }] }));
  const log = await call('GET', `${POD_PATH}/one/log?follow=True&tailLines=5&timestamps=false`, { accept: 'text/plain' });
  assert.equal(log.text, 'hello\n');
  assert.equal(log.headers.get('content-type'), 'text/plain');
  assert.deepEqual(asked, [{ container: 'main', follow: true, tailLines: 5, timestamps: false }]);
  assert.equal((await call('GET', `${POD_PATH}/two/log`)).json['message'], 'a container name must be specified for pod two, choose one of: [a b]');
  assert.equal((await call('GET', `${POD_PATH}/two/log?container=c`)).json['message'], 'container c is not valid for pod two');
  assert.equal((await call('GET', `${POD_PATH}/two/log?container=b`)).text, 'hello\n');
  assert.equal((await call('GET', `${POD_PATH}/none/log`)).code, 404);
});

test('a log that nobody can mean is refused: numbers below what counts, two beginnings, a time that is none', async (t) => {
  const { call, objectApi } = await httpServer(t, { kubelet: logKubelet(async () => success((async function* () {})())) });
  await objectApi.create(PODS, 'default', pod('one'));
  const told = async (query: string) => {
    const { code, json } = await call('GET', `${POD_PATH}/one/log?${query}`);
    return `${code} ${String(json['message'])}`;
  };
  assert.equal(await told('tailLines=-1'), '422 PodLogOptions "one" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0');
  assert.equal(await told('limitBytes=0'), '422 PodLogOptions "one" is invalid: limitBytes: Invalid value: 0: must be greater than 0');
  assert.equal(await told('sinceSeconds=0'), '422 PodLogOptions "one" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0');
  assert.match(await told('sinceSeconds=1&sinceTime=2030-01-01T00:00:00Z'), /^422 .*at most one of `sinceTime` or `sinceSeconds` may be specified$/);
  assert.match(await told('sinceTime=yesterday'), /^400 sinceTime: Invalid value/);
  assert.equal((await call('GET', `${POD_PATH}/one/log?tailLines=0&sinceTime=2030-01-01T00:00:00%2B01:00`)).code, 200);
});
