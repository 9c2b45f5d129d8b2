// What the policy of the one outbound client refuses before anything is sent, and how a call ends early.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describeError, Failure, systemClock, until } from '../base/mod.ts';
import { createOutboundClient, type OutboundCall } from './outbound.ts';

const client = createOutboundClient({ clock: systemClock });
const post = (call: Partial<OutboundCall>, signal?: AbortSignal) =>
  client.post('admission webhook', { url: new URL('https://127.0.0.1:1/'), body: '{}', timeoutMs: 5000, ...call }, signal === undefined ? {} : { signal });
const fails = (reason: string, message: RegExp) => (error: unknown) => error instanceof Failure && error.reason === reason && message.test(error.message);

test('only https, only so much, not to every address', async () => {
  await assert.rejects(post({ url: new URL('http://127.0.0.1/') }), fails('OutboundRefused', /called over https, not http$/));
  await assert.rejects(post({ body: 'x'.repeat(9 * 1024 * 1024) }), fails('OutboundTooLarge', /is sent at most 8388608/));
  for (const host of ['169.254.169.254', '0.0.0.0', '[fe80::1]', '[::]', '[::ffff:169.254.169.254]', '239.0.0.1', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518', '[::ffff:a9fe:a9fe]', '[64:ff9b::a9fe:a9fe]', '[2002:a9fe:a9fe::1]', '[fd00:ec2::254]']) {
    await assert.rejects(post({ url: new URL(`https://${host}/`) }), fails('OutboundRefused', /is not called: it is a link-local/), host);
  }
  await assert.rejects(post({ url: new URL('https://some.name/'), address: { host: '169.254.0.1', port: 443 } }), fails('OutboundRefused', /169.254.0.1 is not called/));
  await assert.rejects(post({}), fails('OutboundFailed', /ECONNREFUSED/));
});

test('a name is looked up once, every address that it has is looked at, and what was looked at is what is called', async () => {
  const told: Record<string, readonly string[]> = { inside: ['169.254.169.254'], mixed: ['127.0.0.1', '::ffff:169.254.169.254'], fair: ['127.0.0.1'] };
  let lookupCount = 0;
  const rebinding = createOutboundClient({
    clock: systemClock,
    lookUp(host, _options, callback) {
      lookupCount++;
      // Whoever asks a second time is told something else.
      const addresses = lookupCount > 1 ? ['169.254.169.254'] : told[host.split('.')[0]!]!;
      callback(null, addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    },
  });
  for (const [name, expected] of [['inside', /169\.254\.169\.254 is not called/], ['mixed', /169\.254\.169\.254 is not called/], ['fair', /ECONNREFUSED 127\.0\.0\.1:1$/]] as const) {
    lookupCount = 0;
    const call = rebinding.post('admission webhook', { url: new URL(`https://${name}.example:1/`), body: '{}', timeoutMs: 5000 });
    await assert.rejects(call, (error: unknown) => expected.test(describeError(error)), name);
    assert.equal(lookupCount, 1, name);
  }
});

test('silence ends with the timeout, an abort ends at once; the connection is closed either way', async (t) => {
  let open = 0;
  const server = createServer((socket) => {
    open++;
    socket.on('error', () => undefined).on('close', () => open--).resume();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => server.close());
  const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await assert.rejects(post({ url, timeoutMs: 100 }), fails('OutboundTimeout', /^no answer within 0.1 s$/));
  const abort = new AbortController();
  const waiting = post({ url }, abort.signal);
  await until('the call to arrive', () => open > 0);
  abort.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  await until('the connections to be closed', () => open === 0);
});
