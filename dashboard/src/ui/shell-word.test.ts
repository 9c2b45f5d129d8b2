import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { shellWord } from './shell-word.ts';

test('a shell takes the word for the text that it was', () => {
  assert.equal(shellWord('train-2.b'), 'train-2.b');
  for (const text of ['for-loop-1[3].train', "it's; $(echo no) `x` \"y\" *", 'zwei Wörter', '']) {
    assert.equal(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' }), text);
  }
});
