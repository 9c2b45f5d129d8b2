// What nodes/proxy answers, of a node that serves one page.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { success, type NodeReports } from '../../base/mod.ts';
import type { AccessQuestion } from '../authorization/authorization.ts';
import { httpServer } from '../testing/http-client.ts';

const NODES = '/api/v1/nodes';
const nodeReports: NodeReports = {
  nodeName: 'here',
  paths: ['healthz', 'stats/summary'],
  read: (path, query) => (nodeReports.paths.includes(path) ? Promise.resolve(success({ contentType: 'text/plain', body: `${path} ${query.get('x') ?? ''}` })) : undefined),
};

async function withNodes(t: TestContext, authorize?: (question: AccessQuestion) => boolean) {
  const api = await httpServer(t, { nodeReports, ...(authorize === undefined ? {} : { authorize: (_identity, question) => ({ isAllowed: authorize(question) }) }) });
  for (const name of ['here', 'away']) assert.equal((await api.call('POST', NODES, { body: { apiVersion: 'v1', kind: 'Node', metadata: { name } } })).code, 201);
  return api;
}

test('the node tells what it serves, by its name, scheme and port', async (t) => {
  const { call } = await withNodes(t);
  for (const name of ['here', 'here:10250', 'https:here:10250', 'https:here:']) {
    const { code, text } = await call('GET', `${NODES}/${name}/proxy/stats/summary?x=1`);
    assert.deepEqual([code, text], [200, 'stats/summary 1'], name);
  }
  assert.equal((await call('HEAD', `${NODES}/here/proxy/healthz`)).code, 200);
  for (const path of ['stats/summary/', 'stats%2Fsummary']) assert.equal((await call('GET', `${NODES}/here/proxy/${path}`)).code, 200, path);
});

test('what it does not serve is refused with a sentence', async (t) => {
  const { call } = await withNodes(t);
  const refusals: readonly (readonly [string, string, number, RegExp])[] = [
    ['GET', 'here/proxy/logs/syslog', 404, /^the node serves nothing at "\/logs\/syslog"; the node writes no log of its own.* It serves healthz, stats\/summary$/],
    ['POST', 'here/proxy/exec/a/b/c', 404, /run commands with pods\/NAME\/exec/],
    ['GET', 'here/proxy/constructor', 404, /serves nothing at "\/constructor"\. It serves/],
    ['POST', 'here/proxy/healthz', 405, /healthz of a node can only be read/],
    ['GET', 'here:22/proxy/healthz', 400, /port 22 of a node can not be reached/],
    ['GET', 'ftp:here:1/proxy/', 400, /invalid node request "ftp:here:1"/],
    ['GET', 'away/proxy/healthz', 503, /the node away does not run here/],
    ['GET', 'nowhere/proxy/healthz', 404, /nodes "nowhere" not found/],
  ];
  for (const [method, path, code, sentence] of refusals) {
    const answer = await call(method, `${NODES}/${path}`);
    assert.equal(answer.code, code, path);
    assert.match(String(answer.json['message']), sentence, path);
  }
});

test('only those who may proxy to nodes may ask', async (t) => {
  const asked: string[] = [];
  const { call } = await withNodes(t, (question) => {
    if (!('subresource' in question) || question.subresource !== 'proxy') return true;
    asked.push(`${question.verb} ${question.resource}/${question.subresource} ${question.name}`);
    return false;
  });
  assert.equal((await call('GET', `${NODES}/here/proxy/healthz`)).code, 403);
  assert.deepEqual(asked, ['get nodes/proxy here']);
});
