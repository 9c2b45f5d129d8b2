// Help texts, made from the commands' own descriptions.
import type { Command, Option } from './command.ts';

const HELP_OPTION: Option = { name: 'help', short: 'h', sentence: 'Show this text.' };

export function describeAllCommands(commands: readonly Command[]): string {
  const rows = commands.map(({ name, operands, summary }): [string, string] => [`${name} ${operands}`.trimEnd(), summary]);
  return `Slipway: Kubeflow without the cluster.

usage: slipway COMMAND [OPTION …]

${twoColumns(rows)}
slipway COMMAND --help explains one command with examples.
`;
}

export function describeCommand(command: Command): string {
  const { name, operands, summary, details, options, examples } = command;
  const sections = [
    `${summary}\n`,
    `usage: slipway ${[name, operands, '[OPTION …]'].filter((part) => part !== '').join(' ')}\n`,
    ...(details === undefined ? [] : [`${details}\n`]),
    twoColumns([...options, HELP_OPTION].map((option) => [describeFlag(option), option.sentence])),
  ];
  if (examples.length > 0) sections.push(`examples:\n${examples.map(([line, effect]) => `  ${line}\n      ${effect}\n`).join('')}`);
  return sections.join('\n');
}

function describeFlag({ name, short, value, isRepeatable }: Option): string {
  const flag = `${short === undefined ? '    ' : `-${short}, `}--${name}`;
  return `${flag}${value === undefined ? '' : ` ${value}`}${isRepeatable ? ' …' : ''}`;
}

function twoColumns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}
