import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRequirement, packageNameOf } from './requirement.ts';

test('requirements', () => {
  const good = [
    'six',
    'six==1.16.0',
    ' six == 1.16.0 ',
    'Zope.Interface',
    'requests[socks]>=2,<3',
    'requests [ socks , security ] >= 2.8.1, == 2.8.*',
    'torch==2.4.0+cpu',
    'a~=1.0',
    'a===weird',
    'a (>=1,<2)',
    'typing-extensions>=3.7.4,<5; python_version<"3.9"',
    "tomli; python_version < '3.11' and (sys_platform == 'linux')",
    'kfp @ https://packages.example/kfp-2.7.0.tar.gz',
    'kfp@https://packages.example/kfp.whl ; python_version > "3"',
  ];
  for (const text of good) assert.ok(isRequirement(text), text);
});

test('what is no requirement', () => {
  const bad = [
    '',
    '-r requirements.txt',
    '--pre',
    '-e .',
    '.',
    './local',
    '/app/package',
    'package.whl/../x',
    'file:///app/p.whl',
    'git+https://packages.example/kfp.git@main',
    'kfp @ git+https://packages.example/kfp.git',
    'kfp @ file:///app/p.whl',
    'two words',
    'six==',
    'six==1.0 six',
    'six\n--index-url=x',
    'six; $(reboot)',
    'six`x`',
    'x'.repeat(3000),
  ];
  for (const text of bad) assert.ok(!isRequirement(text), text);
});

test('hostile text is refused in no time', () => {
  const startedAtMs = performance.now();
  for (const text of [`six${' '.repeat(1990)}!`, `six${' ,'.repeat(900)}!`, `six${'>=1,'.repeat(450)}!`, `${'a.'.repeat(990)}!`, `six[${'a,'.repeat(900)}!`, `six;${' '.repeat(1900)}$`]) {
    assert.ok(!isRequirement(text));
  }
  assert.ok(performance.now() - startedAtMs < 500);
});

test('the name in its normal form', () => {
  assert.equal(packageNameOf('Typing_Extensions>=4'), 'typing-extensions');
  assert.equal(packageNameOf('zope..interface'), 'zope-interface');
  assert.equal(packageNameOf('./x'), undefined);
});
