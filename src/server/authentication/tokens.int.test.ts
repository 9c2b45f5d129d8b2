// Tokens of ServiceAccounts from end to end: asked for, used, looked at, dead when what they are bound to is gone.
import assert from 'node:assert/strict';
import { createVerify, createPublicKey } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { PODS, SECRETS, SERVICE_ACCOUNTS } from '../../api/mod.ts';
import { systemRng } from '../../base/mod.ts';
import { ManualClock, must, pod, testServer } from '../testing/test-server.ts';
import { httpServer } from '../testing/http-client.ts';
import { kubectlAgainst, noKubectl } from '../testing/kubectl.ts';
import { createTokenSigner, makeSigningKey } from './json-web-token.ts';
import { createServiceAccountTokens, ISSUER } from './service-account-tokens.ts';

const ACCOUNT = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'builder' } };

async function tokensOf(context: TestContext) {
  const clock = new ManualClock();
  const { objectApi, store } = testServer(context, { clock });
  const signer = createTokenSigner(makeSigningKey());
  const tokens = createServiceAccountTokens({ store, signer, clock, rng: systemRng });
  const account = must(await objectApi.create(SERVICE_ACCOUNTS, 'a', ACCOUNT));
  return { clock, objectApi, signer, tokens, account };
}

test('a token says who, and ends with its time and its account', async (t) => {
  const { clock, objectApi, tokens, account } = await tokensOf(t);
  const { token } = tokens.issue({ account, audiences: [ISSUER, 'vault'], lifetimeSeconds: 600 });
  const found = tokens.verify(token)!;
  assert.equal(found.identity.user, 'system:serviceaccount:a:builder');
  assert.deepEqual(found.identity.groups, ['system:serviceaccounts', 'system:serviceaccounts:a', 'system:authenticated']);
  assert.equal(found.identity.uid, account.metadata.uid);
  assert.deepEqual(tokens.verify(token, ['vault', 'other'])!.audiences, ['vault']);
  assert.equal(tokens.verify(token, ['other']), undefined);
  clock.advance(600_000);
  assert.equal(tokens.verify(token), undefined);
  const second = tokens.issue({ account, audiences: [ISSUER], lifetimeSeconds: 600 }).token;
  assert.ok(tokens.verify(second));
  must(await objectApi.delete({ type: SERVICE_ACCOUNTS, namespace: 'a', name: 'builder' }));
  must(await objectApi.create(SERVICE_ACCOUNTS, 'a', ACCOUNT));
  assert.equal(tokens.verify(second), undefined, 'the account of now is another one');
});

test('a token dies with the Pod that it is bound to', async (t) => {
  const { objectApi, tokens, account } = await tokensOf(t);
  const { uid = '' } = must(await objectApi.create(PODS, 'a', pod('p', { serviceAccountName: 'builder' }))).metadata;
  const { token } = tokens.issue({ account, audiences: [ISSUER], lifetimeSeconds: 600, boundTo: { kind: 'Pod', name: 'p', uid } });
  assert.deepEqual(tokens.verify(token)!.identity.extra!['authentication.kubernetes.io/pod-name'], ['p']);
  must(await objectApi.delete({ type: PODS, namespace: 'a', name: 'p' }, { gracePeriodSeconds: 0 }));
  assert.equal(tokens.verify(token), undefined);
});

test('what is not signed by the key is nobody’s', async (t) => {
  const { tokens, account } = await tokensOf(t);
  const { token } = tokens.issue({ account, audiences: [ISSUER], lifetimeSeconds: 600 });
  const [head, body, signature] = token.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as object;
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forged = encoded({ ...claims, sub: 'system:serviceaccount:kube-system:admin' });
  const foreign = createTokenSigner(makeSigningKey()).sign({ ...claims });
  for (const bad of [`${head}.${forged}.${signature}`, `${encoded({ alg: 'none' })}.${body}.`, `${head}.${body}.`, `${head}.${body}`, foreign, 'x'.repeat(100_000)]) {
    assert.equal(tokens.verify(bad), undefined, bad.slice(0, 60));
  }
});

test('a token of a Secret holds as long as the Secret has it', async (t) => {
  const { objectApi, tokens, account } = await tokensOf(t);
  const token = tokens.issueLegacy(account, { name: 's' });
  assert.equal(tokens.verify(token), undefined, 'there is no such Secret');
  const annotations = { 'kubernetes.io/service-account.name': 'builder' };
  must(
    await objectApi.create(SECRETS, 'a', {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: { name: 's', annotations },
      data: { token: Buffer.from(token).toString('base64') },
    }),
  );
  assert.equal(tokens.verify(token)!.identity.user, 'system:serviceaccount:a:builder');
});

