// How the doctor's findings are printed.
import type { Finding } from '../../node/mod.ts';

const SYMBOLS: Readonly<Record<Finding['verdict'], string>> = { good: '✓', lacking: '!', broken: '✗' };

export function renderFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const indent = ' '.repeat(width + 6);
  const lines = findings.map(({ subject, verdict, observation, nextStep }) => {
    const head = `${SYMBOLS[verdict]} ${subject.padEnd(width)}    ${observation}\n`;
    return nextStep === undefined ? head : `${head}${indent}→ ${nextStep}\n`;
  });
  return `${lines.join('')}\n${summarize(findings)}\n`;
}

function summarize(findings: readonly Finding[]): string {
  const count = (verdict: Finding['verdict']) => findings.filter((finding) => finding.verdict === verdict).length;
  if (count('broken') > 0) return 'Slipway does not work here yet: see the lines with ✗.';
  return count('lacking') > 0 ? 'Slipway works here; the lines with ! say what would be better.' : 'All is well.';
}
