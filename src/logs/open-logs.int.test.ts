import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Failure, silentLog, systemClock, until } from '../base/mod.ts';
import { openLogs, type LogKey, type LogReadOptions, type Logs } from './mod.ts';

const KEY: LogKey = { podUid: '0b6a3f3e-1f2e-4a58-9c1e-0a1b2c3d4e5f', container: 'main', restart: 0 };

async function logsInTemp(t: TestContext): Promise<{ logs: Logs; directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-logs-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return { logs: openLogs({ directory, clock: systemClock, log: silentLog }), directory };
}

function cri(text: string, { at = 0, stream = 'stdout', tag = 'F' }: { at?: number; stream?: string; tag?: string } = {}): string {
  return `${new Date(Date.UTC(2026, 0, 1) + at).toISOString().slice(0, -1)}000000Z ${stream} ${tag} ${text}\n`;
}

async function textOf(logs: Logs, options: LogReadOptions = {}, key = KEY): Promise<string> {
  return Buffer.concat(await Array.fromAsync(logs.read(key, options))).toString();
}

/** Collects a follow in the background. */
function follow(logs: Logs, options: LogReadOptions = {}) {
  const controller = new AbortController();
  const seen = { text: '', isDone: false, stop: () => controller.abort() };
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of logs.read(KEY, { ...options, follow: true, signal: controller.signal })) seen.text += decoder.decode(chunk, { stream: true });
    seen.isDone = true;
  })();
  return seen;
}

test('plain text, with stamps, and cut by bytes', async (t) => {
  const { logs } = await logsInTemp(t);
  await writeFile(await logs.fileFor(KEY), cri('one') + cri('two', { stream: 'stderr', at: 5 }));
  assert.equal(await textOf(logs), 'one\ntwo\n');
  assert.equal(await textOf(logs, { timestamps: true }), '2026-01-01T00:00:00.000000000Z one\n2026-01-01T00:00:00.005000000Z two\n');
  assert.equal(await textOf(logs, { limitBytes: 5 }), 'one\nt');
  assert.equal(await textOf(logs, { limitBytes: 0 }), '');
});

test('a log that does not exist is empty', async (t) => {
  const { logs } = await logsInTemp(t);
  assert.equal(await textOf(logs), '');
  assert.deepEqual(await logs.keysOf(KEY.podUid), []);
});

test('partial lines are one line, stamped once', async (t) => {
  const { logs } = await logsInTemp(t);
  const file = cri('a', { tag: 'P' }) + cri('warn', { stream: 'stderr' }) + cri('b') + cri('c');
  await writeFile(await logs.fileFor(KEY), file);
  assert.deepEqual((await Array.fromAsync(logs.lines(KEY, {}))).map((line) => `${line.stream} ${line.text}`), ['stderr warn', 'stdout ab', 'stdout c']);
  await writeFile(await logs.fileFor(KEY), cri('a', { tag: 'P' }) + cri('b', { at: 1 }) + cri('c', { at: 2 }));
  assert.equal(await textOf(logs, { timestamps: true }), '2026-01-01T00:00:00.000000000Z ab\n2026-01-01T00:00:00.002000000Z c\n');
});

test('a tail counts whole lines, whatever their length and place in the blocks', async (t) => {
  const { logs } = await logsInTemp(t);
  const lines = Array.from({ length: 900 }, (_, i) => `line ${i} ${'x'.repeat((i * 37) % 2000)}`);
  const path = await logs.fileFor(KEY);
  await writeFile(path, lines.map((line, i) => (i % 3 === 0 ? cri(line.slice(0, 3), { tag: 'P' }) + cri(line.slice(3)) : cri(line))).join(''));
  for (const tailLines of [0, 1, 2, 3, 64, 65, 899, 900, 5000]) {
    const expected = tailLines === 0 ? '' : lines.slice(-tailLines).map((line) => `${line}\n`).join('');
    assert.equal(await textOf(logs, { tailLines }), expected, `tail of ${tailLines}`);
  }
  await appendFile(path, cri('unfinished', { tag: 'P' }));
  assert.equal(await textOf(logs, { tailLines: 1 }), 'unfinished');
});

