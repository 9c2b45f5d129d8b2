// Real supervisors in temporary directories, for the tests of this room.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

import { Failure, silentLog, systemClock, until } from '../../base/mod.ts';
import { connectSupervisor, type SupervisorOptions } from './client.ts';
import type { ContainerMount, ExitRecord, ForkCommand, ProcessIdentity, StartContainerRequest, Supervisor } from './protocol.ts';

export const runProgram = promisify(execFile);

/** The interpreter itself, also where `python3` is a shell wrapper of a version manager. */
export const findPython = memoize(async () => {
  const { stdout } = await runProgram('python3', ['-c', 'import sys; print(sys.executable)']);
  return stdout.trim();
});

export interface LogEntry {
  readonly timestamp: string;
  readonly stream: string;
  readonly tag: string;
  readonly text: string;
}

export interface EndedContainer {
  readonly exit: ExitRecord;
  readonly started: ProcessIdentity;
  readonly log: readonly LogEntry[];
  /** Text of one stream as the program wrote it. */
  stdout(): string;
  stderr(): string;
}

export type ContainerOptions = Partial<Omit<StartContainerRequest, 'command'>>;

export class SupervisorFixture {
  readonly dataDir: string;
  readonly tmpDir: string;
  readonly options: SupervisorOptions;
  readonly exits = new Map<string, ExitRecord>();
  supervisor!: Supervisor;
  #lastId = 0;

  constructor(dataDir: string, options: SupervisorOptions) {
    this.dataDir = dataDir;
    this.tmpDir = join(dataDir, 'pod-tmp');
    this.options = options;
  }

  async connect(): Promise<Supervisor> {
    this.supervisor = await connectSupervisor(this.options);
    this.supervisor.onExit((exit) => this.exits.set(exit.id, exit));
    return this.supervisor;
  }

  /** Where steps run, as they see it. Without a sandbox /tmp is everybody's, so it is elsewhere. */
  get workDir(): string {
    return this.supervisor.hello.sandbox ? '/tmp/work' : join(this.tmpDir, 'work');
  }

  /** The same directory as this process sees it. */
  get hostWorkDir(): string {
    return join(this.tmpDir, 'work');
  }

  /** Makes `source` the module `step` in the working directory. */
  step(source: string): ContainerOptions {
    return { files: [{ path: `${this.workDir}/step.py`, text: source }] };
  }

  request(command: StartContainerRequest['command'], options: ContainerOptions = {}): StartContainerRequest {
    const id = options.id ?? `container-${++this.#lastId}`;
    return {
      id,
      podUid: `pod-of-${id}`,
      sandbox: { tmpDir: this.tmpDir },
      mounts: [],
      logFile: join(this.dataDir, `${id}.log`),
      exitFile: join(this.dataDir, `${id}.exit.json`),
      ...options,
      command,
    };
  }

  shell(script: string, env: Record<string, string> = {}): StartContainerRequest['command'] {
    return { kind: 'exec', argv: ['/bin/sh', '-c', script], env: { PATH: '/usr/bin:/bin', ...env }, cwd: '/' };
  }

  async run(command: StartContainerRequest['command'], options: ContainerOptions = {}): Promise<EndedContainer> {
    const request = this.request(command, options);
    const started = await this.supervisor.startContainer(request);
    return this.ended(request, started);
  }

  async ended(request: StartContainerRequest, started: ProcessIdentity): Promise<EndedContainer> {
    const exit = await this.exitOf(request.id);
    const log = parseLog(await readFile(request.logFile, 'utf8'));
    return { exit, started, log, stdout: () => textOf(log, 'stdout'), stderr: () => textOf(log, 'stderr') };
  }

  exitOf(id: string): Promise<ExitRecord> {
    return until(`the exit of ${id}`, () => this.exits.get(id), { timeoutMs: 120_000, intervalMs: 2 });
  }

  /** Waits until the log has a whole line with this text. */
  async logged(request: StartContainerRequest, text: string): Promise<string> {
    return until(`a log line with ${text}`, async () => {
      const log = parseLog(await readFile(request.logFile, 'utf8'));
      return log.find((entry) => entry.text.includes(text))?.text;
    });
  }
}

