import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StepResult } from '../../api/mod.ts';
import { failureSentence } from './failure-sentence.ts';

function sentenceOf(message: string | undefined, more: Partial<StepResult> = {}): string {
  const told = message === undefined ? {} : { message };
  const result: StepResult = { runId: 'r', taskId: 't', attempt: 0, podUid: 'p', outcome: 'Failed', reason: 'Error', exitCode: 1, finishedAtMs: 1, parameterTexts: {}, artifacts: {}, ...told, ...more };
  return failureSentence(result);
}

const traceback = [
  '[KFP Executor 2026-01-01 00:00:00,000 INFO]: Looking for component `fail`',
  'Traceback (most recent call last):',
  '  File "<frozen runpy>", line 198, in _run_module_as_main',
  '  File "/tmp/ephemeral_component.py", line 8, in fail',
  "    raise ValueError('no such column')",
  '    ^^^^^^^^^^^^^^^^^',
  'ValueError: no such column',
  'known are: a, b',
  '[KFP Executor 2026-01-01 00:00:00,000 WARNING]: late',
].join('\n');

test('a Python exception says why, not the lines around it', () => {
  assert.equal(sentenceOf(traceback), 'ValueError: no such column known are: a, b');
  assert.equal(sentenceOf(traceback.slice(traceback.indexOf('line 198'))), 'ValueError: no such column known are: a, b');
});

test('a notebook that fails says why its cell did, without colors', () => {
  const cell = [
    'RuntimeError: Notebook execution failed. Error: An error occurred while executing the following cell:',
    '------------------',
    'fit(1)',
    '------------------',
    '',
    '\u001b[31m---------------------------------------------------------------------------\u001b[39m',
    '\u001b[31mKeyError\u001b[39m                                Traceback (most recent call last)',
    '\u001b[36mCell\u001b[39m\u001b[32m In[2]\u001b[39m, line 1',
    '\u001b[32m----> 1\u001b[39m fit(1)',
    '',
    "\u001b[31mKeyError\u001b[39m: 'rows'",
    '',
  ].join('\n');
  const start = '  File "/tmp/ephemeral_component.py", line 212, in kfp_run_notebook\n    raise RuntimeError(e) from e\n';
  assert.equal(sentenceOf(start + cell), "RuntimeError: Notebook execution failed. Error: An error occurred while executing the following cell: KeyError: 'rows'");
  assert.equal(sentenceOf(cell.slice(cell.indexOf('fit(1)'))), "KeyError: 'rows'", 'also when its beginning is cut off');
});

test('other output: the last line, with an exit code that tells something', () => {
  assert.equal(sentenceOf('one\ntwo: not found\n\n', { exitCode: 127 }), 'two: not found (exit code 127)');
  assert.equal(sentenceOf('indented traceback\n    File "x", line 1\n  ValueError: y\nERROR: could not build'), 'ERROR: could not build');
  assert.equal(sentenceOf('"inputs": {\n    }\n}\nsorry'), 'sorry');
  assert.equal(sentenceOf('"inputs": {\n    }\n}\n'), 'the step ended with exit code 1');
});

test('a sentence of the node stays as it is; a very long one is cut', () => {
  assert.equal(sentenceOf('first\nsecond', { reason: 'ImageNotRunnable', exitCode: 128 }), 'first\nsecond');
  assert.equal(sentenceOf('x'.repeat(5_000)).length, 501);
});

test('an input artifact whose bytes are not here is named', () => {
  const missingInputs = [{ key: 'data', uri: 'gs://bucket/data.csv' }];
  assert.equal(sentenceOf('sad', { missingInputs }), 'sad; the bytes of its input artifact "data" are not here: gs://bucket/data.csv');
  assert.equal(sentenceOf('Very sad.', { missingInputs }), 'Very sad; the bytes of its input artifact "data" are not here: gs://bucket/data.csv');
});

test('a client of Kubernetes without an account is told how a step gets one; a refusal is told without headers', () => {
  const place = '  File "/tmp/ephemeral_component.py", line 8, in deploy\n';
  const hint = '; a step may ask the Kubernetes API when its code names Kubernetes, or its run an account (service_account="pipeline-runner")';
  const exception = 'kubernetes.config.config_exception.ConfigException: Service host/port is not set';
  assert.equal(sentenceOf(`${place}${exception}.`), exception + hint);
  const refusal = ['kubernetes.client.exceptions.ApiException: (403)', 'Reason: Forbidden', "HTTP response headers: HTTPHeaderDict({'a': 'b'})", 'HTTP response body: {"message":"no"}'];
  assert.equal(sentenceOf(place + refusal.join('\n')), 'kubernetes.client.exceptions.ApiException: (403) Reason: Forbidden HTTP response body: {"message":"no"}');
});

test('an empty list of artifacts, which the SDK makes None of, is named where that is what broke', () => {
  const hint = '; its input "all" is an empty list of artifacts, which the kfp SDK hands over as None';
  const result = { runId: 'r', taskId: 't', attempt: 0, podUid: 'p', outcome: 'Failed', reason: 'Error', exitCode: 1, finishedAtMs: 1, parameterTexts: {}, artifacts: {} } as const;
  const none = "TypeError: 'NoneType' object is not iterable";
  assert.equal(failureSentence({ ...result, message: none }, { all: [], one: ['a'] }), none + hint);
  assert.equal(failureSentence({ ...result, message: none }, { one: ['a'] }), none);
  assert.equal(failureSentence({ ...result, message: 'sad' }, { all: [] }), 'sad');
});

test('a step that said nothing: its exit code, and the signal that it stands for', () => {
  assert.equal(sentenceOf('', { exitCode: 3 }), 'the step ended with exit code 3');
  assert.equal(sentenceOf(undefined, { exitCode: 137 }), 'the step ended with exit code 137 (that of a process killed by SIGKILL)');
  assert.equal(sentenceOf('', { exitCode: 139 }), 'the step ended with exit code 139 (that of a process killed by SIGSEGV)');
});
