import { test } from 'node:test';
import assert from 'node:assert/strict';
import { httpServer } from '../testing/http-client.ts';
import { configMap, CONFIG_MAPS, must } from '../testing/test-server.ts';

const CMS = '/api/v1/namespaces/default/configmaps';

test('a watch from a state that is gone, or has never been, is told so in its stream', async (t) => {
  const { call, objectApi, store } = await httpServer(t);
  for (let index = 0; index < 3; index++) must(await objectApi.create(CONFIG_MAPS, 'default', configMap(`c${index}`)));
  await store.compact(store.revision);
  for (const revision of ['1', '999']) {
    const { code, text } = await call('GET', `${CMS}?watch=true&resourceVersion=${revision}`);
    assert.equal(code, 200);
    assert.match(text, /^{"type":"ERROR","object":{"kind":"Status".*"reason":"Expired","code":410}}\n$/);
  }
  const listing = await call('GET', `${CMS}?resourceVersion=999`);
  assert.equal(listing.code, 504);
  assert.equal((await call('GET', `${CMS}/c0?resourceVersion=999`)).code, 504);
  assert.equal((await call('GET', `${CMS}/c0?resourceVersion=${store.revision}`)).code, 200);
});

test('a list with parameters that are no numbers is refused', async (t) => {
  const { call } = await httpServer(t);
  for (const parameter of ['timeoutSeconds', 'limit']) {
    assert.equal((await call('GET', `${CMS}?${parameter}=soon`)).code, 400);
    assert.equal((await call('GET', `${CMS}?${parameter}=5`)).code, 200);
  }
});
