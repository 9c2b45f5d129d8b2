// Quotas are charged in the commit of what they are charged for.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { type JsonObject, type KubeObject, type Outcome } from '../../base/mod.ts';
import { ALL_VERBS, builtinKinds, STATUS_SUBRESOURCE, type KindDefinition } from '../../api/mod.ts';
import { CONFIG_MAPS, configMap, ManualClock, must, pod, PODS, testServer } from '../testing/test-server.ts';

const QUOTAS = { group: '', version: 'v1', resource: 'resourcequotas' };

/** The kind, until it is one of the built-in ones; its rules are not the point. */
const quotaKind: KindDefinition = {
  ...QUOTAS,
  kind: 'ResourceQuota',
  singular: 'resourcequota',
  shortNames: ['quota'],
  categories: [],
  isNamespaced: true,
  verbs: ALL_VERBS,
  subresources: [STATUS_SUBRESOURCE],
  hasGeneration: false,
  schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  columns: [],
  fieldSelectors: {},
};

function world(context: TestContext, clock = new ManualClock()) {
  const isServed = builtinKinds.some(({ resource }) => resource === QUOTAS.resource);
  const { objectApi } = testServer(context, { clock, kinds: isServed ? builtinKinds : [...builtinKinds, quotaKind] });
  const limit = async (name: string, hard: JsonObject, more: JsonObject = {}) =>
    must(await objectApi.create(QUOTAS, 'a', { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec: { hard, ...more } }));
  const used = async (name: string) => (must(await objectApi.get({ type: QUOTAS, namespace: 'a', name })).status!['used'] as JsonObject);
  const create = (name: string, requests?: JsonObject, spec: JsonObject = {}) =>
    objectApi.create(PODS, 'a', pod(name, { containers: [{ name: 'main', image: 'x', ...(requests === undefined ? {} : { resources: { requests } }) }], ...spec }));
  return { objectApi, limit, used, create };
}

function message(outcome: Outcome<KubeObject>): string {
  return outcome.ok ? '' : outcome.status.message;
}

test('of many creations at the same time as many succeed as the quota has room for', async (t) => {
  const { objectApi, limit, used } = world(t);
  must(await objectApi.create(CONFIG_MAPS, 'a', configMap('first')));
  await limit('q', { configmaps: '10', 'count/configmaps': '20' });
  assert.deepEqual(await used('q'), { configmaps: '1', 'count/configmaps': '1' });
  const outcomes = await Promise.all(Array.from({ length: 50 }, (_, index) => objectApi.create(CONFIG_MAPS, 'a', configMap(`c${index}`))));
  assert.equal(outcomes.filter(({ ok }) => ok).length, 9);
  assert.equal(message(outcomes[49]!), 'configmaps "c49" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=10, limited: configmaps=10');
  must(await objectApi.delete({ type: CONFIG_MAPS, namespace: 'a', name: 'first' }));
  assert.deepEqual(await used('q'), { configmaps: '9', 'count/configmaps': '9' });
  must(await objectApi.create(CONFIG_MAPS, 'a', configMap('again')));
});

test('a Pod says what it needs, takes it while it runs, and gives it back at its end', async (t) => {
  const { objectApi, limit, used, create } = world(t);
  await limit('q', { pods: '2', 'requests.cpu': '1', 'limits.memory': '1Gi' });
  assert.equal(message(await create('p')), 'pods "p" is forbidden: failed quota: q: must specify limits.memory for: main; requests.cpu for: main');
  const whole = { resources: { requests: { cpu: '300m' }, limits: { memory: '64Mi' } } };
  must(await objectApi.create(PODS, 'a', pod('whole', { containers: [{ name: 'main', image: 'x' }], ...whole }), { dryRun: true }));
  const resources = { requests: { cpu: '700m' }, limits: { memory: '256Mi' } };
  const run = (name: string) => objectApi.create(PODS, 'a', pod(name, { containers: [{ name: 'main', image: 'x', resources }] }));
  must(await run('p'));
  assert.deepEqual(await used('q'), { pods: '1', 'requests.cpu': '700m', 'limits.memory': '256Mi' });
  assert.equal(message(await run('q')), 'pods "q" is forbidden: exceeded quota: q, requested: requests.cpu=700m, used: requests.cpu=700m, limited: requests.cpu=1');
  must(await objectApi.patch({ type: PODS, namespace: 'a', name: 'p' }, 'merge', { status: { phase: 'Succeeded' } }, { subresource: 'status' }));
  assert.deepEqual(await used('q'), { pods: '0', 'requests.cpu': '0', 'limits.memory': '0' });
  must(await run('q'));
});

