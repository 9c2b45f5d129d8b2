// npm test [-- [WORD …] [OPTION …]]: static checks, then every test, then a part of them as an unprivileged user when started as root. The
// last line is `N passed, N failed, N skipped`; exit code 1 when one failed.
//   WORD             a room (engine), a folder (tools) or a part of a test's path; none: everything
//   --unit           only the pure tests
//   --no-checks      without tidy, types, lint and dead code
//   --as-user        run the chosen tests as an unprivileged user (when started as root)
//   --no-as-user     leave that part out of a full run
//   --concurrency N  test files at a time (2)
// Example: npm test -- engine --unit
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { CHECKS, runCheck } from './check/checks.ts';
import { readCount } from './read-count.ts';
import { canRunAsUser, runAsUser } from './test/as-user.ts';
import { Report } from './test/report.ts';
import { runFiles } from './test/run-files.ts';
import { findTests, selectTests } from './test/select.ts';

/** What a full run as root repeats as an unprivileged user: the rooms that touch processes, namespaces and files. */
const AS_USER_WORDS = ['src/node', 'src/blobs', 'src/logs', 'src/cli'];
const UNIT_TIMEOUTS = { testTimeoutMs: 60_000, fileTimeoutMs: 120_000 };
/** Where more fail, it is not the machine. */
const FILES_AGAIN_MAX = 4;
const INTEGRATION_TIMEOUTS = { testTimeoutMs: 180_000, fileTimeoutMs: 300_000 };

const root = dirname(import.meta.dirname);
const report = new Report((text) => process.stdout.write(text));
const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    unit: { type: 'boolean', default: false },
    'no-checks': { type: 'boolean', default: false },
    'as-user': { type: 'boolean', default: false },
    'no-as-user': { type: 'boolean', default: false },
    concurrency: { type: 'string' },
  },
});
await main();

async function main(): Promise<void> {
  const isFullRun = words.length === 0 && !values.unit;
  if (values['as-user']) {
    await repeatAsUser(words);
  } else {
    if (isFullRun && !values['no-checks']) await runChecks();
    await runTests();
    if (isFullRun && !values['no-as-user'] && canRunAsUser()) await repeatAsUser(AS_USER_WORDS);
  }
  report.finish();
  process.exitCode = report.totals.failed === 0 ? 0 : 1;
}

async function runChecks(): Promise<void> {
  for (const check of CHECKS) {
    const { name, isPassed, output, durationMs } = await runCheck(check);
    report.add({ file: 'check', name, durationMs, outcome: isPassed ? 'passed' : 'failed', details: output });
    process.stdout.write(`${isPassed ? '✓' : '✗'} check: ${name}  ${(durationMs / 1000).toFixed(1)} s\n`);
  }
}

async function runTests(): Promise<void> {
  const { unit, integration } = selectTests(findTests(root), words);
  const concurrency = readCount('--concurrency', values.concurrency, 2);
  if (unit.length + integration.length === 0) {
    report.add({ file: 'npm test', name: words.join(' '), durationMs: 0, outcome: 'failed', details: 'no test file is meant by this' });
  }
  await runFiles(unit, report, { root, concurrency, ...UNIT_TIMEOUTS });
  if (!values.unit) await runFiles(integration, report, { root, concurrency, ...INTEGRATION_TIMEOUTS });
  await runAlone(report.failedOf(integration));
}

/** A test that watches time may fail for the sake of its neighbours on a small machine; alone it has no such excuse. */
async function runAlone(files: readonly string[]): Promise<void> {
  if (files.length > FILES_AGAIN_MAX) return;
  for (const file of files) report.takeBack(file);
  await runFiles(files, report, { root, concurrency: 1, ...INTEGRATION_TIMEOUTS });
}

async function repeatAsUser(userWords: readonly string[]): Promise<void> {
  if (!canRunAsUser()) {
    report.add({ file: 'npm test', name: '--as-user', durationMs: 0, outcome: 'skipped', details: 'started by an unprivileged user already' });
    return;
  }
  process.stdout.write(`\nas an unprivileged user: ${userWords.join(' ') || 'everything'}\n`);
  report.addTotals('as an unprivileged user', await runAsUser(root, userWords, (text) => process.stdout.write(text)));
}
