// All commands, in the order of the help.
import { backupCommand } from './commands/backup.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { getCommand } from './commands/get.ts';
import { kubeconfigCommand } from './commands/kubeconfig.ts';
import { logsCommand } from './commands/logs.ts';
import { restoreCommand } from './commands/restore.ts';
import { runCommand } from './commands/run.ts';
import { upCommand } from './commands/up.ts';
import { versionCommand } from './commands/version.ts';
import type { Command } from './command.ts';

export const COMMANDS: readonly Command[] = [upCommand, demoCommand, runCommand, logsCommand, getCommand, doctorCommand, backupCommand, restoreCommand, kubeconfigCommand, versionCommand];
