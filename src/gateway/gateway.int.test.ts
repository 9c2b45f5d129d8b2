import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get as httpGet, request as httpRequest } from 'node:http';
import { get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { IncomingMessage } from 'node:http';
import { silentLog, systemClock, until } from '../base/mod.ts';
import { createAuthentication } from '../server/mod.ts';
import type { Route, SignedKey } from '../web/mod.ts';
import { ensureCertificates, issueClientCertificate, type Certificates } from './certificates.ts';
import { createGateway, type Gateway } from './gateway.ts';

let directory: string;
let certificates: Certificates;
let gateway: Gateway;
let port: number;
let streamEndCount = 0;

function route(method: Route['method'], path: string, handle: Route['handle'], more: Partial<Route> = {}): Route {
  return { method, path, origin: 'api', authorization: { kind: 'public', why: 'test' }, bodyBytesMax: 10, handle, ...more };
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-gateway-'));
  certificates = await ensureCertificates({ directory, hosts: ['localhost', '127.0.0.1'], clock: systemClock });
  const text = (body: string) => ({ status: 200, headers: { 'content-type': 'text/plain' }, body });
  gateway = createGateway({
    host: '127.0.0.1',
    port: 0,
    certificates,
    allowedHosts: ['slipway.example'],
    contentDomain: 'content.example',
    clock: systemClock,
    log: silentLog,
    isUser: ({ user }) => user !== 'mallory',
    authenticate: createAuthentication({ authenticateToken: () => undefined, loopbackIdentity: { user: 'local', groups: [] } }),
    routes: [
      route('GET', '/items/{id}', async (request) => text(`${request.params['id']} ${request.identity.user} ${request.isTls}`)),
      route('POST', '/items/{id}:start', async (request) => text(`start ${request.params['id']} ${(await request.body()).length}`)),
      route('GET', '/private', async ({ identity }) => text(`secret of ${[identity.user, ...identity.groups].join(' ')}`), { authorization: { kind: 'user' } }),
      route('GET', '/written/*', async (request) => text(`by a step: ${request.params['*']}`), { origin: 'content' }),
      route('GET', '/broken', async () => {
        throw new Error('a secret detail');
      }),
      route('GET', '/short', async () => ({
        status: 200,
        headers: { 'content-length': '10' },
        body: (async function* () {
          yield 'only';
        })(),
      })),
      route('GET', '/brief', async () => ({
        status: 200,
        isLive: true,
        body: (async function* () {
          yield 'all';
        })(),
      })),
      route('GET', '/stream', async (request) => ({
        status: 200,
        isLive: true,
        body: (async function* () {
          yield 'first\n';
          await new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve()));
          streamEndCount++;
        })(),
      })),
    ],
  });
  ({ port } = await gateway.start());
});

after(async () => {
  await gateway.stop();
  await rm(directory, { recursive: true });
});

function fetchText(path: string, options: { tls?: boolean; client?: SignedKey; headers?: Record<string, string> } = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const onResponse = async (response: IncomingMessage) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode!, text });
    };
    const shared = { host: '127.0.0.1', port, path, headers: options.headers ?? {}, agent: false as const };
    const request = options.tls === true ? httpsGet({ ...shared, ca: certificates.authority, ...(options.client === undefined ? {} : { key: options.client.key, cert: options.client.certificate }) }, onResponse) : httpGet(shared, onResponse);
    request.once('error', reject);
  });
}

function post(path: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method: 'POST', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    request.once('error', reject);
    request.end(body);
  });
}

/** Sends raw bytes and resolves with what came back when the server closed or `until` was seen. */
function sendRaw(bytes: string, until?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (until !== undefined && text.includes(until)) socket.destroy();
    });
    socket.once('close', () => resolve(text));
    socket.once('error', reject);
  });
}

test('plain HTTP and TLS answer on the same port', async () => {
  assert.deepEqual(await fetchText('/items/a%2Fb'), { status: 200, text: 'a/b local false' });
  assert.deepEqual(await fetchText('/items/x', { tls: true }), { status: 200, text: 'x system:anonymous true' });
});

test('the way through the proxy of the Service ml-pipeline, which kfp.Client() takes by itself, leads to the pipelines API', async () => {
  for (const port_ of ['', ':http', ':8888']) {
    assert.deepEqual(await fetchText(`/api/v1/namespaces/kubeflow/services/ml-pipeline${port_}/proxy//items/x?a=b`), { status: 200, text: 'x local false' });
  }
  assert.equal((await fetchText('/api/v1/namespaces/kubeflow/services/other:http/proxy/items/x')).status, 404);
});

