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

/** Failed steps that are told; a wide loop has thousands. */
const FAILED_TOLD_MAX = 10;

/** Page of a run, as the kfp SDK links it too. */
export function linkTo(connection: Connection, runId: string): string {
  return `${connection.url}/#/runs/details/${encodeURIComponent(runId)}`;
}

/** Resolves with the exit code: success only when the run succeeded. `afterInterruption` says what becomes of a run that nobody follows any more. */
export async function followToEnd(connection: Connection, runId: string, terminal: Terminal, afterInterruption = `The run goes on: ${linkTo(connection, runId)}`): Promise<number> {
  const { clock, signal } = terminal;
  const feed = createRunFeed(connection, runId, clock);
  try {
    const final = await followRun(feed, createDisplay(terminal), { clock, signal });
    terminal.out(`\n${describeEnd(final, feed.outcome())}${linkTo(connection, runId)}\n`);
    return final.state === 'SUCCEEDED' ? EXIT.success : EXIT.failure;
  } catch (error) {
    if (signal.aborted) terminal.out(`\n${afterInterruption}\n`);
    throw error;
  }
}

/** How it ended, what failed and where to look, what it yielded. */
export function describeEnd(run: RunView, { outputs, metrics }: RunOutcome): string {
  const time = run.finishedAtMs === undefined ? '' : ` in ${formatDuration(run.finishedAtMs - run.createdAtMs)}`;
  const failed = run.steps.filter(({ state }) => state === 'FAILED');
  // Each thing once: a step's own line tells what the sentence about the run repeats, and mostly the last line of its log, too.
  const isToldBelow = failed.some(({ message }) => message !== '' && run.message.includes(message));
  const lines = [`${run.name} ${wordFor(run.state)}${time}${run.message === '' || isToldBelow ? '' : `: ${run.message}`}`];
  for (const step of failed.slice(0, FAILED_TOLD_MAX)) {
    lines.push(`  ${step.name} failed${step.message === '' ? '' : `: ${step.message}`}`);
    if (!step.message.endsWith(step.lastLine.trim())) lines.push(`    its last line: ${step.lastLine}`);
    lines.push(`    all of its log: slipway logs ${run.id} ${wordForStep(run, step)}`);
  }
  if (failed.length > FAILED_TOLD_MAX) lines.push(`  … and ${failed.length - FAILED_TOLD_MAX} more failed`);
  for (const [name, value] of Object.entries(metrics)) lines.push(`  ${name} ${Number(value.toFixed(4))}`);
  for (const [name, value] of Object.entries(outputs)) {
    if (!(name === 'Output' && Object.values(metrics).includes(Number(value)))) lines.push(`  ${name} = ${JSON.stringify(value)}`);
  }
  return `${lines.join('\n')}\n`;
}
