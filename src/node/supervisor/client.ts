// Finds the supervisor of a data directory, or starts it. The supervisor outlives this process; whoever connects next
// finds its containers in `list`.
import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Failure, describeError, isJsonObject, type Clock, type Log } from '../../base/mod.ts';
import { openConnection, type SupervisorConnection } from './connection.ts';
import { installProgram, removeOtherPrograms, type SupervisorProgram } from './program.ts';
import { PROTOCOL_VERSION, type Supervisor } from './protocol.ts';

/** Generous: on a crowded machine starting Python alone has taken 10 s. */
const START_TIMEOUT_MS = 45_000;
const START_POLL_MS = 5;
const IDLE_SECONDS_DEFAULT = 600;
/** Exit code of a supervisor that found another one holding the lock. */
const EXIT_ALREADY_RUNNING = 75;
const LOG_TAIL_BYTES = 2000;
/** Containers get exact environments of their own; this one is for the interpreter. */
const SUPERVISOR_ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' };

export interface SupervisorOptions {
  readonly dataDir: string;
  /** Absolute path of a Python interpreter, 3.9 or newer; not a shell wrapper. */
  readonly python: string;
  readonly log: Log;
  readonly clock: Clock;
  /** A supervisor with no containers and no client ends after this long. */
  readonly idleSeconds?: number;
  /** False: containers run plain even where namespaces are permitted. Matters only when this call starts it. */
  readonly isSandboxWanted?: boolean;
  /** False: limits are watched even where there are control groups. Matters only when this call starts it. */
  readonly areGroupsWanted?: boolean;
}

/** Throws Failure `SupervisorUnavailable` with a sentence for people. */
export async function connectSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const directory = join(options.dataDir, 'supervisor');
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw unavailable(`the directory ${directory} cannot be made`, error);
  });
  const program = await installProgram(directory).catch((error: unknown) => {
    throw unavailable(`the supervisor cannot be copied to ${directory}`, error);
  });
  const deadline = options.clock.steadyMs() + START_TIMEOUT_MS;
  let attempt: StartAttempt | undefined;
  for (;;) {
    const connection = await tryConnect(directory, options);
    if (connection !== undefined && (await isKept(connection, program, options.log))) {
      if (connection.hello.version === program.version) await removeOtherPrograms(directory, program);
      return connection;
    }
    const isGone = attempt === undefined || attempt.exitCode === 0 || attempt.exitCode === EXIT_ALREADY_RUNNING;
    if (connection === undefined && isGone) attempt = await start(directory, program, options);
    const failure = attempt?.failure;
    if (failure !== undefined) throw failure;
    if (options.clock.steadyMs() > deadline) throw unavailable(`the supervisor did not start within ${START_TIMEOUT_MS / 1000} s`);
    await options.clock.sleep(START_POLL_MS);
  }
}

async function tryConnect(directory: string, options: SupervisorOptions): Promise<SupervisorConnection | undefined> {
  try {
    const card: unknown = JSON.parse(await readFile(join(directory, 'supervisor.json'), 'utf8'));
    if (!isJsonObject(card) || typeof card['socket'] !== 'string') return undefined;
    return await openConnection(card['socket'], options);
  } catch (error) {
    options.log.debug?.('no supervisor answers', { directory, error: describeError(error) });
    return undefined;
  }
}

/** An older supervisor is replaced when it is idle, kept when it is busy and speaks this protocol. */
async function isKept(connection: SupervisorConnection, program: SupervisorProgram, log: Log): Promise<boolean> {
  const { version, protocol, runningCount, pid } = connection.hello;
  if (version === program.version) return true;
  if (runningCount > 0 && protocol === PROTOCOL_VERSION) {
    log.info('an older supervisor is kept while its containers run', { pid, runningCount });
    return true;
  }
  if (runningCount > 0) {
    connection.close();
    throw unavailable(
      `a supervisor of another version of Slipway (pid ${pid}) runs ${runningCount} containers and cannot be used: ` +
        `let them finish or end that process, then start again`,
    );
  }
  log.info('an idle older supervisor is replaced', { pid });
  await connection.shutdown().catch((error: unknown) => {
    log.debug?.('the older supervisor ended by itself', { error: describeError(error) });
  });
  connection.close();
  return false;
}

interface StartAttempt {
  readonly exitCode: number | undefined;
  readonly failure: Failure | undefined;
}

async function start(directory: string, program: SupervisorProgram, options: SupervisorOptions): Promise<StartAttempt> {
  const logPath = join(directory, 'supervisor.log');
  const logFile = await open(logPath, 'a', 0o600).catch((error: unknown) => {
    throw unavailable(`${logPath} cannot be written`, error);
  });
  const attempt: { exitCode: number | undefined; failure: Failure | undefined } = { exitCode: undefined, failure: undefined };
  const { size } = await logFile.stat();
  try {
    const child = spawn(
      options.python,
      [
        '-I',
        '-S',
        program.path,
        'supervise',
        ...['--dir', directory, '--short-dir', tmpdir(), '--version', program.version],
        ...['--idle-seconds', String(options.idleSeconds ?? IDLE_SECONDS_DEFAULT)],
        ...(options.isSandboxWanted === false ? ['--no-sandbox'] : []),
        ...(options.areGroupsWanted === false ? ['--no-cgroups'] : []),
      ],
      { detached: true, stdio: ['ignore', logFile.fd, logFile.fd], cwd: '/', env: SUPERVISOR_ENV },
    );
    child.once('error', (error) => {
      attempt.failure = unavailable(`${options.python} cannot be started`, error);
    });
    child.once('exit', (code) => {
      attempt.exitCode = code ?? undefined;
      if (code !== EXIT_ALREADY_RUNNING && code !== 0) {
        void readTail(logPath, size).then((tail) => {
          attempt.failure = unavailable(`the supervisor ended with ${code ?? 'a signal'} while it started: ${tail}`);
        });
      }
    });
    child.unref();
  } finally {
    await logFile.close();
  }
  return attempt;
}

async function readTail(path: string, from: number): Promise<string> {
  const text = await readFile(path).catch(() => Buffer.from('its log cannot be read'));
  return text.subarray(Math.max(from, text.length - LOG_TAIL_BYTES)).toString('utf8').trim();
}

function unavailable(message: string, cause?: unknown): Failure {
  return new Failure('SupervisorUnavailable', message, cause === undefined ? {} : { cause });
}
