// What `run --follow` and `demo` share: a run followed on the terminal, and what is said when it has ended.
import { EXIT } from './command.ts';
import { wordForStep } from './find-step.ts';
import { formatDuration } from './format.ts';
import { createDisplay } from './progress/display.ts';
import { followRun } from './progress/follow.ts';
import { wordFor, type RunView } from './progress/run-view.ts';
import type { Connection } from './server/connection.ts';
import { createRunFeed } from './server/run-feed.ts';
import type { RunOutcome } from './server/run-state.ts';
import type { Terminal } from './terminal.ts';

/** Page of a run, as the kfp SDK links it too. */
export function linkTo(connection: Connection, runId: string): string {
  return `${connection.url}/#/runs/details/${encodeURIComponent(runId)}`;
}

/** Resolves with the exit code: success only when the run succeeded. */
export async function followToEnd(connection: Connection, runId: string, terminal: Terminal): Promise<number> {
  const { clock, signal } = terminal;
  const feed = createRunFeed(connection, runId, clock);
  try {
    const final = await followRun(feed, createDisplay(terminal), { clock, signal });
    terminal.out(`\n${describeEnd(final, feed.outcome())}${linkTo(connection, runId)}\n`);
    return final.state === 'SUCCEEDED' ? EXIT.success : EXIT.failure;
  } catch (error) {
    if (signal.aborted) terminal.out(`\nThe run goes on: ${linkTo(connection, runId)}\n`);
    throw error;
  }
}

/** How it ended, what failed and where to look, what it yielded. */
export function describeEnd(run: RunView, { outputs, metrics }: RunOutcome): string {
  const time = run.finishedAtMs === undefined ? '' : ` in ${formatDuration(run.finishedAtMs - run.createdAtMs)}`;
  const lines = [`${run.name} ${wordFor(run.state)}${time}${run.message === '' ? '' : `: ${run.message}`}`];
  for (const step of run.steps.filter(({ state }) => state === 'FAILED')) {
    lines.push(`  ${step.name} failed${step.message === '' ? '' : `: ${step.message}`}`);
    if (step.lastLine !== '') lines.push(`    its last line: ${step.lastLine}`);
    lines.push(`    all of its log: slipway logs ${run.id} ${wordForStep(run, step)}`);
  }
  for (const [name, value] of Object.entries(metrics)) lines.push(`  ${name} ${Number(value.toFixed(4))}`);
  for (const [name, value] of Object.entries(outputs)) {
    if (!(name === 'Output' && Object.values(metrics).includes(Number(value)))) lines.push(`  ${name} = ${JSON.stringify(value)}`);
  }
  return `${lines.join('\n')}\n`;
}
