// Logs and watches over a WebSocket, as pages in browsers read them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { success, until } from '../../base/mod.ts';
import { httpServer } from '../testing/http-client.ts';
import { logKubelet } from '../testing/log-kubelet.ts';
import { CONFIG_MAPS, must, pod, PODS } from '../testing/test-server.ts';

const LOG = '/api/v1/namespaces/default/pods/one/log?follow=true';

function open(context: TestContext, origin: string, path: string, protocols: readonly string[] = []) {
  const webSocket = new WebSocket(origin.replace('http', 'ws') + path, [...protocols]);
  context.after(() => webSocket.terminate());
  const messages: (string | Buffer)[] = [];
  webSocket.on('message', (message, isBinary) => messages.push(isBinary ? (message as Buffer) : String(message)));
  return { webSocket, messages };
}

test('a log as bytes, in base64, and to the end; who leaves ends it', async (t) => {
  let ended: AbortSignal | undefined;
  const kubelet = logKubelet(async (_pod, { follow, signal }) =>
    success(
      (async function* () {
        yield Buffer.from('hällo\n');
        ended = signal;
        if (follow === true) await once(signal!, 'abort');
      })(),
    ),
  );
  const { listening, objectApi } = await httpServer(t, { kubelet });
  must(await objectApi.create(PODS, 'default', pod('one')));
  const plain = open(t, listening.origin, LOG);
  await until('the log', () => plain.messages.length > 0);
  assert.deepEqual(plain.messages, [Buffer.from('hällo\n')]);
  plain.webSocket.close();
  await until('the log to end', () => ended?.aborted === true);
  const encoded = open(t, listening.origin, LOG.replace('true', 'false'), ['base64.binary.k8s.io']);
  const [code] = (await once(encoded.webSocket, 'close')) as [number];
  assert.deepEqual([code, encoded.webSocket.protocol, encoded.messages], [1000, 'base64.binary.k8s.io', [Buffer.from('hällo\n').toString('base64')]]);
});

test('what can not be read, or not so, is refused before the connection changes', async (t) => {
  const { listening, objectApi } = await httpServer(t, { kubelet: logKubelet(async () => success((async function* () {})())) });
  must(await objectApi.create(PODS, 'default', pod('one')));
  const refusal = async (path: string, protocols: readonly string[] = []) => {
    const { webSocket } = open(t, listening.origin, path, protocols);
    webSocket.on('error', () => undefined);
    const [, response] = (await once(webSocket, 'unexpected-response')) as [unknown, { readonly statusCode: number }];
    return response.statusCode;
  };
  assert.equal(await refusal(LOG.replace('one', 'none')), 404);
  assert.equal(await refusal(LOG, ['v5.channel.k8s.io']), 400);
});

test('each event of a watch is one message', async (t) => {
  const { listening, objectApi } = await httpServer(t);
  const make = async (name: string) => must(await objectApi.create(CONFIG_MAPS, 'default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }));
  await make('a');
  await make('b');
  const { webSocket, messages } = open(t, listening.origin, '/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=0', ['base64.binary.k8s.io']);
  const told = () => messages.map((message) => JSON.parse(String(message)) as { readonly type: string; readonly object: { readonly metadata: { readonly name: string } } });
  await until('those that are there', () => messages.length >= 2);
  await make('c');
  await until('the new one', () => told().some(({ object }) => object.metadata.name === 'c'));
  assert.deepEqual(told().filter(({ object }) => object.metadata.name.length === 1).map(({ type, object }) => `${type} ${object.metadata.name}`), ['ADDED a', 'ADDED b', 'ADDED c']);
  assert.equal(webSocket.protocol, 'base64.binary.k8s.io');
});
