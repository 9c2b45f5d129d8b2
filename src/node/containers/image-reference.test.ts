import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../base/mod.ts';
import { parseImageReference } from './image-reference.ts';
import { authHeader, credentialsFor } from './registry-credentials.ts';

for (const [image, registry, repository, full] of [
  ['nginx', 'docker.io', 'library/nginx', 'nginx:latest'],
  ['team/app:1', 'docker.io', 'team/app', 'team/app:1'],
  ['index.docker.io/team/app', 'docker.io', 'team/app', 'index.docker.io/team/app:latest'],
  ['localhost/app:1', 'localhost', 'app', 'localhost/app:1'],
  ['127.0.0.1:5000/a/b/c', '127.0.0.1:5000', 'a/b/c', '127.0.0.1:5000/a/b/c:latest'],
  [`ghcr.io/a/b@sha256:${'0'.repeat(64)}`, 'ghcr.io', 'a/b', `ghcr.io/a/b@sha256:${'0'.repeat(64)}`],
] as const) {
  test(`the image ${image}`, () => assert.deepEqual(parseImageReference(image), { registry, repository, full }));
}

for (const image of ['', 'UPPER/case', 'a//b', '../../etc', 'a/../b', 'http://host/a', 'a b', 'a:b:c', 'x'.repeat(2000)]) {
  test(`"${image.slice(0, 20)}" is no image`, () => assert.equal(parseImageReference(image), undefined));
}

function secret(auths: object, type = 'kubernetes.io/dockerconfigjson'): KubeObject {
  const isOld = type === 'kubernetes.io/dockercfg';
  const text = JSON.stringify(isOld ? auths : { auths });
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, type, data: { [isOld ? '.dockercfg' : '.dockerconfigjson']: Buffer.from(text).toString('base64') } };
}

function usersFor(image: string, ...secrets: readonly KubeObject[]): readonly string[] {
  return credentialsFor(parseImageReference(image)!, secrets).map(({ username }) => username);
}

const user = (username: string) => ({ auth: Buffer.from(`${username}:pass:word`).toString('base64') });

test('credentials fit by host, port and path; the longest path comes first', () => {
  const auths = { 'registry.example': user('all'), 'https://registry.example/team/': user('team'), 'registry.example:5000': user('port'), '*.example.org': user('star'), 'https://index.docker.io/v1/': user('hub') };
  assert.deepEqual(usersFor('registry.example/team/app', secret(auths)), ['team', 'all']);
  assert.deepEqual(usersFor('registry.example/teams/app', secret(auths)), ['all']);
  assert.deepEqual(usersFor('registry.example:5000/app', secret(auths)), ['port']);
  assert.deepEqual(usersFor('a.example.org/app', secret(auths)), ['star']);
  assert.deepEqual(usersFor('a.b.example.org/app', secret(auths)), []);
  assert.deepEqual(usersFor('nginx', secret(auths)), ['hub']);
});

test('both kinds of secrets, names and passwords apart; what can not be read is left out', () => {
  const plain = { username: 'u', password: 'p' };
  assert.deepEqual(usersFor('a.io/x', secret({ 'a.io': plain }, 'kubernetes.io/dockercfg')), ['u']);
  assert.deepEqual(usersFor('a.io/x', secret({ 'a.io': plain }, 'Opaque'), secret({ 'a.io': { auth: '' } }), secret({ 'a.io': 'x' })), []);
  const [credentials] = credentialsFor(parseImageReference('a.io/x')!, [secret({ 'a.io': user('me') })]);
  assert.equal(authHeader(credentials!).length % 4, 0);
  assert.deepEqual(JSON.parse(Buffer.from(authHeader(credentials!), 'base64url').toString()), { username: 'me', password: 'pass:word', serveraddress: 'a.io' });
});
