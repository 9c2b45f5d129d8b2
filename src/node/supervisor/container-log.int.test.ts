import assert from 'node:assert/strict';
import { readdir, readFile, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';

import { startFixture } from './supervisor-fixture.ts';

const LINE_BYTES_MAX = 16 * 1024;

test('every line is stamped, named by its stream, and in order', async (t) => {
  const fixture = await startFixture(t);
  const before = Date.now();
  const { log, stdout, stderr } = await fixture.run(fixture.shell('for i in $(seq 1 2000); do echo out $i; done; echo; echo oops >&2'));
  assert.equal(stdout(), `${Array.from({ length: 2000 }, (_, n) => `out ${n + 1}\n`).join('')}\n`);
  assert.equal(stderr(), 'oops\n');
  for (const { timestamp, tag } of log) {
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    assert.equal(tag, 'F');
  }
  const stamps = log.filter(({ stream }) => stream === 'stdout').map(({ timestamp }) => timestamp);
  assert.deepEqual(stamps, stamps.toSorted());
  assert.ok(Date.parse(stamps[0]!) >= before - 1000 && Date.parse(stamps.at(-1)!) <= Date.now() + 1000);
});

test('an unfinished last line stays unfinished', async (t) => {
  const fixture = await startFixture(t);
  const { log, stdout } = await fixture.run(fixture.shell('echo whole; printf "50%%"; sleep 0.05; printf " done"'));
  assert.equal(stdout(), 'whole\n50% done');
  assert.equal(log.at(-1)?.tag, 'P');
});

test('long lines are split where container runtimes split them, and joined again they are the same', async (t) => {
  const fixture = await startFixture(t);
  const lengths = [LINE_BYTES_MAX - 1, LINE_BYTES_MAX, LINE_BYTES_MAX + 1, 3 * LINE_BYTES_MAX, 5 * LINE_BYTES_MAX + 7, 0, 3];
  const script = lengths.map((length) => `head -c ${length} /dev/zero | tr '\\0' x; echo`).join('; ');
  const { log, stdout } = await fixture.run(fixture.shell(script));
  assert.deepEqual(stdout().split('\n').slice(0, -1).map((line) => line.length), lengths);
  assert.ok(log.every(({ text }) => text.length <= LINE_BYTES_MAX));
});

test('bytes that are no text arrive as they were written', async (t) => {
  const fixture = await startFixture(t);
  const request = fixture.request(fixture.shell(`printf '\\000\\377\\r\\n\\303\\050\\n'`));
  await fixture.ended(request, await fixture.supervisor.startContainer(request));
  const lines = (await readFile(request.logFile, 'latin1')).split('\n').map((line) => line.slice(line.indexOf(' F ') + 3));
  assert.deepEqual(lines.slice(0, 2), ['\0\xff\r', '\xc3(']);
});

test('a flood is written whole, delays nobody, and stays out of memory', async (t) => {
  const fixture = await startFixture(t);
  const sizeBytes = 100 * 1024 * 1024;
  const flood = fixture.request(fixture.shell(`yes 0123456789012345678901234567890 | head -c ${sizeBytes}`), { logFileBytesMax: 2 ** 30 });
  await fixture.supervisor.startContainer(flood);
  const neighbour = await fixture.run(fixture.shell('echo quick'));
  assert.equal(neighbour.stdout(), 'quick\n');
  assert.equal(fixture.exits.has(flood.id), false, 'the neighbour was done while the flood went on');
  const { supervisor } = await fixture.supervisor.stats();
  assert.ok(supervisor.privateBytes < 40 * 1024 ** 2, `${supervisor.privateBytes} private bytes`);
  const exit = await fixture.exitOf(flood.id);
  assert.deepEqual([exit.code, exit.logDroppedBytes], [0, 0]);
  const lineBytes = 32;
  const prefixBytes = '2026-01-01T00:00:00.000000000Z stdout F '.length;
  assert.equal((await stat(flood.logFile)).size, (sizeBytes / lineBytes) * (prefixBytes + lineBytes));
});

test('what cannot be written is counted, and the step goes on', async (t) => {
  const fixture = await startFixture(t);
  const full = fixture.request(fixture.shell('echo lost; echo and gone; exit 6'));
  await symlink('/dev/full', full.logFile);
  await fixture.supervisor.startContainer(full);
  const exit = await fixture.exitOf(full.id);
  assert.equal(exit.code, 6);
  assert.ok(exit.logDroppedBytes >= 'lost\nand gone\n'.length);
});

test('a file that is full is followed by another one; the newest ones stay, with whole lines', async (t) => {
  const fixture = await startFixture(t);
  const limits = { logFileBytesMax: 1000, logFileCountMax: 3 };
  const { exit, log } = await fixture.run(fixture.shell('i=0; while [ $i -lt 200 ]; do echo line $i; sleep 0.001; i=$((i+1)); done'), limits);
  assert.deepEqual([exit.code, exit.logDroppedBytes], [0, 0]);
  const path = join(fixture.dataDir, `${exit.id}.log`);
  const names = (await readdir(dirname(path))).filter((name) => name.startsWith(basename(path)));
  const numbers = names.map((name) => Number(name.split('.log.')[1] ?? Number.POSITIVE_INFINITY)).toSorted((a, b) => a - b);
  assert.equal(names.length, 3);
  assert.ok(numbers[0]! > 1 && numbers[1] === numbers[0]! + 1, `the oldest ones are gone: ${numbers.join(' ')}`);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dirname(path), name))).size));
  assert.ok(sizes.every((size) => size <= 1000), sizes.join(' '));
  const older = await Promise.all(numbers.slice(0, 2).map((number) => readFile(`${path}.${number}`, 'utf8')));
  const kept = [...older.flatMap((text) => text.trimEnd().split('\n').map((line) => line.slice(line.indexOf(' F ') + 3))), ...log.map(({ text }) => text)];
  assert.deepEqual(kept, Array.from({ length: kept.length }, (_, n) => `line ${200 - kept.length + n}`));
});
