// The Lease and the release of the node, in a real API server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { silentLog, systemClock, until, type JsonObject } from '../base/mod.ts';
import { KUBERNETES_VERSION } from '../api/mod.ts';
import { renewNodeLease } from './node-lease.ts';
import { must, NODE_NAME, NodeWorld } from './testing/node-world.ts';

let world: NodeWorld;
before(async () => {
  world = await new NodeWorld().start();
});
after(() => world.close());

const REF = { type: { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' }, namespace: 'kube-node-lease', name: NODE_NAME } as const;
const lease = async () => must(await world.api.get(REF));

test('the node holds a lease that belongs to its Node, renews it, and makes it anew when somebody deleted it', async () => {
  await until('the lease', async () => (await world.api.get(REF)).ok, { timeoutMs: 30_000 });
  const { metadata, spec } = await lease();
  const node = must(await world.api.get({ type: { group: '', version: 'v1', resource: 'nodes' }, name: NODE_NAME }));
  assert.deepEqual(metadata.ownerReferences, [{ apiVersion: 'v1', kind: 'Node', name: NODE_NAME, uid: node.metadata.uid }]);
  assert.deepEqual([spec?.['holderIdentity'], spec?.['leaseDurationSeconds']], [NODE_NAME, 120]);
  assert.match(String(spec?.['renewTime']), /^\d{4}-.*\.\d{6}Z$/);
  const options = { api: world.api, name: NODE_NAME, clock: { ...systemClock, now: () => Date.parse('2040-01-01T00:00:00Z') }, log: silentLog };
  await renewNodeLease(options);
  assert.equal((await lease()).spec?.['renewTime'], '2040-01-01T00:00:00.000000Z');
  must(await world.api.delete(REF));
  await renewNodeLease(options);
  assert.equal((await lease()).spec?.['renewTime'], '2040-01-01T00:00:00.000000Z');
});

test('the node is of the release that the server tells', async () => {
  const node = () => world.api.get({ type: { group: '', version: 'v1', resource: 'nodes' }, name: NODE_NAME });
  await until('the Node', async () => (await node()).ok, { timeoutMs: 30_000 });
  const { nodeInfo } = must(await node()).status as { readonly nodeInfo: JsonObject };
  assert.equal(nodeInfo['kubeletVersion'], KUBERNETES_VERSION);
});
