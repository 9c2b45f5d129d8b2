// HTTP and other protocols through services/proxy and pods/proxy, to a program that stands for that of a Pod.
import assert from 'node:assert/strict';
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { failureStatus, success, type Kubelet } from '../../base/mod.ts';
import { logKubelet } from '../testing/log-kubelet.ts';
import { httpServer } from '../testing/http-client.ts';
import { pod } from '../testing/test-server.ts';
import type { AccessQuestion } from '../authorization/authorization.ts';

const POD_PORT = 8080;
const PODS = '/api/v1/namespaces/a/pods';
const SERVICES = '/api/v1/namespaces/a/services';

async function proxied(t: TestContext, program: RequestListener, authorize?: (question: AccessQuestion) => boolean) {
  const server = createServer(program);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const kubelet: Kubelet = { ...logKubelet(async () => ({ ok: false, status: failureStatus('BadRequest', 'none') })), connect: async (_pod, port) => (port === POD_PORT ? success(await connected(server)) : { ok: false, status: failureStatus('InternalError', 'nothing listens') }) };
  const api = await httpServer(t, { kubelet, ...(authorize === undefined ? {} : { authorize: (_identity, question) => ({ isAllowed: authorize(question) }) }) });
  const made = await api.call('POST', PODS, { body: pod('p', { containers: [{ name: 'c', image: 'x', ports: [{ containerPort: POD_PORT }] }] }) });
  await api.call('POST', SERVICES, { body: { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ name: 'web', port: 80, targetPort: POD_PORT }, { name: 'none', port: 81 }] } } });
  const targetRef = { kind: 'Pod', name: 'p', uid: (made.json as unknown as { metadata: { uid: string } }).metadata.uid };
  const addresses = [{ ip: '10.0.0.1', targetRef }, { ip: '10.0.0.3' }, { ip: '10.0.0.2', targetRef: { ...targetRef, uid: 'another' } }];
  await api.call('POST', '/api/v1/namespaces/a/endpoints', { body: { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 's' }, subsets: [{ addresses, ports: [{ name: 'web', port: POD_PORT }] }] } });
  return { ...api, server };
}

function connected(server: Server): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => resolve(socket));
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += chunk as string;
  return text;
}

const echo: RequestListener = (message, response) => {
  void textOf(message).then((body) => response.writeHead(201, { 'content-type': 'text/plain' }).end(`${message.method} ${message.url} ${body}`));
};

test('requests go to the port that is meant, bodies and queries as they are', async (t) => {
  const { call } = await proxied(t, echo);
  for (const path of [`${PODS}/p/proxy`, `${PODS}/p:${POD_PORT}/proxy`, `${PODS}/http:p:${POD_PORT}/proxy`, `${SERVICES}/s:web/proxy`, `${SERVICES}/s:80/proxy`, `${SERVICES}/http:s:web/proxy`]) {
    const { code, text } = await call('PUT', `${path}/a%20b//c/?x&y=%20`, { body: 'sent', contentType: 'text/plain' });
    assert.deepEqual([code, text], [201, 'PUT /a%20b//c/?x&y=%20 sent'], path);
  }
  assert.equal((await call('GET', `${PODS}/p/proxy/`, { accept: 'application/yaml' })).text, 'GET / ');
  assert.equal((await call('HEAD', `${PODS}/p/proxy/x`)).code, 201);
  assert.equal((await call('OPTIONS', `${SERVICES}/s:web/proxy/x`)).text, 'OPTIONS /x ');
  assert.equal((await call('POST', `${PODS}/p/proxy?q=1`)).text, 'POST /?q=1 ');
  assert.equal((await call('GET', `${SERVICES}/s:web/proxy/a%2Fb%2fc%20d?q=%2F`)).text, 'GET /a/b/c%20d?q=%2F ', 'as Python writes it');
});

test('what can not be reached is told apart', async (t) => {
  const { call } = await proxied(t, echo);
  const codes = { [`${PODS}/q/proxy/`]: 404, [`${SERVICES}/q/proxy/`]: 404, [`${PODS}/ftp:p:80/proxy/`]: 400, [`${PODS}/p:web/proxy/`]: 400, [`${PODS}/p:9/proxy/`]: 503, [`${SERVICES}/s:82/proxy/`]: 503, [`${SERVICES}/s:none/proxy/`]: 503, [`${SERVICES}/s/proxy/`]: 503 };
  for (const [path, code] of Object.entries(codes)) assert.equal((await call('GET', path)).code, code, path);
  assert.match((await call('GET', `${PODS}/https:p:${POD_PORT}/proxy/`)).text, /error trying to reach service/);
});

