// The two ways to show a run: a picture that is redrawn in place for people, plain lines for files and CI.
import { hasTaskEnded } from '../../records/mod.ts';
import { formatDuration } from '../format.ts';
import type { Terminal } from '../terminal.ts';
import { renderFrame, SPINNER_STEP_MS } from './frame.ts';
import { wordFor, type RunView, type StepView } from './run-view.ts';
import { Screen } from './screen.ts';

export interface Display {
  /** The run as it is now. */
  update(view: RunView): void;
  /** A line that a step wrote. The next `update` may carry it as the step's last line. */
  addLine(step: StepView, line: string): void;
  /** Leaves the last state standing. Idempotent. */
  close(): void;
}

export function createDisplay(terminal: Terminal): Display {
  return terminal.isInteractive ? createScreenDisplay(terminal) : createLineDisplay((text) => terminal.out(text));
}

function createScreenDisplay(terminal: Terminal): Display {
  const screen = new Screen((text) => terminal.out(text));
  let view: RunView | undefined;
  let cancelTick: (() => void) | undefined;
  const draw = () => {
    if (view === undefined) return;
    const size = { columns: terminal.columns(), rows: terminal.rows() - 1 };
    screen.draw(renderFrame(view, { ...size, nowMs: terminal.clock.now(), hasColor: terminal.hasColor }));
    cancelTick = terminal.clock.schedule(SPINNER_STEP_MS, draw);
  };
  return {
    update(next) {
      view = next; // drawn at the next tick: a burst of changes is one picture
      if (cancelTick === undefined) draw();
    },
    addLine: () => {},
    close() {
      cancelTick?.();
      draw();
      cancelTick?.();
      view = undefined;
      screen.close();
    },
  };
}

/** Every change once: `train  running`, `train  | fitting …`, `train  succeeded in 1.2 s`. */
export function createLineDisplay(write: (text: string) => void): Display {
  const said = new Map<string, string>();
  let nameLength = 0;
  const label = (step: StepView) => step.name.padEnd(nameLength);
  return {
    update(view) {
      nameLength = Math.max(nameLength, ...view.steps.map(({ name }) => name.length));
      for (const step of view.steps) {
        const sentence = describeStep(step);
        if (sentence === undefined || said.get(step.id) === sentence) continue;
        said.set(step.id, sentence);
        write(`${label(step)}  ${sentence}\n`);
      }
    },
    addLine: (step, line) => write(`${label(step)}  | ${line}\n`),
    close: () => {},
  };
}

/** Undefined for waiting: in a file, only what happens is worth a line. */
function describeStep(step: StepView): string | undefined {
  const { state, message, attempt, startedAtMs, finishedAtMs } = step;
  const isRetry = attempt > 0 && !hasTaskEnded(state);
  if (state === 'WAITING' && !isRetry) return undefined;
  const hasTime = startedAtMs !== undefined && finishedAtMs !== undefined && state !== 'CACHED' && state !== 'SKIPPED';
  const time = hasTime ? ` in ${formatDuration(finishedAtMs - startedAtMs)}` : '';
  return `${wordFor(state)}${time}${message === '' ? '' : `: ${message}`}`;
}
