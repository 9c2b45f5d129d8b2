// Help texts, made from the commands' own descriptions.
import type { Command, Option } from './command.ts';

/** Lines are no longer than the window is wide, and never longer than this: nobody reads such lines. */
const COLUMNS_MAX = 100;
/** A window that leaves less for sentences beside their flags has them below. */
const SENTENCE_COLUMNS_MIN = 30;
const INDENT = ' '.repeat(6);

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
    paragraphs(summary, columns),
    `usage: slipway ${[name, operands, '[OPTION …]'].filter((part) => part !== '').join(' ')}\n`,
    ...(details === undefined ? [] : [paragraphs(details, columns)]),
    twoColumns([...options, HELP_OPTION].map((option) => [describeFlag(option), option.sentence]), columns),
  ];
  if (examples.length > 0) sections.push(`examples:\n${examples.map(([line, effect]) => `  ${line}\n${below(effect, columns)}`).join('')}`);
  return sections.join('\n');
}

function describeFlag({ name, short, value, isRepeatable }: Option): string {
  const flag = `${short === undefined ? '    ' : `-${short}, `}--${name}`;
  return `${flag}${value === undefined ? '' : ` ${value}`}${isRepeatable ? ' …' : ''}`;
}

function twoColumns(rows: readonly (readonly [string, string])[], columns: number): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  const room = columnsOf(columns) - width - 4;
  if (room < SENTENCE_COLUMNS_MIN) return rows.map(([left, right]) => `  ${left}\n${below(right, columns)}`).join('');
  const between = `\n${' '.repeat(width + 4)}`;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${wrap(right, room).join(between)}\n`).join('');
}

function paragraphs(text: string, columns: number): string {
  return text.split('\n').map((paragraph) => `${wrap(paragraph, columnsOf(columns)).join('\n')}\n`).join('');
}

function below(sentence: string, columns: number): string {
  return wrap(sentence, columnsOf(columns) - INDENT.length).map((line) => `${INDENT}${line}\n`).join('');
}

function columnsOf(window: number): number {
  return Math.min(window, COLUMNS_MAX);
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
