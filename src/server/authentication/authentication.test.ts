import { test } from 'node:test';
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { createAuthentication } from './authentication.ts';
import { createTokenAuthenticator } from './token-authenticator.ts';

const ME = { user: 'me', groups: [] };
const YOU = { user: 'you', groups: [] };

function request(authorization?: string, remoteAddress = '127.0.0.1') {
  return { headers: authorization === undefined ? {} : { authorization }, socket: { remoteAddress } as Socket };
}

test('a token counts over TLS only', () => {
  const authenticate = createAuthentication({ authenticateToken: createTokenAuthenticator(new Map([['secret', YOU]])) });
  assert.equal(authenticate(request('Bearer secret'), true), YOU);
  assert.equal(authenticate(request('bearer  secret'), true), YOU);
  assert.equal(authenticate(request('Bearer other'), true), undefined);
  assert.equal(authenticate(request('Bearer secret'), false), undefined);
  assert.equal(authenticate(request(), true), undefined);
});

test('plain HTTP from this machine is the single user, from elsewhere nobody', () => {
  const authenticate = createAuthentication({ authenticateToken: () => undefined, loopbackIdentity: ME });
  assert.equal(authenticate(request(), false), ME);
  assert.equal(authenticate(request(undefined, '::1'), false), ME);
  assert.equal(authenticate(request(undefined, '::ffff:127.0.0.1'), false), ME);
  assert.equal(authenticate(request(undefined, '192.168.1.5'), false), undefined);
  assert.equal(authenticate(request(), true), undefined);
});

test('a connection that repeats its token is known; another header, and a token that may expire, are looked at again', () => {
  const asked: string[] = [];
  const authenticate = createAuthentication({
    authenticateToken: (token) => {
      asked.push(token);
      if (token === 'lasting') return { identity: ME, isLasting: true };
      return token === 'expiring' && asked.length < 4 ? { identity: YOU } : undefined;
    },
  });
  const { socket } = request();
  const send = (token: string) => authenticate({ headers: { authorization: `Bearer ${token}` }, socket }, true);
  assert.deepEqual(['lasting', 'lasting', 'expiring', 'wrong', 'lasting', 'expiring'].map(send), [ME, ME, YOU, undefined, ME, undefined]);
  assert.deepEqual(asked, ['lasting', 'expiring', 'wrong', 'expiring']);
  assert.equal(authenticate({ headers: {}, socket }, true), undefined);
});
