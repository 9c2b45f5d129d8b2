// `npm run check`: every static check, one line each, with the output of those that fail.
import { CHECKS, runCheck } from './check/checks.ts';

for (const check of CHECKS) {
  const { name, isPassed, output, durationMs } = await runCheck(check);
  console.log(`${isPassed ? '✓' : '✗'} ${name}  ${(durationMs / 1000).toFixed(1)} s`);
  if (isPassed) continue;
  console.log(output);
  process.exitCode = 1;
}