test('a tail of a huge file does not read the file', async (t) => {
  const { logs } = await logsInTemp(t);
  const path = await logs.fileFor(KEY);
  await writeFile(path, '');
  await truncate(path, 2 ** 33);
  await appendFile(path, `\n${cri('almost last')}${cri('last')}`);
  assert.equal(await textOf(logs, { tailLines: 1 }), 'last\n');
});

test('only lines since a time', async (t) => {
  const { logs } = await logsInTemp(t);
  await writeFile(await logs.fileFor(KEY), cri('old', { at: 1000 }) + cri('new', { at: 2000 }) + cri('newer', { at: 3000 }));
  assert.equal(await textOf(logs, { sinceMs: Date.UTC(2026, 0, 1) + 2000 }), 'new\nnewer\n');
  assert.equal(await textOf(logs, { sinceMs: Date.UTC(2027, 0, 1) }), '');
});

test('characters survive the borders of blocks and of partial lines', async (t) => {
  const { logs } = await logsInTemp(t);
  const word = '€'.repeat(50_000);
  const bytes = Buffer.from(word);
  const path = await logs.fileFor(KEY);
  await writeFile(path, Buffer.concat([Buffer.from(cri('', { tag: 'P' }).slice(0, -1)), bytes.subarray(0, 70_001), Buffer.from(`\n${cri('').slice(0, -1)}`), bytes.subarray(70_001), Buffer.from('\n')]));
  assert.equal(await textOf(logs), `${word}\n`);
  const [line] = await Array.fromAsync(logs.lines(KEY, {}));
  assert.equal(line?.text, word);
});

test('a line without end is delivered in bounded pieces', async (t) => {
  const { logs } = await logsInTemp(t);
  const length = 3 * 1024 * 1024;
  await writeFile(await logs.fileFor(KEY), cri('y'.repeat(length)));
  assert.equal((await textOf(logs)).replaceAll('\n', '').length, length);
});

test('following waits for the file, delivers as it grows and ends with the container', async (t) => {
  const { logs } = await logsInTemp(t);
  let isEnded = false;
  const seen = follow(logs, { isEnded: () => isEnded });
  t.after(() => seen.stop());
  const path = await logs.fileFor(KEY);
  await appendFile(path, cri('first'));
  await until('the first line', () => seen.text === 'first\n');
  const line = cri('second');
  await appendFile(path, line.slice(0, 20));
  await appendFile(path, line.slice(20) + cri('50 %', { tag: 'P' }));
  await until('the rest of a torn write and a progress line', () => seen.text === 'first\nsecond\n50 %');
  await appendFile(path, cri(' 100 %'));
  isEnded = true;
  await until('the end', () => seen.isDone);
  assert.equal(seen.text, 'first\nsecond\n50 % 100 %\n');
});

test('following from the end shows only what comes', async (t) => {
  const { logs } = await logsInTemp(t);
  const path = await logs.fileFor(KEY);
  await writeFile(path, cri('before'));
  const seen = follow(logs, { tailLines: 0 });
  t.after(() => seen.stop());
  // What is written before the reader took its place in the file is not shown; so write until something is.
  await until('a line', async () => {
    await appendFile(path, cri('after'));
    return seen.text !== '';
  });
  assert.match(seen.text, /^(after\n)+$/);
});

test('an abort ends a follow without an error', async (t) => {
  const { logs } = await logsInTemp(t);
  await writeFile(await logs.fileFor(KEY), cri('x'));
  const seen = follow(logs);
  await until('the line', () => seen.text !== '');
  seen.stop();
  await until('the end', () => seen.isDone);
});

