// What a tool says when an install fails, as one sentence for the person who asked for the packages.
import { Failure } from '../../base/mod.ts';

const DETAIL_CHARACTERS_MAX = 600;
const REQUIREMENTS_SHOWN_MAX = 8;
const LINES_SHOWN_MAX = 4;

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
/** How uv and pip begin the lines that give the reason. */
const REASON_LINE = /^(?:×|╰─▶|├─▶|error:|ERROR:|cause:|Caused by:)\s*/;
const NOT_REACHABLE = /Failed to fetch|error sending request|Connection refused|dns error|Max retries exceeded|NewConnectionError|Retrying \(Retry|Temporary failure in name resolution|tcp connect error|operation timed out/;
/** The index was reached and said no. */
const REFUSED = /HTTP status (?:client|server) error|HTTP error \d{3}/;
const NO_MATCH = /No matching distribution found for/;
/** pip lists every version there is before it says that none matches. */
const VERSIONS_SEEN = /Could not find a version that satisfies/;
const DISK_FULL = /No space left on device|os error 28|Disk quota exceeded/i;
const CREDENTIALS = /\/\/[^/\s@]+@/g;

/** Failure `EnvironmentBuildFailed`. */
export function buildFailure(what: string, lines: readonly string[], cause?: unknown): Failure {
  return new Failure('EnvironmentBuildFailed', `${what}: ${detailOf(lines)}`, cause === undefined ? {} : { cause });
}

export function listRequirements(requirements: readonly string[]): string {
  const shown = requirements.slice(0, REQUIREMENTS_SHOWN_MAX).map(withoutCredentials).join(', ');
  return requirements.length > REQUIREMENTS_SHOWN_MAX ? `${shown} and ${requirements.length - REQUIREMENTS_SHOWN_MAX} more` : shown;
}

/** Indexes and packages may be given with a user and a password, which never go into a message or a file. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(CREDENTIALS, '//');
}

function detailOf(lines: readonly string[]): string {
  const plain = lines.map((line) => withoutCredentials(line.replaceAll(COLOURS, '').trim())).filter((line) => line !== '');
  const diskFull = plain.find((line) => DISK_FULL.test(line));
  if (diskFull !== undefined) return asSentence(`the disk is full (${diskFull})`);
  const unreachable = plain.filter((line) => NOT_REACHABLE.test(line)).map(withoutLabel);
  if (unreachable.length > 0 && !plain.some((line) => REFUSED.test(line))) {
    return asSentence(`the package index can't be reached (${[...new Set([unreachable[0], unreachable.at(-1)])].join(': ')})`);
  }
  const isNoMatch = plain.some((line) => NO_MATCH.test(line));
  const reasons = plain.filter((line) => REASON_LINE.test(line) && !(isNoMatch && VERSIONS_SEEN.test(line))).map(withoutLabel);
  const shown = (reasons.length > 0 ? reasons : plain).slice(-LINES_SHOWN_MAX);
  return shown.length === 0 ? 'the installer gave no reason.' : asSentence(shown.map((line) => line.replace(/:$/, '')).join(': '));
}

function withoutLabel(line: string): string {
  return line.replace(REASON_LINE, '');
}

function asSentence(text: string): string {
  const cut = text.length > DETAIL_CHARACTERS_MAX ? `${text.slice(0, DETAIL_CHARACTERS_MAX)}…` : text;
  return /[.!?…]$/.test(cut) ? cut : `${cut}.`;
}