test('who asks stays behind the proxy, and what speaks for the whole origin too', async (t) => {
  let seen: IncomingMessage['headers'] = {};
  const { listening } = await proxied(t, (message, response) => {
    seen = message.headers;
    response.writeHead(200, { 'set-cookie': 'a=b', 'strict-transport-security': 'max-age=9', 'content-security-policy': "img-src 'none'", 'x-own': 'kept', connection: 'x-hop', 'x-hop': 'gone' }).end('<p>');
  });
  const response = await fetch(`${listening.origin}${PODS}/p/proxy/page`, { headers: { authorization: 'Bearer secret', cookie: 'session=secret', 'x-mine': 'kept' } });
  assert.deepEqual([seen.authorization, seen.cookie, seen['x-mine'], seen['x-forwarded-uri']], [undefined, undefined, 'kept', `${PODS}/p/proxy/page`]);
  assert.equal(seen.host, new URL(listening.origin).host);
  assert.deepEqual(['set-cookie', 'strict-transport-security', 'x-hop', 'x-own'].map((name) => response.headers.get(name)), [null, null, null, 'kept']);
  assert.match(response.headers.get('content-security-policy')!, /^sandbox allow-scripts [^,]*, img-src 'none'$/);
});

test('redirects to the same server stay behind the proxy', async (t) => {
  const { listening } = await proxied(t, (message, response) => response.writeHead(302, { location: decodeURIComponent(message.url!.slice(1)) }).end());
  const at = async (path: string) => (await fetch(listening.origin + path, { redirect: 'manual' })).headers.get('location');
  const base = `${PODS}/p/proxy`;
  const redirected = (location: string) => at(`${base}/${encodeURIComponent(location)}`);
  assert.equal(await at(`${base}?a=1`), `${base}/?a=1`);
  assert.equal(await redirected('/login?next=%2F'), `${base}/login?next=%2F`);
  assert.equal(await redirected(`${listening.origin}/login`), `${base}/login`);
  assert.equal(await redirected(`http://127.0.0.1:${POD_PORT}/login/`), `${base}/login/`);
  for (const location of ['login', '?a=1', 'https://elsewhere.example/login', '//elsewhere.example/', `${base}/there`]) assert.equal(await redirected(location), location);
});

test('the method is the verb, and the name is the whole one', async (t) => {
  const asked: string[] = [];
  const { call } = await proxied(t, echo, (question) => {
    if (!('subresource' in question) || question.subresource !== 'proxy') return true;
    asked.push(`${question.verb} ${question.resource}/${question.subresource} ${question.name}`);
    return question.verb === 'get';
  });
  assert.equal((await call('GET', `${SERVICES}/http:s:web/proxy/`)).code, 201);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) assert.equal((await call(method, `${SERVICES}/s:web/proxy/`)).code, 403);
  assert.deepEqual(asked, ['get services/proxy http:s:web', 'create services/proxy s:web', 'update services/proxy s:web', 'patch services/proxy s:web', 'delete services/proxy s:web', ' services/proxy s:web']);
});

test('an upgrade joins both sides; one that the Pod refuses is an answer', async (t) => {
  const { listening, server } = await proxied(t, (_message, response) => response.writeHead(426, { 'x-why': 'old' }).end('no'));
  const upgrade = () =>
    new Promise<{ readonly response: IncomingMessage; readonly socket?: Socket }>((resolve, reject) => {
      const request = httpRequest(`${listening.origin}${PODS}/p/proxy/ws`, { headers: { connection: 'Upgrade', upgrade: 'echo' } });
      request.on('response', (response) => resolve({ response })).on('upgrade', (response, socket: Socket, head: Buffer) => {
        socket.unshift(head);
        resolve({ response, socket });
      }).on('error', reject).end();
    });
  const refused = await upgrade();
  assert.deepEqual([refused.response.statusCode, refused.response.headers['x-why'], await textOf(refused.response)], [426, 'old', 'no']);
  server.on('upgrade', (message, socket: Socket) => {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${message.headers.upgrade}\r\nX-Path: ${message.url}\r\n\r\nhello `);
    socket.pipe(socket);
  });
  const { response, socket } = await upgrade();
  assert.deepEqual([response.statusCode, response.headers.upgrade, response.headers['x-path']], [101, 'echo', '/ws']);
  socket!.end('world');
  let text = '';
  for await (const chunk of socket!.setEncoding('utf8')) text += chunk as string;
  assert.equal(text, 'hello world');
});

test('whoever answers before he has read everything is heard', async (t) => {
  const { call } = await proxied(t, (_message, response) => response.writeHead(413).end('too much'));
  const { code, text } = await call('POST', `${PODS}/p/proxy/`, { body: 'x'.repeat(8 * 1024 * 1024), contentType: 'text/plain' });
  assert.deepEqual([code, text], [413, 'too much']);
});

test('an answer comes while it is made, and ends when the client goes', async (t) => {
  let isClosed = false;
  const { listening } = await proxied(t, (_message, response) => {
    response.once('close', () => (isClosed = true));
    response.write('first');
  });
  const abort = new AbortController();
  const response = await fetch(`${listening.origin}${PODS}/p/proxy/stream`, { signal: abort.signal });
  const { value } = await response.body!.getReader().read();
  assert.equal(Buffer.from(value!).toString(), 'first');
  abort.abort();
  for (let tries = 0; !isClosed && tries < 200; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(isClosed);
});