test('search runs RE2 and stops at its limit', async (t) => {
  const { logs } = await logsInTemp(t);
  await writeFile(await logs.fileFor(KEY), Array.from({ length: 100 }, (_, i) => cri(i % 10 === 0 ? `error ${i}` : `fine ${i}`)).join(''));
  const matches = await Array.fromAsync(logs.search(KEY, '^err.r \\d+$', { limit: 3 }));
  assert.deepEqual(matches.map(({ lineNumber, text }) => ({ lineNumber, text })), [
    { lineNumber: 1, text: 'error 0' },
    { lineNumber: 11, text: 'error 10' },
    { lineNumber: 21, text: 'error 20' },
  ]);
  assert.throws(() => logs.search(KEY, '(?=lookahead)', { limit: 1 }), { reason: 'InvalidPattern' });
});

test('a pattern that hangs other engines does not hang this one', async (t) => {
  const { logs } = await logsInTemp(t);
  await writeFile(await logs.fileFor(KEY), cri(`${'a'.repeat(10_000)}!`));
  assert.deepEqual(await Array.fromAsync(logs.search(KEY, '^(a+)+$', { limit: 1 })), []);
});

test('names that are no Kubernetes names never become a path', async (t) => {
  const { logs } = await logsInTemp(t);
  const bad: Partial<LogKey>[] = [
    { container: '' },
    { container: '..' },
    { container: 'main/../x' },
    { container: 'a\0b' },
    { podUid: '..' },
    { podUid: '' },
    { podUid: 'a/b' },
    { podUid: '../../etc' },
    { restart: -1 },
    { restart: 1.5 },
    { restart: Number.NaN },
  ];
  for (const part of bad) {
    await assert.rejects(logs.fileFor({ ...KEY, ...part }), (error) => error instanceof Failure && error.reason === 'InvalidLogKey', JSON.stringify(part));
    assert.throws(() => logs.read({ ...KEY, ...part }, {}), { reason: 'InvalidLogKey' });
  }
  await assert.rejects(logs.keysOf('../..'), { reason: 'InvalidLogKey' });
});

test('the longest legal names fit', async (t) => {
  const { logs } = await logsInTemp(t);
  const key: LogKey = { podUid: 'u'.repeat(64), container: 'c'.repeat(63), restart: 999_999_999 };
  await writeFile(await logs.fileFor(key), cri('x'));
  assert.equal(await textOf(logs, {}, key), 'x\n');
});

test('keys of a Pod, by container and attempt', async (t) => {
  const { logs } = await logsInTemp(t);
  for (const [container, restart] of [['main', 10], ['main', 2], ['init', 0]] as const) await writeFile(await logs.fileFor({ ...KEY, container, restart }), '');
  assert.deepEqual((await logs.keysOf(KEY.podUid)).map((key) => `${key.container}.${key.restart}`), ['init.0', 'main.2', 'main.10']);
  assert.deepEqual((await logs.keysOf(KEY.podUid))[0], { ...KEY, container: 'init', restart: 0 });
});

test('retention removes whole old files and leaves what is no log', async (t) => {
  const { logs, directory } = await logsInTemp(t);
  const uids = ['uid-old', 'uid-kept', 'uid-new'];
  for (const podUid of uids) {
    const path = await logs.fileFor({ ...KEY, podUid });
    await writeFile(path, cri('x'));
    if (podUid !== 'uid-new') await utimes(path, 1, 1);
  }
  await writeFile(join(directory, 'ui/notes.txt'), '');
  await utimes(join(directory, 'ui/notes.txt'), 1, 1);
  await logs.retain({ ageMsMax: 60_000, sizeBytesMax: 1e9, isKept: (uid) => uid === 'uid-kept' });
  assert.deepEqual((await readdir(join(directory, 'ui'))).sort(), ['notes.txt', 'uid-kept.main.0.log', 'uid-new.main.0.log']);
});

