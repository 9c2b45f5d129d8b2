// The Log of base, written by pino as one JSON line per entry.
import { pino, type Logger } from 'pino';
import type { Log, LogLevel } from '../base/mod.ts';

export function createPinoLog(options: { level: LogLevel; file: string | undefined }): Log {
  const destination = options.file === undefined ? pino.destination(2) : pino.destination({ dest: options.file, append: true, sync: true });
  const logger = pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return wrap(logger);
}

function wrap(logger: Logger): Log {
  return {
    debug: logger.isLevelEnabled('debug') ? (sentence, fields) => logger.debug(fields ?? {}, sentence) : undefined,
    info: (sentence, fields) => logger.info(fields ?? {}, sentence),
    warn: (sentence, fields) => logger.warn(fields ?? {}, sentence),
    error: (sentence, fields) => logger.error(fields ?? {}, sentence),
    with: (fields) => wrap(logger.child(fields)),
  };
}
