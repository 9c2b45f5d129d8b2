// Checks by HTTP against a server of this machine.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { after, before, test } from 'node:test';
import { systemClock, until } from '../../base/mod.ts';
import { dialDirectly } from '../network/dial.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { probesOf } from './probe-spec.ts';
import { runProbe, type ProbeOutcome } from './run-probe.ts';

const asked: (string | undefined)[] = [];
const server = createServer((request, response) => {
  asked.push(request.url);
  const location = new URL(request.url ?? '/', 'http://localhost').searchParams.get('to');
  response.writeHead(location === null ? (request.url === '/sick' ? 500 : 200) : 302, location === null ? {} : { location: location === 'itself' ? request.url : location }).end();
});
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => server.close());

function probe(httpGet: object): Promise<ProbeOutcome> {
  const { port } = server.address() as AddressInfo;
  const { readiness } = probesOf({ readinessProbe: { timeoutSeconds: 20, httpGet: { port, ...httpGet } } });
  const target = { runtime: {} as Runtime, containerId: '', dial: (at: number) => dialDirectly('127.0.0.1', at), clock: systemClock };
  return runProbe(readiness!, target, new AbortController().signal);
}

test('a path is escaped as a browser does', async () => {
  assert.deepEqual(await probe({ path: '/a b/ü?c=d&e=f g' }), {});
  assert.deepEqual(await probe({ path: '//deep' }), {});
  assert.deepEqual(asked, ['/a%20b/%C3%BC?c=d&e=f%20g', '//deep']);
});

test('a request that can not be sent fails, and leaves no connection open', async () => {
  for (let attempt = 0; attempt < 3; attempt++) assert.match((await probe({ path: '/', httpHeaders: [{ name: 'X', value: 'a\nb' }] })).problem ?? '', /header/i);
  await until('the connections to be closed', async () => (await promisify(server.getConnections.bind(server))()) === 0);
});

test('a redirect is followed to the same host, whatever waits there; one that leads away, or on and on, is a warning', async () => {
  assert.deepEqual(await probe({ path: '/?to=/well' }), {});
  assert.deepEqual(await probe({ path: '/?to=/sick' }), { problem: 'HTTP probe failed with statuscode: 500' });
  const { port } = server.address() as AddressInfo;
  assert.deepEqual(await probe({ path: `/?to=http://localhost:${port}/sick` }), { problem: 'HTTP probe failed with statuscode: 500' });
  assert.deepEqual(await probe({ path: '/?to=http://example.com/' }), { warning: 'Probe terminated redirects' });
  const before = asked.length;
  assert.deepEqual(await probe({ path: '/?to=itself' }), { warning: 'Probe terminated redirects' });
  assert.equal(asked.length - before, 11);
});
