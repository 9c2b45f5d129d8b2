// Help texts, made from the commands' own descriptions.
import type { Command, Option } from './command.ts';

/** Lines are no longer than the window is wide, and never longer than this: nobody reads such lines. */
const COLUMNS_MAX = 120;
/** What is left for sentences in a narrow window; then lines are longer than it. */
const SENTENCE_COLUMNS_MIN = 30;

const HELP_OPTION: Option = { name: 'help', short: 'h', sentence: 'Show this text.' };

export function describeAllCommands(commands: readonly Command[], columns: number): string {
  const rows = commands.map(({ name, operands, summary }): [string, string] => [`${name} ${operands}`.trimEnd(), summary]);
  return `Slipway: Kubeflow without the cluster.

usage: slipway COMMAND [OPTION …]

${twoColumns(rows, columns)}
slipway COMMAND --help explains one command with examples.
`;
}

export function describeCommand(command: Command, columns: number): string {
  const { name, operands, summary, details, options, examples } = command;
  const sections = [
    `${summary}\n`,
    `usage: slipway ${[name, operands, '[OPTION …]'].filter((part) => part !== '').join(' ')}\n`,
    ...(details === undefined ? [] : [`${details}\n`]),
    twoColumns([...options, HELP_OPTION].map((option) => [describeFlag(option), option.sentence]), columns),
  ];
  if (examples.length > 0) sections.push(`examples:\n${examples.map(([line, effect]) => `  ${line}\n      ${effect}\n`).join('')}`);
  return sections.join('\n');
}

function describeFlag({ name, short, value, isRepeatable }: Option): string {
  const flag = `${short === undefined ? '    ' : `-${short}, `}--${name}`;
  return `${flag}${value === undefined ? '' : ` ${value}`}${isRepeatable ? ' …' : ''}`;
}

function twoColumns(rows: readonly (readonly [string, string])[], columns: number): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  const room = Math.max(SENTENCE_COLUMNS_MIN, Math.min(columns, COLUMNS_MAX) - width - 4);
  const between = `\n${' '.repeat(width + 4)}`;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${wrap(right, room).join(between)}\n`).join('');
}

/** Lines of whole words. A word that is longer than the room has a line of its own. */
function wrap(sentence: string, room: number): readonly string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= room) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
