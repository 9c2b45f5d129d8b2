import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { mergeKubeconfig } from './merge-kubeconfig.ts';

const OWN = `
apiVersion: v1
kind: Config
current-context: slipway
clusters: [{name: slipway, cluster: {server: "https://127.0.0.1:8080"}}]
contexts: [{name: slipway, context: {cluster: slipway, user: slipway, namespace: default}}]
users: [{name: slipway, user: {token: secret}}]
`;

const THEIRS = `# mine
apiVersion: v1
kind: Config
current-context: work
clusters:
- name: work   # the big one
  cluster: {server: "https://work"}
contexts:
- {name: work, context: {cluster: work, user: me}}
users:
- {name: me, user: {token: t}}
`;

interface Config {
  readonly 'current-context': string;
  readonly clusters: readonly { readonly name: string; readonly cluster: { readonly server: string } }[];
  readonly contexts: readonly { readonly name: string; readonly context: object }[];
}

test('what was there stays, comments and current context included; a second merge changes our own entries alone', () => {
  const once = mergeKubeconfig(THEIRS, OWN, 'slipway');
  assert.equal(once.currentContext, 'work');
  assert.match(once.text, /^# mine/);
  assert.match(once.text, /# the big one/);
  const moved = mergeKubeconfig(once.text, OWN.replace('8080', '9090'), 'slipway');
  const { clusters } = parse(moved.text) as Config;
  assert.deepEqual(clusters.map(({ name, cluster }) => [name, cluster.server]), [['work', 'https://work'], ['slipway', 'https://127.0.0.1:9090']]);
});

test('a file that is not there yet begins with ours as the current one', () => {
  const { text, currentContext } = mergeKubeconfig('', OWN, 'slipway');
  assert.equal(currentContext, 'slipway');
  assert.equal((parse(text) as Config)['current-context'], 'slipway');
});

test('names that YAML 1.1 reads as booleans are quoted', () => {
  for (const name of ['on', 'y', 'no']) {
    const { text } = mergeKubeconfig('', OWN, name);
    assert.equal((parse(text, { version: '1.1' }) as Config).contexts[0]!.name, name, text);
  }
});

test('a file that can not be understood is left alone', () => {
  for (const text of ['[', '- a\n- b', 'a: b: c']) assert.throws(() => mergeKubeconfig(text, OWN, 'slipway'), /can not be understood/);
});