test('two requests in one packet of a plain connection are both answered', async () => {
  const one = 'GET /items/1 HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const text = await sendRaw(one + one.replace('/1 ', '/2 ').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  assert.match(text, /1 local false[^]*2 local false/);
});

test('a custom verb is a route of its own, and the body limit holds', async () => {
  assert.equal(await post('/items/7:start', 'ok'), 200);
  assert.equal(await post('/items/7:start', 'far too long a body'), 413);
  assert.equal(await post('/items/7:stop', ''), 405);
  assert.equal(await post('/nowhere', ''), 404);
  assert.equal(await post('/items/7', ''), 405);
});

test('unknown hosts, foreign origins and cross-site fetches are refused', async () => {
  assert.equal((await fetchText('/items/1', { headers: { host: 'evil.example' } })).status, 403);
  assert.equal((await fetchText('/items/1', { headers: { host: 'slipway.example' } })).status, 200);
  assert.equal((await fetchText('/items/1', { headers: { host: 'x@y' } })).status, 403);
  assert.equal((await fetchText('/items/1', { headers: { origin: 'http://evil.example' } })).status, 403);
  assert.equal((await fetchText('/items/1', { headers: { origin: `http://127.0.0.1:${port}` } })).status, 200);
  for (const [site, mode, status] of [
    ['cross-site', 'cors', 403],
    ['cross-site', 'no-cors', 403],
    ['same-site', 'no-cors', 403],
    ['same-site', 'websocket', 403],
    ['same-origin, cross-site', 'cors', 403],
    ['cross-site', 'navigate', 200],
    ['same-origin', 'cors', 200],
    ['none', 'navigate', 200],
  ] as const) {
    assert.equal((await fetchText('/items/1', { headers: { 'sec-fetch-site': site, 'sec-fetch-mode': mode } })).status, status, `${site} ${mode}`);
  }
});

