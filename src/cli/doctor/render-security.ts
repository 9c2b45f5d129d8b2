// How what the doctor tried is printed.
import type { SecurityFinding } from './examine-security.ts';

const SYMBOLS: Readonly<Record<SecurityFinding['verdict'], string>> = { refused: '✓', problem: '✗', 'not tried': '·' };

export function renderSecurity(findings: readonly SecurityFinding[]): string {
  const width = Math.max(...findings.map(({ attack }) => attack.length));
  const lines = findings.map(({ attack, verdict, observation }) => `${SYMBOLS[verdict]} ${attack.padEnd(width)}  ${verdict.padEnd(9)}  ${observation}\n`);
  const problemCount = findings.filter(({ verdict }) => verdict === 'problem').length;
  const refusedCount = findings.filter(({ verdict }) => verdict === 'refused').length;
  const untriedCount = findings.length - problemCount - refusedCount;
  const rest = untriedCount === 0 ? '' : ` ${untriedCount} were not tried: see the lines with ·.`;
  const sum = problemCount === 0 ? `All ${refusedCount} attacks were refused.${rest}` : `${problemCount} of ${findings.length} attacks were not refused: see the lines with ✗.${rest}`;
  return `${lines.join('')}\n${sum}\n`;
}
