// main: the only room that knows every door. Parses the configuration once, wires the rooms through their ports, starts
// and stops them in order, owns the data directory and its lock. Everything it exports is for the command line.
export { restoreBackup, type RestoreSummary } from './backup/restore-backup.ts';
export { writeBackup } from './backup/write-backup.ts';
export type { BackupSummary } from './backup/contents.ts';
export { authorizationReference } from './authorization-reference.ts';
export { configReference } from './config-reference.ts';
export { CONFIG_FIELDS, parseConfig, type Config, type ConfigInput } from './config.ts';
export { armCrashPointsFrom } from './crash-at.ts';
export { definedVariables } from './defined-variables.ts';
export { checkRecipesFile, doubtfulSettings } from './doubtful-settings.ts';
export { ensureDataDirectory, readServerRecord, type ServerRecord } from './data-directory.ts';
export { ensureKfpSdk } from './kfp-sdk.ts';
export { kubeconfigOfUser } from './kubeconfig.ts';
export { createPinoLog } from './pino-log.ts';
export { startSlipway, type Slipway } from './slipway.ts';
export { VERSION } from './version.ts';
