import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeFailure, parseTotals, Report } from './report.ts';

function written(use: (report: Report) => void): string {
  let text = '';
  use(new Report((chunk) => (text += chunk)));
  return text;
}

test('a run as people read it', () => {
  const text = written((report) => {
    report.add({ file: 'src/a/x.test.ts', name: 'adds', durationMs: 2, outcome: 'passed' });
    report.add({ file: 'src/a/x.test.ts', name: 'sums › twice', durationMs: 2500, outcome: 'failed', details: 'Error: 3\nat x' });
    report.endFile('src/a/x.test.ts', 2600);
    report.add({ file: 'src/b/y.test.ts', name: 'speaks', durationMs: 0, outcome: 'skipped', details: 'no kubectl' });
    report.endFile('src/b/y.test.ts', 40);
    report.finish();
  });
  assert.equal(
    text,
    `
✗ src/a/x.test.ts: sums › twice
  Error: 3
  at x

✗ src/a/x.test.ts  2 tests  2.6 s
✓ src/b/y.test.ts  1 test  0.0 s

slowest:
    2.5 s  x.test.ts: sums › twice

skipped:
  src/b/y.test.ts: speaks (no kubectl)

failed:
  src/a/x.test.ts: sums › twice

1 passed, 1 failed, 1 skipped
`,
  );
});

test('totals of another process are counted in', () => {
  const text = written((report) => {
    report.addTotals('again', parseTotals('…\n2 passed, 0 failed, 1 skipped\n')!);
    report.finish();
  });
  assert.match(text, /\n2 passed, 0 failed, 1 skipped\n$/);
});

test('a text without a last line of totals has none', () => {
  assert.equal(parseTotals('node: out of memory\n'), undefined);
});

test('a failure shows its causes', () => {
  const inner = new Error('disk full');
  const error = new Error('cannot seal', { cause: inner });
  const described = describeFailure(Object.assign(new Error('test failed'), { cause: error }));
  assert.match(described, /^Error: cannot seal[\s\S]*\ncaused by: Error: disk full/);
});

test('a file that failed and ran again counts once, and what failed in it is named', () => {
  const text = written((report) => {
    report.add({ file: 'a.int.test.ts', name: 'slow', durationMs: 1, outcome: 'failed', details: 'too late' });
    report.add({ file: 'a.int.test.ts', name: 'quick', durationMs: 1, outcome: 'passed' });
    assert.deepEqual(report.failedOf(['a.int.test.ts', 'b.int.test.ts']), ['a.int.test.ts']);
    report.takeBack('a.int.test.ts');
    report.add({ file: 'a.int.test.ts', name: 'slow', durationMs: 1, outcome: 'passed' });
    report.add({ file: 'a.int.test.ts', name: 'quick', durationMs: 1, outcome: 'passed' });
    report.finish();
  });
  assert.match(text, /unsteady[^\n]*\n  a\.int\.test\.ts: slow\n\n2 passed, 0 failed, 0 skipped\n$/);
});
