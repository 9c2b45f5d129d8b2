// Starts the server in this process, for `up` and `demo`.
import { join } from 'node:path';
import { ensureDashboard } from '../../bin/launch.mjs';
import { armCrashPointsFrom, checkRecipesFile, CONFIG_FIELDS, createPinoLog, doubtfulSettings, ensureDataDirectory, parseConfig, startSlipway, type Slipway } from '../main/mod.ts';
import type { CommandInput, Option } from './command.ts';
import { formatDuration } from './format.ts';
import type { Terminal } from './terminal.ts';

const VALUE_OF_TYPE = { integer: 'N', boolean: 'true|false', string: 'TEXT' } as const;

/** Every field of the configuration is an option of these commands. */
export const CONFIG_OPTIONS: readonly Option[] = CONFIG_FIELDS.map((field) => ({
  name: field.name,
  value: VALUE_OF_TYPE[field.type],
  sentence: `${field.sentence}${field.default === undefined || field.default === '' ? '' : ` (${field.default})`}`,
}));

export interface StartOptions {
  /** Log to slipway.log in the data directory instead of stderr. */
  readonly isLoggedToFile: boolean;
}

/** Resolves when it answers, having said so. Throws Failure with a sentence for people. */
export async function startServer(input: CommandInput, terminal: Terminal, { isLoggedToFile }: StartOptions): Promise<Slipway> {
  const flags = Object.fromEntries(CONFIG_FIELDS.map(({ name }) => [name, input.text(name)]));
  const config = parseConfig(flags, terminal.environment);
  armCrashPointsFrom(terminal.environment);
  checkRecipesFile(config);
  ensureDataDirectory(config.dataDir);
  // Not before the flags are known to be good: nobody waits for pages in order to read what he mistyped.
  ensureDashboard();
  const startedMs = terminal.clock.steadyMs();
  const file = isLoggedToFile ? join(config.dataDir, 'slipway.log') : undefined;
  const slipway = await startSlipway(config, createPinoLog({ level: config.logLevel, file }));
  const took = formatDuration(terminal.clock.steadyMs() - startedMs);
  terminal.out(`Slipway is ready at ${slipway.url} (${took}); its data is in ${config.dataDir}\n`);
  for (const sentence of await doubtfulSettings(config)) terminal.err(`slipway: ${sentence}\n`);
  return slipway;
}

/** Resolves when the user asks to stop; then everything is stopped in order. */
export async function serveUntilStopped(server: Slipway, terminal: Terminal): Promise<void> {
  const { signal } = terminal;
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  terminal.out('\nStopping; steps that run go on and are taken up by the next start.\n');
  await server.stop();
}
