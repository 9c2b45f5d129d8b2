// Logging as a context that is passed in: a constant sentence plus fields. `main` wires it to pino, tests to nothing.

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  /** Undefined when the level is off: call as `log.debug?.('sentence', {…})`, so that fields are not even built. */
  readonly debug: ((sentence: string, fields?: LogFields) => void) | undefined;
  info(sentence: string, fields?: LogFields): void;
  warn(sentence: string, fields?: LogFields): void;
  error(sentence: string, fields?: LogFields): void;
  /** A context with more fixed fields, for example `{component: 'engine'}`. */
  with(fields: LogFields): Log;
}

export const silentLog: Log = {
  debug: undefined,
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLog,
};