test('what users wrote is served on hosts of its own, and nothing else is served there', async () => {
  for (const host of ['a.localhost:1', 'a.content.example']) {
    const foreign = { host, origin: 'null', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    assert.deepEqual(await fetchText('/written/a/b', { headers: foreign }), { status: 200, text: 'by a step: a/b' });
    for (const path of ['/items/1', '/private', '/stream']) assert.equal((await fetchText(path, { headers: { host } })).status, 404, path);
  }
  for (const host of ['localhost', '127.0.0.1', 'slipway.example']) {
    assert.equal((await fetchText('/written/a', { headers: { host } })).status, 404);
  }
  assert.equal((await fetchText('/written/a', { headers: { host: 'content.example' } })).status, 403);
});

test('a route for users wants an identity; errors show no inner detail', async () => {
  const refused = await fetchText('/private', { tls: true });
  assert.equal(refused.status, 401);
  assert.match(refused.text, new RegExp(`bearer token over https, or come through a tunnel, which needs none: ssh -L ${port}:localhost:${port} HOST`));
  assert.deepEqual(await fetchText('/private'), { status: 200, text: 'secret of local' });
  const broken = await fetchText('/broken');
  assert.equal(broken.status, 500);
  assert.doesNotMatch(broken.text, /secret detail/);
});

test('a stream is flushed at once and stops when the client goes away', async () => {
  const text = await sendRaw('GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n', 'first');
  assert.match(text, /200 OK/);
  await until('the stream to end', () => streamEndCount === 1);
});

test('a live answer comes as messages to who asks for a WebSocket, with the checks of any other request', async () => {
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}/stream`);
  const [{ data }] = (await once(webSocket, 'message')) as [MessageEvent];
  assert.equal(data, 'first\n');
  const before = streamEndCount;
  webSocket.close();
  await until('the stream to end', () => streamEndCount === before + 1);
  const short = new WebSocket(`ws://127.0.0.1:${port}/brief`);
  const [{ code }] = (await once(short, 'close')) as [CloseEvent];
  assert.equal(code, 1000);
  for (const [path, origin, status] of [['/stream', 'http://evil.example', 403], ['/items/a', undefined, 200], ['/none', undefined, 404]] as const) {
    const headers = { upgrade: 'websocket', connection: 'upgrade', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13', ...(origin === undefined ? {} : { origin }) };
    const request = httpRequest({ port, host: '127.0.0.1', path, headers }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, status, path);
    response.destroy();
  }
});

test('an answer that is shorter than it said ends its connection: nobody takes the next one for its rest', async () => {
  const text = await sendRaw('GET /short HTTP/1.1\r\nHost: localhost\r\n\r\nGET /items/next HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.match(text, /content-length: 10\r\n/i);
  assert.doesNotMatch(text, /next local/);
});

test('who asks for another protocol where there is none is answered and let go, also when he keeps his side open', { timeout: 20_000 }, async () => {
  const upgrade = 'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
  for (const [head, status] of [[`GET /nowhere HTTP/1.1\r\n${upgrade}\r\n`, 404], [`GET /items/1 HTTP/1.1\r\n${upgrade}\r\n`, 200], [`POST /items/7:start HTTP/1.1\r\n${upgrade}Content-Length: 2\r\n\r\nok`, 200]] as const) {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.write(head));
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => undefined);
    let isGone = false;
    socket.once('end', () => {
      // A write to a connection that the other side has let go of is answered with a reset.
      const writing = setInterval(() => socket.write('x'), 100);
      socket.once('close', () => {
        clearInterval(writing);
        isGone = true;
      });
    });
    await until('the server to let go', () => isGone, { timeoutMs: 15_000 });
    assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `), head);
  }
});

test('garbage gets a 400 and a taken port one sentence', async () => {

  assert.match(await sendRaw('\x00\x01nonsense\r\n\r\n'), /^HTTP\/1\.1 400/);
  const options = {
    host: '127.0.0.1',
    port,
    certificates,
    allowedHosts: [],
    contentDomain: 'localhost',
    clock: systemClock,
    log: silentLog,
    authenticate: () => undefined,
    isUser: () => true,
    routes: [],
  };
  await assert.rejects(createGateway(options).start(), { reason: 'PortTaken', message: /choose another with --port/ });
  await assert.rejects(createGateway({ ...options, host: '192.0.2.1' }).start(), { reason: 'ListenFailed', message: /an address of this machine with --host/ });
});

test('certificates are kept; for another host the server gets a new one of the same authority', async () => {
  const again = await ensureCertificates({ directory, hosts: ['localhost'], clock: systemClock });
  assert.deepEqual(again, certificates);
  const more = await ensureCertificates({ directory, hosts: ['localhost', 'box.example'], clock: systemClock });
  assert.deepEqual([more.authority, more.clientAuthority], [certificates.authority, certificates.clientAuthority]);
  const server = new X509Certificate(more.certificate);
  assert.equal(server.checkHost('box.example'), 'box.example');
  assert.ok(server.verify(new X509Certificate(certificates.authority).publicKey));
  assert.equal(server.ca, false);
});

test('the authority of an earlier Slipway, which served by itself, keeps its key and name', async () => {
  const old = await mkdtemp(join(tmpdir(), 'slipway-gateway-'));
  const { authority, authorityKey, clientAuthority } = certificates;
  await writeFile(join(old, 'certificates.json'), JSON.stringify({ authority, certificate: authority, key: authorityKey, clientAuthority }));
  const made = await ensureCertificates({ directory: old, hosts: ['localhost'], clock: systemClock });
  await rm(old, { recursive: true });
  assert.ok(new X509Certificate(made.certificate).checkIssued(new X509Certificate(authority)));
  assert.ok(new X509Certificate(made.certificate).verify(new X509Certificate(authority).publicKey));
  assert.deepEqual([made.authorityKey, made.clientAuthority], [authorityKey, clientAuthority]);
});

test('a name in a client certificate is one name, whatever is in it', async () => {
  const user = 'eve, O=system:masters';
  const client = await issueClientCertificate(certificates.clientAuthority, { user, groups: ['a+b'], lifetimeMs: 3_600_000, nowMs: systemClock.now() });
  const { subject } = new X509Certificate(client.certificate).toLegacyObject();
  assert.deepEqual({ ...subject }, { CN: user, O: 'a+b' });
});

test('a client certificate of the installation says who one is; one of another authority says nothing', async () => {
  const subject = { user: 'alice', groups: ['dev', 'ops'], lifetimeMs: 3_600_000, nowMs: systemClock.now() };
  const client = await issueClientCertificate(certificates.clientAuthority, subject);
  assert.deepEqual(await fetchText('/private', { tls: true, client }), { status: 200, text: 'secret of alice dev ops system:authenticated' });
  const mallory = await issueClientCertificate(certificates.clientAuthority, { ...subject, user: 'mallory' });
  assert.equal((await fetchText('/private', { tls: true, client: mallory })).status, 403);
  assert.equal((await fetchText('/items/7', { tls: true, client: mallory })).text, '7 mallory true');
  // The server's own key may not make clients.
  const foreign = await issueClientCertificate({ certificate: certificates.certificate, key: certificates.key }, subject);
  assert.equal((await fetchText('/private', { tls: true, client: foreign })).status, 401);
  const ended = await issueClientCertificate(certificates.clientAuthority, { ...subject, lifetimeMs: -1_000 });
  assert.equal((await fetchText('/private', { tls: true, client: ended })).status, 401);
});
