// The judgement of a row, and how the table is written.
import type { ExpectedEnd } from './expectations.ts';
import type { Row } from './run-file.ts';

const SENTENCE_LENGTH_MAX = 240;

/** A pipeline that needs something may also do without it: the step is in a branch that was not taken. */
export function isAsExpected({ expected, reached, sentence }: Row): boolean {
  if (expected.kind !== 'needs') return expected.kind === reached && (reached === 'succeeded' || sentence !== '');
  return reached === 'succeeded' || ((reached === 'failed' || reached === 'refused') && mentionsOne(sentence, expected.mentions));
}

function mentionsOne(sentence: string, words: readonly string[]): boolean {
  return words.some((word) => sentence.toLowerCase().includes(word.toLowerCase()));
}

export function tableLine(row: Row): string {
  const { file, expected, reached, seconds, sentence } = row;
  const verdict = isAsExpected(row) ? 'ok  ' : 'FAIL';
  const shown = sentence.replaceAll(/\s+/g, ' ').trim();
  const short = shown.length > SENTENCE_LENGTH_MAX ? `${shown.slice(0, SENTENCE_LENGTH_MAX)}…` : shown;
  return [verdict, file, expectedText(expected), reached, seconds.toFixed(1), short].join(' | ');
}

export function summaryLine(rows: readonly Row[], seconds: number): string {
  const good = rows.filter(isAsExpected).length;
  const counts = Map.groupBy(rows, ({ reached }) => reached);
  const ends = [...counts].map(([reached, those]) => `${those.length} ${reached}`).join(', ');
  return `${rows.length} files: ${good} reached their expected end, ${rows.length - good} did not (${ends}) in ${seconds.toFixed(0)} s`;
}

function expectedText(expected: ExpectedEnd): string {
  switch (expected.kind) {
    case 'succeeded':
      return 'succeeded';
    case 'failed':
    case 'refused':
      return `${expected.kind} (${expected.why})`;
    case 'needs':
      return `needs ${expected.what}`;
  }
}