test('anybody can check a token with the published key', async (t) => {
  const { signer, tokens, account } = await tokensOf(t);
  const { token } = tokens.issue({ account, audiences: [ISSUER], lifetimeSeconds: 600 });
  const [head, body, signature] = token.split('.') as [string, string, string];
  const { keys } = signer.keySet() as { keys: { kid: string }[] };
  assert.equal(JSON.parse(Buffer.from(head, 'base64url').toString('utf8')).kid, keys[0]!.kid);
  const key = createPublicKey({ key: keys[0]!, format: 'jwk' });
  assert.ok(createVerify('sha256').update(`${head}.${body}`).verify({ key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')));
});

test('TokenRequest over HTTP: limits, bindings, TokenReview', async (t) => {
  const { call } = await httpServer(t, { hasServiceAccountTokens: true });
  const path = '/api/v1/namespaces/a/serviceaccounts';
  const made = await call('POST', path, { body: ACCOUNT });
  assert.equal(made.code, 201);
  await call('POST', '/api/v1/namespaces/a/pods', { body: pod('p') });
  const request = (spec: object) => call('POST', `${path}/builder/token`, { body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec } });
  const good = await request({});
  assert.equal(good.code, 201, good.text);
  const { token } = (good.json as unknown as { status: { token: string } }).status;
  assert.equal((await request({ expirationSeconds: 60 })).code, 422);
  assert.match((await request({ expirationSeconds: 60 })).text, /may not specify a duration less than 10 minutes/);
  assert.equal((await request({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'q' } })).code, 404);
  assert.equal((await request({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p' } })).code, 400, 'the Pod runs as another account');
  assert.equal((await request({ boundObjectRef: { kind: 'Job', apiVersion: 'batch/v1', name: 'p' } })).code, 422);
  assert.equal((await call('POST', `${path}/nobody/token`, { body: {} })).code, 404);

  const review = async (spec: object) => (await call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { body: { spec } })).json['status'] as unknown as Record<string, unknown>;
  const status = await review({ token });
  assert.equal(status['authenticated'], true);
  assert.equal((status['user'] as { username: string }).username, 'system:serviceaccount:a:builder');
  assert.equal((await review({ token, audiences: ['other'] }))['authenticated'], false);
  assert.equal((await review({ token: 'nonsense' }))['authenticated'], false);
  assert.equal((await call('GET', '/.well-known/openid-configuration')).json['issuer'], ISSUER);
});

test('a TokenRequest is read as strictly as an object', async (t) => {
  const { call } = await httpServer(t, { hasServiceAccountTokens: true });
  await call('POST', '/api/v1/namespaces/a/serviceaccounts', { body: ACCOUNT });
  const request = (body: object, query = '') => call('POST', `/api/v1/namespaces/a/serviceaccounts/builder/token${query}`, { body });
  assert.equal((await request({ kind: 'Token' })).code, 400);
  assert.equal((await request({ spec: { audiences: 'vault' } })).code, 400);
  assert.equal((await request({ spec: { expirationSeconds: '600' } })).code, 400);
  assert.equal((await request({ metadata: { name: 'other' } })).code, 400);
  assert.equal((await request({ metadata: { namespace: 'b' } })).code, 400);
  assert.equal((await request({ spec: { audience: ['vault'] } }, '?fieldValidation=Strict')).code, 400);
  const loose = await request({ spec: { audience: ['vault'] } });
  assert.deepEqual([loose.code, loose.headers.get('warning')], [201, '299 - "unknown field \\"spec.audience\\""']);
});

test('impersonation is what one may do', async (t) => {
  const { listening } = await httpServer(t, {
    authorize: (_identity, question) => ({ isAllowed: question.verb !== 'impersonate' || ('name' in question && question.name !== 'root') }),
  });
  const whoami = async (headers: Record<string, string>) => {
    const response = await fetch(`${listening.origin}/apis/authentication.k8s.io/v1/selfsubjectreviews`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' });
    return { code: response.status, json: (await response.json()) as { status: { userInfo: object } } };
  };
  assert.deepEqual((await whoami({ 'Impersonate-User': 'bob', 'Impersonate-Group': 'dev', 'Impersonate-Extra-Scopes': 'x' })).json.status.userInfo, {
    username: 'bob',
    groups: ['dev', 'system:authenticated'],
    extra: { scopes: ['x'] },
  });
  assert.deepEqual((await whoami({ 'Impersonate-User': 'system:serviceaccount:a:b' })).json.status.userInfo, {
    username: 'system:serviceaccount:a:b',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:a', 'system:authenticated'],
  });
  assert.equal((await whoami({ 'Impersonate-User': 'root' })).code, 403);
  assert.equal((await whoami({ 'Impersonate-Group': 'dev' })).code, 400);
});

test('kubectl create token', { skip: noKubectl }, async (t) => {
  const kubectl = await kubectlAgainst(t, { hasServiceAccountTokens: true });
  await kubectl.run(['create', 'serviceaccount', 'builder']);
  const { stdout, stderr, code } = await kubectl.run(['create', 'token', 'builder', '--duration=20m', '--audience=vault']);
  assert.equal(code, 0, stderr);
  const claims = JSON.parse(Buffer.from(stdout.split('.')[1]!, 'base64url').toString('utf8')) as { aud: string[]; exp: number; iat: number };
  assert.deepEqual([claims.aud, claims.exp - claims.iat], [['vault'], 1200]);
});
