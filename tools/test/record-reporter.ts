// The reporter inside a test process: one line of JSON for each finished test, and one when the file is complete. Node loads
// it by path (--test-reporter), which asks for a default export.
import type { TestEvent } from 'node:test/reporters';
import { describeFailure } from './report.ts';

export interface TestRecord {
  /** Names from the outermost suite inwards. */
  readonly name: string;
  readonly durationMs: number;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly details?: string;
}

/** Last line of a file that ran to its end. */
export const COMPLETE = '"complete"';

export default async function* recordTests(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const suitePath: string[] = [];
  for await (const event of source) {
    if (event.type === 'test:start') {
      suitePath.length = event.data.nesting;
      suitePath.push(event.data.name);
    }
    const record = recordOf(event, suitePath);
    if (record !== undefined) yield `${JSON.stringify(record)}\n`;
    if (event.type === 'test:summary') yield `${COMPLETE}\n`;
  }
}

function recordOf(event: TestEvent, suitePath: readonly string[]): TestRecord | undefined {
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return undefined;
  const { details, nesting, skip, todo } = event.data;
  const place = { name: [...suitePath.slice(0, nesting), event.data.name].join(' › '), durationMs: details.duration_ms };
  if (event.type === 'test:fail') {
    const { error, type } = event.data.details;
    // A suite fails because something in it failed, which was told already.
    if (type === 'suite' && 'failureType' in error && error.failureType === 'subtestsFailed') return undefined;
    return { ...place, outcome: 'failed', details: describeFailure(error) };
  }
  if (details.type === 'suite') return undefined;
  const skipped = skip ?? todo ?? false;
  if (skipped === false) return { ...place, outcome: 'passed' };
  return { ...place, outcome: 'skipped', ...(typeof skipped === 'string' && skipped !== '' ? { details: skipped } : {}) };
}
