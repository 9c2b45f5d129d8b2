// Texts that several commands print: durations, ages, tables, lines of programs.

/** `0.8 s`, `12 s`, `3 m 05 s`, `2 h 03 m`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, durationMs) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} m`;
}

/** Age as kubectl prints it: `45s`, `12m`, `3h`, `2d`. */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** Columns padded to their widest cell, three blanks apart, as kubectl prints tables. A cell is one line, whatever somebody named things. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map((cell) => cleanLine(cell.replaceAll(/[\r\n]+/g, ' '))));
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) => header.map((_, column) => (row[column] ?? '').padEnd(widths[column]!)).join('   ').trimEnd();
  return `${all.map(line).join('\n')}\n`;
}

// Escape sequences, then any control character but the tab.
const CONTROL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])|[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;

/** A program's output line as it may be shown: the last state of a progress bar, no escape sequences, tabs as blanks. */
export function cleanLine(text: string): string {
  const parts = text.split('\r').filter((part) => part !== '');
  return (parts.at(-1) ?? '').replaceAll(CONTROL, '').replaceAll('\t', ' ');
}