test('scopes choose the Pods; a new limit counts anew; a dry run takes nothing', async (t) => {
  const { objectApi, limit, used, create } = world(t);
  await limit('ending', { pods: '1' }, { scopes: ['Terminating'] });
  await limit('best-effort', { pods: '5' }, { scopes: ['BestEffort'] });
  must(await create('p'));
  must(await create('q', { cpu: '1' }, { activeDeadlineSeconds: 60 }));
  assert.deepEqual([await used('ending'), await used('best-effort')], [{ pods: '1' }, { pods: '1' }]);
  assert.match(message(await create('r', undefined, { activeDeadlineSeconds: 60 })), /exceeded quota: ending/);
  must(await objectApi.create(PODS, 'a', pod('dry'), { dryRun: true }));
  assert.deepEqual(await used('best-effort'), { pods: '1' });
  must(await objectApi.patch({ type: QUOTAS, namespace: 'a', name: 'best-effort' }, 'merge', { spec: { hard: { pods: '3', 'count/jobs.batch': '4' } } }));
  assert.deepEqual(await used('best-effort'), { 'count/jobs.batch': '0', pods: '1' });
  const unfit = await objectApi.create(QUOTAS, 'a', { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'unfit' }, spec: { hard: { pods: '1', cpu: '1' }, scopes: ['BestEffort'] } });
  assert.match(message(unfit), /spec.scopes: Invalid value: .*unsupported scope applied to resource/);
  must(await objectApi.patch({ type: QUOTAS, namespace: 'a', name: 'best-effort' }, 'merge', { status: { used: { pods: '3' } } }, { subresource: 'status' }));
  assert.deepEqual(await used('best-effort'), { 'count/jobs.batch': '0', pods: '1' }, 'what others say of its use is counted anew');
});

test('a scope of attributes classes is about the claims that name one', async (t) => {
  const { objectApi, limit, used } = world(t);
  await limit('gold', { 'requests.storage': '10Gi' }, { scopeSelector: { matchExpressions: [{ scopeName: 'VolumeAttributesClass', operator: 'In', values: ['gold'] }] } });
  const claim = (name: string, spec: JsonObject) =>
    objectApi.create({ group: '', version: 'v1', resource: 'persistentvolumeclaims' }, 'a', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '4Gi' } }, ...spec } });
  must(await claim('plain', {}));
  must(await claim('silver', { volumeAttributesClassName: 'silver' }));
  must(await claim('golden', { volumeAttributesClassName: 'gold' }));
  assert.deepEqual(await used('gold'), { 'requests.storage': '4Gi' });
});

test('a Pod that is still there after twice its grace holds nothing of a quota', async (t) => {
  const clock = new ManualClock();
  const { objectApi, limit, used, create } = world(t, clock);
  await limit('q', { pods: '1', 'count/pods': '5' });
  must(await create('hangs', undefined, { nodeName: 'box', terminationGracePeriodSeconds: 30 }));
  must(await objectApi.delete({ type: PODS, namespace: 'a', name: 'hangs' }));
  clock.advance(59_000);
  assert.match(message(await create('next')), /exceeded quota: q/);
  clock.advance(2_000);
  must(await create('next'));
  assert.deepEqual(await used('q'), { 'count/pods': '2', pods: '1' });
  must(await objectApi.patch({ type: PODS, namespace: 'a', name: 'hangs' }, 'merge', { status: { phase: 'Failed' } }, { subresource: 'status' }));
  must(await objectApi.delete({ type: PODS, namespace: 'a', name: 'hangs' }, { gracePeriodSeconds: 0 }));
  assert.deepEqual(await used('q'), { 'count/pods': '1', pods: '1' });
  must(await objectApi.delete({ type: PODS, namespace: 'a', name: 'next' }, { gracePeriodSeconds: 0 }));
  assert.deepEqual(await used('q'), { 'count/pods': '0', pods: '0' });
});
