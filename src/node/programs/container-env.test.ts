import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsFreshInterpreter, setsOnlyOwnVariables } from './container-env.ts';

test('variables that act when an interpreter starts need a new one', () => {
  for (const name of ['PYTHONHASHSEED', 'PYTHONPATH', 'LC_ALL', 'LC_CTYPE', 'LD_PRELOAD', 'OPENSSL_CONF', 'MALLOC_ARENA_MAX', 'GLIBC_TUNABLES', 'TZDIR']) {
    assert.equal(needsFreshInterpreter({ [name]: 'x' }), true, name);
  }
  assert.equal(needsFreshInterpreter({ LANG: 'de_DE.UTF-8' }), true);
  for (const env of [{}, { LANG: 'C.UTF-8' }, { TZ: 'UTC' }, { MPLBACKEND: 'agg' }, { MY_PYTHONPATH: 'x' }]) assert.equal(needsFreshInterpreter(env), false);
});

test('any variable of the Pod may be read by a module when it is imported', () => {
  assert.equal(setsOnlyOwnVariables({ KFP_POD_NAME: 'x' }), true);
  assert.equal(setsOnlyOwnVariables({ KFP_POD_NAME: 'x', MPLBACKEND: 'agg' }), false);
});
