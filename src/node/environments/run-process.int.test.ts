import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../base/mod.ts';
import { run } from './testing/machine.ts';

const OPTIONS = { cwd: '/', env: { PATH: '/usr/bin:/bin' }, timeoutMs: 30_000 };

test('exit code, lines of both streams, the exact environment', async () => {
  const seen: string[] = [];
  const result = await run('sh', ['-c', 'echo out; echo err >&2; env | grep -c HOME; exit 3'], { ...OPTIONS, onLine: (line) => seen.push(line) });
  assert.equal(result.exitCode, 3);
  assert.deepEqual(new Set(result.lines), new Set(['out', 'err', '0']));
  assert.deepEqual(seen, result.lines);
});

test('much output is kept as its tail', async () => {
  const { lines } = await run('seq', ['100000'], OPTIONS);
  assert.equal(lines.at(-1), '100000');
  assert.ok(lines.length <= 400);
});

test('a program that is not there', async () => {
  await assert.rejects(run('/nonexistent/program', [], OPTIONS), { reason: 'ProgramNotFound' });
});

test('an abort and a timeout kill the whole group', async () => {
  for (const kind of ['abort', 'timeout'] as const) {
    const controller = new AbortController();
    let child = 0;
    const running = run('sh', ['-c', 'sleep 60 & echo $!; wait'], {
      ...OPTIONS,
      signal: controller.signal,
      ...(kind === 'timeout' ? { timeoutMs: 300 } : {}),
      onLine: (line) => {
        child = Number(line);
        if (kind === 'abort') controller.abort(new Error('enough'));
      },
    });
    await assert.rejects(running, kind === 'abort' ? { message: 'enough' } : { reason: 'Timeout' });
    await until('the grandchild to be dead', () => !isAlive(child));
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
