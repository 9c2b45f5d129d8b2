// logs: container logs on disk, one log per container attempt in CRI format (`<RFC3339Nano> <stdout|stderr> <P|F> <text>`),
// written by the supervisor, kept after the Pod is gone until the retention rule takes them. Reads are bounded in memory
// whatever the size of the log, which has a few files when it is long; a tail costs what the tail costs; following uses file events with a slow poll behind them.
// Names from clients are checked before they become a path. Knows no Pod, only keys.
export { openLogs, type LogReadOptions, type LogSearchOptions, type Logs } from './open-logs.ts';
export type { LogLimits } from './log-files.ts';
export type { LogKey } from './log-path.ts';
export type { LogMatch } from './log-search.ts';
export type { LogLine } from './log-text.ts';
