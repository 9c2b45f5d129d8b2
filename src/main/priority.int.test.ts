// In a process and a session of its own, so that the tests' own priority stays.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

const PROGRAM = `
  import { execFileSync } from 'node:child_process';
  import { readdirSync, readFileSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { createPriority } from '${import.meta.dirname}/priority.ts';
  import { silentLog, until } from '${import.meta.dirname}/../base/mod.ts';

  const session = () => /nice (-?\\d+)/.exec(readFileSync('/proc/self/autogroup', 'utf8'))?.[1];
  const part = createPriority(silentLog);
  const seen = { before: session() };
  part.start();
  await until('the priority', () => getPriority() !== 0, { timeoutMs: Number(process.argv[1]) }).catch(() => undefined);
  seen.threads = readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)));
  seen.child = execFileSync('nice', { encoding: 'utf8' }).trim();
  seen.during = session();
  await part.stop();
  seen.after = session();
  console.log(JSON.stringify(seen));
`;

interface Seen {
  readonly before: string;
  readonly threads: readonly number[];
  readonly child: string;
  readonly during: string;
  readonly after: string;
}

async function run(within: readonly string[], timeoutMs: number): Promise<Seen> {
  const [program, ...parameters] = [...within, process.execPath, '--input-type=module-typescript', '--eval', PROGRAM, '--', String(timeoutMs)];
  const child = spawn(program!, parameters, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await text(child.stdout)) as Seen;
}

const isRoot = process.getuid?.() === 0;
const hasSessions = existsSync('/proc/self/autogroup');

test('the server goes before others, what it starts does not, and its session is as before when it has stopped', { skip: !(isRoot && hasSessions) && 'only root may, and the kernel must know sessions' }, async () => {
  const { before, threads, child, during, after } = await run([], 10_000);
  assert.ok(threads.length > 1, String(threads));
  const [loop, ...helpers] = threads;
  assert.deepEqual([loop, new Set(helpers)], [-15, new Set([-5])]);
  assert.equal(child, '0');
  assert.deepEqual([before, during, after], ['0', '-5', '0']);
});

test('a priority that somebody has given stays', { skip: !isRoot && 'only root may' }, async () => {
  assert.deepEqual(new Set((await run(['nice', '-n', '3'], 500)).threads), new Set([3]));
  assert.deepEqual(new Set((await run(['chrt', '--batch', '0'], 500)).threads), new Set([0]));
});
