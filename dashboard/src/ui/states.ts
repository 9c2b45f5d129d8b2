// What each state of a run or task is called, and which colours it has. One table for badges, graph, timeline and filters.

type Tone = 'good' | 'bad' | 'busy' | 'warn' | 'reuse' | 'calm';
export type StateShape = 'check' | 'cross' | 'spinner' | 'dots' | 'clock' | 'bolt' | 'skip' | 'slash';

export interface StateLook {
  readonly title: string;
  readonly tone: Tone;
  readonly shape: StateShape;
}

const LOOKS: Readonly<Record<string, StateLook>> = {
  SUCCEEDED: { title: 'Succeeded', tone: 'good', shape: 'check' },
  CACHED: { title: 'Cached', tone: 'reuse', shape: 'bolt' },
  FAILED: { title: 'Failed', tone: 'bad', shape: 'cross' },
  RUNNING: { title: 'Running', tone: 'busy', shape: 'spinner' },
  PENDING: { title: 'Pending', tone: 'calm', shape: 'dots' },
  WAITING: { title: 'Waiting', tone: 'calm', shape: 'clock' },
  CANCELING: { title: 'Canceling', tone: 'warn', shape: 'spinner' },
  CANCELED: { title: 'Canceled', tone: 'warn', shape: 'slash' },
  SKIPPED: { title: 'Skipped', tone: 'calm', shape: 'skip' },
};

export function lookOf(state: string | undefined): StateLook {
  return LOOKS[state ?? ''] ?? { title: state ?? 'Unknown', tone: 'calm', shape: 'dots' };
}

const ENDED: ReadonlySet<string> = new Set(['SUCCEEDED', 'CACHED', 'FAILED', 'CANCELED', 'SKIPPED']);

export function isEnded(state: string | undefined): boolean {
  return ENDED.has(state ?? '');
}