/** A test, or whoever else calls these at its end. */
export interface Endings {
  after(cleanUp: () => Promise<void>): void;
}

/** Starts a supervisor for one test and ends it, with everything it runs, when the test ends. */
export async function startFixture(t: Endings, options: Partial<SupervisorOptions> = {}): Promise<SupervisorFixture> {
  const dataDir = await mkdtemp(join(tmpdir(), 'slipway-supervisor-'));
  const python = await findPython();
  const fixture = new SupervisorFixture(dataDir, { dataDir, python, log: silentLog, clock: systemClock, idleSeconds: 20, ...options });
  await mkdir(fixture.tmpDir, { mode: 0o777 });
  t.after(async () => {
    const supervisor = await connectSupervisor(fixture.options);
    await supervisor.shutdown({ force: true });
    await removeDirectory(dataDir);
  });
  await fixture.connect();
  return fixture;
}

/** A connection of its own, closed when the test ends: an open one would keep the test process alive. */
export async function connectFor(t: TestContext, options: SupervisorOptions): Promise<Supervisor> {
  const supervisor = await connectSupervisor(options);
  t.after(() => supervisor.close());
  return supervisor;
}

/** Tries again when a process that is just starting puts a file into it. */
export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });
}

/** Starts a warm parent of this interpreter and returns a command that runs Python source in a fork of it. */
export async function startPythonParent(
  fixture: SupervisorFixture,
  { python = fixture.options.python, modules = ['json'] }: { python?: string; modules?: readonly string[] } = {},
): Promise<(args?: readonly string[], env?: Record<string, string>) => ForkCommand> {
  const env = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', _KFP_RUNTIME: 'true' };
  await fixture.supervisor.startParent({ parentId: 'parent', python, env, modules });
  return (args = [], stepEnv = { PATH: '/usr/bin:/bin' }) => ({
    kind: 'fork',
    parentId: 'parent',
    module: 'step',
    args,
    env: stepEnv,
    cwd: fixture.workDir,
  });
}

/** What pip says when it gets no answer from the package index. */
const OUT_OF_REACH = /connection|name resolution|timed out|proxy/i;

/** An environment with the KFP runtime, made once per machine and version; undefined when the index cannot be reached. */
export const findKfpEnvironment = memoize(async (): Promise<{ python: string; mount: ContainerMount } | undefined> => {
  const base = await findPython();
  const { stdout } = await runProgram(base, ['-c', 'import sys, os; print(f"{sys.version_info[0]}{sys.version_info[1]}-{os.getuid()}")']);
  const directory = join(tmpdir(), `slipway-test-env-${KFP_VERSION}-${stdout.trim()}`);
  const python = join(directory, 'bin', 'python');
  const isThere = () => runProgram(python, ['-c', 'import kfp.dsl.executor_main'], { env: { _KFP_RUNTIME: 'true' } });
  try {
    await isThere().catch(async () => {
      await rm(directory, { recursive: true, force: true });
      await runProgram(base, ['-m', 'venv', directory]);
      await runProgram(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', `kfp==${KFP_VERSION}`]);
      await isThere();
    });
  } catch (error) {
    if (!OUT_OF_REACH.test(String(error))) throw error;
    return undefined; // the tests that need it say so when they skip
  }
  return { python, mount: { source: directory, target: directory, readOnly: true } };
});

const KFP_VERSION = '2.17.3';

export async function expectFailure(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('expected a Failure');
}

/** Processes of the machine whose command line contains the marker. */
export async function countProcesses(marker: string): Promise<number> {
  const { stdout } = await runProgram('/bin/sh', ['-c', `cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' || true`], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.split(marker).length - 1;
}

function parseLog(text: string): LogEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [timestamp = '', stream = '', tag = '', ...words] = line.split(' ');
      return { timestamp, stream, tag, text: words.join(' ') };
    });
}

function textOf(log: readonly LogEntry[], stream: string): string {
  return log
    .filter((entry) => entry.stream === stream)
    .map((entry) => (entry.tag === 'P' ? entry.text : `${entry.text}\n`))
    .join('');
}

function memoize<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
