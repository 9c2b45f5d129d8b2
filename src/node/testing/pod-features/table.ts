// The page of Pod features from the results of its columns; pure.
import type { Area } from './feature.ts';

/** By feature: '' when it holds, else a sentence. */
export type Results = Readonly<Record<string, string>>;

export type Column = { readonly results: Results } | { readonly missing: string };

const HEAD = `# What Pods can do

Written by \`npm run conformance:pods\`, which runs a tiny Pod for every line. A process runs on this machine behind namespaces,
a container in an engine (podman). ✓ holds; a number leads to a note; – was not run.
`;

export function podsReference(areas: readonly Area[], columns: Readonly<Record<string, Column>>): string {
  const notes: string[] = [];
  const cell = (column: Column, feature: string): string => {
    if ('missing' in column) return '–';
    const outcome = column.results[feature];
    if (outcome === '') return '✓';
    const note = outcome ?? 'it was not run';
    if (!notes.includes(note)) notes.push(note);
    return `✗ ${notes.indexOf(note) + 1}`;
  };
  const names = Object.keys(columns);
  const tables = areas.map(({ title, features }) => {
    const rows = features.map(({ name }) => `| ${name.replaceAll('|', '\\|')} | ${names.map((column) => cell(columns[column]!, name)).join(' | ')} |`);
    return [`## ${title}`, '', `| | ${names.join(' | ')} |`, `| --- |${names.map(() => ' --- |').join('')}`, ...rows, ''].join('\n');
  });
  const gaps = Object.entries(columns).flatMap(([name, column]) => ('missing' in column ? [`- ${name}: ${column.missing}.`] : []));
  const sections = [
    HEAD,
    ...tables,
    ...(notes.length === 0 ? [] : ['## Notes', '', ...notes.map((note, index) => `${index + 1}. ${note}`), '']),
    ...(gaps.length === 0 ? [] : ['## Not run', '', ...gaps, '']),
  ];
  return `${sections.join('\n').trimEnd()}\n`;
}