test('a log of several files reads as one: whole, from a time on, its tail, its size; retention knows them all', async (t) => {
  const { logs } = await logsInTemp(t);
  const path = await logs.fileFor(KEY);
  const line = (n: number) => cri(`line ${n}`, { at: n * 1000 });
  // Numbers are numbers, not words.
  for (const [index, number] of [9, 10, 11].entries()) await writeFile(`${path}.${number}`, line(3 * index) + line(3 * index + 1) + line(3 * index + 2));
  await writeFile(path, line(9));
  const lines = Array.from({ length: 10 }, (_, n) => `line ${n}\n`);
  assert.equal(await textOf(logs), lines.join(''));
  for (let tailLines = 0; tailLines <= 11; tailLines++) assert.equal(await textOf(logs, { tailLines }), tailLines === 0 ? '' : lines.slice(-tailLines).join(''), `tail of ${tailLines}`);
  assert.equal(await textOf(logs, { sinceMs: Date.UTC(2026, 0, 1) + 5000 }), lines.slice(5).join(''));
  assert.deepEqual(await logs.keysOf(KEY.podUid), [KEY]);
  assert.equal(await logs.sizeOf(KEY.podUid, KEY.container), 10 * line(0).length);
  await logs.retain({ ageMsMax: Number.POSITIVE_INFINITY, sizeBytesMax: 0, isKept: () => false });
  assert.equal(await logs.sizeOf(KEY.podUid, KEY.container), 0);
});

test('following goes on in the next file, misses nothing of those that are kept, and takes up again behind those that are gone', async (t) => {
  const { logs } = await logsInTemp(t);
  let isEnded = false;
  const seen = follow(logs, { isEnded: () => isEnded });
  t.after(() => seen.stop());
  const path = await logs.fileFor(KEY);
  await appendFile(path, cri('one'));
  await until('the first file', () => seen.text === 'one\n');
  await appendFile(path, cri('two'));
  await rename(path, `${path}.1`);
  await appendFile(path, cri('three'));
  await rename(path, `${path}.2`);
  await appendFile(path, cri('four'));
  await until('the files after it', () => seen.text === 'one\ntwo\nthree\nfour\n');
  await appendFile(path, cri('five'));
  isEnded = true;
  await until('the end', () => seen.isDone);
  assert.equal(seen.text, 'one\ntwo\nthree\nfour\nfive\n');
});

test('what is appended here begins another file when one is full', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-logs-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const logs = openLogs({ directory, limits: { fileBytesMax: 100, fileCountMax: 2 }, clock: systemClock, log: silentLog });
  const path = await logs.fileFor(KEY);
  for (let n = 0; n < 9; n++) await logs.append(path, cri(`line ${n}`));
  assert.equal((await readdir(dirname(path))).length, 2);
  assert.equal(await textOf(logs), 'line 3\nline 4\nline 5\nline 6\nline 7\nline 8\n');
});

test('the logs of older attempts go, with all of their files; later ones, other containers and other Pods stay', async (t) => {
  const { logs } = await logsInTemp(t);
  const other = { ...KEY, podUid: KEY.podUid.replace(/5f$/, '5e') };
  for (const key of [0, 1, 2, 10].map((restart) => ({ ...KEY, restart }))) await writeFile(await logs.fileFor(key), cri('line'));
  await writeFile(`${await logs.fileFor({ ...KEY, restart: 1 })}.3`, cri('older line'));
  for (const key of [{ ...KEY, container: 'side' }, other]) await writeFile(await logs.fileFor(key), cri('line'));
  await logs.forget({ ...KEY, restart: 1 });
  assert.deepEqual((await logs.keysOf(KEY.podUid)).map((key) => `${key.container}.${key.restart}`), ['main.2', 'main.10', 'side.0']);
  assert.deepEqual((await readdir(dirname(await logs.fileFor(KEY)))).filter((name) => name.includes('.1.log')), []);
  assert.equal((await logs.keysOf(other.podUid)).length, 1);
});
