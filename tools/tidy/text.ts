// Rules for any file: size, leftovers, hosts that tie the repository to one package registry; Markdown titles and links.
import { posix } from 'node:path';
import { isGenerated, lineOf, type Complaint, type TreeFile } from './tree.ts';

export const FILE_SIZE_BYTES_MAX = 128 * 1024;

/** Written in pieces, so that this file passes its own check. */
const FORBIDDEN: readonly { readonly pattern: RegExp; readonly sentence: string }[] = [
  { pattern: new RegExp(String.raw`\b(${['FIX', 'TO'].join('ME|')}DO|X{3})\b`, 'g'), sentence: 'finish it, or open an issue and say why here' },
  {
    pattern: new RegExp([`registry\\.${'npmjs'}\\.`, `\\b${'pypi'}\\.org`, `files\\.${'pythonhosted'}\\.`, `\\bproxy\\.${'golang'}\\.`].join('|'), 'g'),
    sentence: 'name no package registry: npm and pip know the ones of the machine',
  },
];

export function checkText(file: TreeFile): Complaint[] {
  const complaints: Complaint[] = [];
  if (file.sizeBytes > FILE_SIZE_BYTES_MAX && !isGenerated(file.path)) {
    complaints.push({ path: file.path, sentence: `${file.sizeBytes} bytes; at most ${FILE_SIZE_BYTES_MAX} outside generated/` });
  }
  for (const { pattern, sentence } of FORBIDDEN) {
    for (const match of file.text.matchAll(pattern)) {
      complaints.push({ path: file.path, line: lineOf(file.text, match.index), sentence: `"${match[0]}": ${sentence}` });
    }
  }
  return complaints;
}

export function checkMarkdown(file: TreeFile, paths: ReadonlySet<string>): Complaint[] {
  if (!file.path.endsWith('.md')) return [];
  const prose = file.text.replaceAll(/^```[\s\S]*?^```/gm, (block) => block.replaceAll(/[^\n]/g, ' '));
  const complaints: Complaint[] = [];
  if (!prose.startsWith('# ')) complaints.push({ path: file.path, line: 1, sentence: 'the first line must be the title: "# …"' });
  const number = /^docs\/adr\/(\d{4})-/.exec(file.path)?.[1];
  const namesake = [...paths].find((path) => number !== undefined && path !== file.path && path.startsWith(`docs/adr/${number}-`));
  if (namesake !== undefined) complaints.push({ path: file.path, line: 1, sentence: `has the number of ${namesake}: take the next free one` });
  const titles = [...prose.matchAll(/^# /gm)];
  if (titles.length > 1) complaints.push({ path: file.path, line: lineOf(prose, titles[1]!.index), sentence: 'one title is enough: use "## …"' });
  for (const match of prose.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)) {
    const target = posix.normalize(posix.join(posix.dirname(file.path), match[1]!)).replace(/\/$/, '');
    const exists = paths.has(target) || [...paths].some((path) => path.startsWith(`${target}/`));
    if (!exists) complaints.push({ path: file.path, line: lineOf(prose, match.index), sentence: `links to ${target}, which does not exist` });
  }
  return complaints;
}
