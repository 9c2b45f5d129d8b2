import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildFailure, listRequirements } from './build-failure.ts';

const messageOf = (...lines: string[]) => buildFailure('six could not be installed', lines).message.replace('six could not be installed: ', '');

test('the reason that uv gives', () => {
  assert.equal(
    messageOf('Using Python 3.11.7 environment at: /e', 'error: No solution found when resolving dependencies', '  cause: Because there is no version of six==99 and you require six==99, we can conclude that your requirements are unsatisfiable.'),
    'No solution found when resolving dependencies: Because there is no version of six==99 and you require six==99, we can conclude that your requirements are unsatisfiable.',
  );
  assert.equal(messageOf('\u001b[31m  × No solution found when resolving dependencies:\u001b[0m', '  ╰─▶ Because six was not found in the package registry'), 'No solution found when resolving dependencies: Because six was not found in the package registry.');
});

test('the reason that pip gives, without all the versions', () => {
  assert.equal(
    messageOf('Looking in indexes: https://x', 'ERROR: Could not find a version that satisfies the requirement six==99 (from versions: 1.0, 1.1)', 'ERROR: No matching distribution found for six==99'),
    'No matching distribution found for six==99.',
  );
});

test('an index that is not reached', () => {
  assert.equal(
    messageOf('error: Request failed after 3 retries in 6.8s', '  cause: Failed to fetch: http://me:secret@127.0.0.1:9/simple/six/', '  cause: client error (Connect)', '  cause: Connection refused (os error 111)'),
    "the package index can't be reached (Failed to fetch: http://127.0.0.1:9/simple/six/: Connection refused (os error 111)).",
  );
  assert.match(
    messageOf("WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError('Connection refused')': /simple/six/", 'ERROR: Could not find a version that satisfies the requirement six (from versions: none)', 'ERROR: No matching distribution found for six'),
    /^the package index can't be reached \(WARNING: Retrying .*Connection refused/,
  );
});

test('an index that says no was reached', () => {
  assert.match(messageOf('error: Failed to fetch: `https://x/simple/six/`', '  cause: HTTP status client error (403 Forbidden) for url (https://x/simple/six/)'), /^Failed to fetch.*403 Forbidden/);
});

test('a full disk', () => {
  assert.equal(messageOf('error: failed to write', '  cause: No space left on device (os error 28)'), 'the disk is full (cause: No space left on device (os error 28)).');
});

test('nothing said, much said', () => {
  assert.equal(messageOf(), 'the installer gave no reason.');
  assert.equal(messageOf('one', 'two', 'three', 'four', 'five'), 'two: three: four: five.');
  assert.ok(messageOf(`error: ${'x'.repeat(5000)}`).length < 700);
});

test('requirements in a sentence', () => {
  assert.equal(listRequirements(['a', 'b @ https://me:secret@x.example/b.whl']), 'a, b @ https://x.example/b.whl');
  assert.equal(listRequirements(Array.from({ length: 10 }, (_, i) => `p${i}`)), 'p0, p1, p2, p3, p4, p5, p6, p7 and 2 more');
});
