// Arms the crash points for tests: SLIPWAY_CRASH_AT=<name>[:<n>] kills this process with SIGKILL at the n-th pass.
import { armCrashPoints } from '../base/mod.ts';

export function armCrashPointsFrom(environment: Readonly<Record<string, string | undefined>>): void {
  const setting = environment['SLIPWAY_CRASH_AT'];
  if (setting === undefined || setting === '') return;
  const [name, nth] = setting.split(':');
  let remaining = Number(nth ?? 1);
  armCrashPoints((passed) => {
    if (passed === name && --remaining === 0) process.kill(process.pid, 'SIGKILL');
  });
}
