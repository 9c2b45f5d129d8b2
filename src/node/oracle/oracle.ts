// Runs one program in new interpreters and in forks of warm parents, and compares: the new interpreter is the oracle.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Failure, sha256Hex, silentLog, systemClock } from '../../base/mod.ts';
import type { EnvironmentSpec } from '../environments/environment-spec.ts';
import { createEnvironments } from '../environments/environments.ts';
import { createInterpreters } from '../environments/interpreters.ts';
import { install, machinePython, machineVariables, run } from '../environments/testing/machine.ts';
import { needsFreshInterpreter, setsOnlyOwnVariables } from '../programs/container-env.ts';
import { moduleSet } from '../programs/imported-sets.ts';
import type { ContainerMount, ExecCommand, ForkCommand, ImportedModules } from '../supervisor/protocol.ts';
import { removeDirectory, runProgram, startFixture, type EndedContainer, type Endings, type SupervisorFixture } from '../supervisor/supervisor-fixture.ts';

export interface OracleCase {
  /** Runs as `python -m step` after a prologue that prints what the process sees of itself. Lines that begin with `draw ` have to
   *  differ from run to run, all else has to be equal. */
  readonly source: string;
  readonly args?: readonly string[];
  /** Variables of the Pod. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files that it leaves in its working directory and whose content has to be the same. */
  readonly files?: readonly string[];
  /** Why what it imports is not preloaded; without it, it has to be. */
  readonly refusal?: RegExp;
}

export interface PythonPackages {
  readonly python: string;
  readonly mounts: readonly ContainerMount[];
}

const RUN_COUNT = 2;
const RUNS_AT_ONCE = 2;
const INSTALL_MS_MAX = 600_000;
/** KMP_ variables are those that scikit-learn and joblib set when they are imported, which was before. */
const PROLOGUE = `import json, os, signal, sys
if __name__ == '__main__': print(json.dumps([sys.argv, os.getcwd(), sorted(os.listdir('/proc/self/fd')), sys.path[0], __name__, os.umask(0o22), os.nice(0), [str(signal.getsignal(n)) for n in range(1, 32)], sorted(i for i in os.environ.items() if i[0][:4] != "KMP_")]), flush=True)
`;
/** Environments that are mounted, and what the telemetry of onnxruntime keeps, which only a slow exit tidies up. */
const UNTOLD = /^(slipway-|\.cache\/Microsoft|\.ses)/;
const ENV = { PATH: '/usr/bin:/bin', HOME: '/tmp', LANG: 'C.UTF-8' };

const SYSTEM_PYTHON = '/usr/bin/python3';
/** One environment for all tests, built as Slipway builds environments, once per machine. */
const REQUIREMENTS = ['pandas==3.1.1', 'scikit-learn==1.9.1', 'lightgbm==4.7.0', 'onnxruntime==1.32.0', 'matplotlib==3.11.2'];

/** The interpreter of the operating system with the packages that it has, as a recipe with `interpreter: /usr/bin/python3` names it;
 *  undefined when it lacks the module. */
export async function findSystemPython(module: string): Promise<PythonPackages | undefined> {
  const interpreters = createInterpreters({ run, variables: machineVariables(), log: silentLog });
  try {
    const interpreter = await interpreters.at(SYSTEM_PYTHON);
    await runProgram(SYSTEM_PYTHON, ['-c', `import ${module}`]);
    return await buildEnvironment({ interpreter, inheritsPackages: true, installs: [] });
  } catch {
    return undefined; // no such interpreter, or no such module
  }
}

/** Undefined when the package index is out of reach. */
export async function findPackages(): Promise<PythonPackages | undefined> {
  return buildEnvironment({ interpreter: await machinePython(), inheritsPackages: false, installs: [install(REQUIREMENTS)] });
}

/** Undefined when it can't be built. */
async function buildEnvironment(spec: EnvironmentSpec): Promise<PythonPackages | undefined> {
  const environments = createEnvironments({
    directory: join(tmpdir(), `slipway-test-packages-${process.getuid?.() ?? 0}`),
    variables: machineVariables(),
    sizeBytesMax: 2 ** 34,
    platform: process.platform,
    run,
    clock: systemClock,
    log: silentLog,
  });
  try {
    const environment = await environments.ensure(spec, { signal: AbortSignal.timeout(INSTALL_MS_MAX), onProgress: () => undefined });
    return { python: environment.python, mounts: environment.directories.map(({ path }) => ({ source: path, target: path, readOnly: true })) };
  } catch (error) {
    if (error instanceof Failure && error.reason === 'EnvironmentBuildFailed') return undefined;
    throw error;
  } finally {
    await environments.stop();
  }
}

/** Each case is a test; all are skipped without packages. */
export function testCases(packages: PythonPackages | undefined, cases: Readonly<Record<string, OracleCase>>, whyNot = `${REQUIREMENTS.join(', ')} can not be installed: the package index is out of reach`): void {
  let oracle: Oracle;
  const cleanUps: (() => Promise<void>)[] = [];
  before(async () => {
    if (packages !== undefined) oracle = await Oracle.start({ after: (cleanUp) => cleanUps.push(cleanUp) }, packages);
  });
  after(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });
  for (const [name, one] of Object.entries(cases)) test(name, { skip: packages === undefined && whyNot }, () => oracle.compare(name, one));
}

class Oracle {
  readonly #fixture: SupervisorFixture;
  readonly #packages: PythonPackages;
  readonly #imports = new Map<string, ImportedModules>();
  readonly #preloaded = new Map<string, Promise<string>>();
  #lastProgram = 0;

  private constructor(fixture: SupervisorFixture, packages: PythonPackages) {
    this.#fixture = fixture;
    this.#packages = packages;
  }

  static async start(t: Endings, packages: PythonPackages): Promise<Oracle> {
    const fixture = await startFixture(t);
    const oracle = new Oracle(fixture, packages);
    fixture.supervisor.onImported((imported) => oracle.#imports.set(imported.program, imported));
    await fixture.supervisor.startParent({ parentId: 'bare', python: packages.python, env: ENV, modules: ['json'] });
    return oracle;
  }

  /** Twenty forks of the parent that a Pod with this program would get, against a new interpreter. */
  async compare(name: string, { source, args = [], env = {}, files = [], refusal }: OracleCase): Promise<void> {
    const runAs = (parentId: string | undefined, program?: string) => this.#run({ source: PROLOGUE + source, args, env, files }, parentId, program);
    const fresh = await runAs(undefined);
    const expected = fresh.equal;
    if (needsFreshInterpreter(env)) {
      const again = await runAs(undefined);
      assert.deepEqual(again.equal, expected, `${name} is not the same in two new interpreters`);
      return assertDistinct(name, [fresh, again]);
    }
    const program = `program-${++this.#lastProgram}`;
    const bare = await runAs('bare', program);
    assert.deepEqual(bare.equal, expected, `${name} in a fork of the bare parent`);
    const parentId = setsOnlyOwnVariables(env) ? await this.#parentOf(program, refusal) : 'bare';
    const forked: Portrait[] = [];
    for (let count = 0; count < RUN_COUNT; count += RUNS_AT_ONCE) {
      forked.push(...(await Promise.all(Array.from({ length: RUNS_AT_ONCE }, () => runAs(parentId)))));
    }
    for (const portrait of forked) assert.deepEqual(portrait.equal, expected, `${name} in a fork of ${parentId}`);
    assertDistinct(name, [fresh, bare, ...forked]);
  }

  /** Id of the parent with what the program imported, or of the bare one when that is nothing or is refused. */
  async #parentOf(program: string, refusal: RegExp | undefined): Promise<string> {
    const modules = this.#imports.get(program)?.modules ?? [];
    if (modules.length === 0) return 'bare';
    const { key } = moduleSet(modules);
    const { python } = this.#packages;
    const starting = this.#preloaded.get(key) ?? this.#fixture.supervisor.startParent({ parentId: key, python, env: ENV, modules: ['json'], preload: modules }).then(() => key);
    this.#preloaded.set(key, starting);
    const outcome = await starting.catch((error: unknown) => error);
    if (refusal === undefined) {
      if (outcome instanceof Error) throw outcome;
      return key;
    }
    assert.ok(outcome instanceof Failure && outcome.reason === 'ParentUnfit', 'these modules were preloaded');
    assert.match(outcome.message, refusal);
    return 'bare';
  }

  async #run(step: Required<Omit<OracleCase, 'refusal'>>, parentId: string | undefined, program: string | undefined): Promise<Portrait> {
    const { source, args, files } = step;
    const tmpDir = await mkdtemp(join(this.#fixture.dataDir, 'tmp-'));
    const cwd = '/tmp/work';
    const env = { ...ENV, ...step.env };
    const command: ExecCommand | ForkCommand =
      parentId === undefined
        ? { kind: 'exec', argv: [this.#packages.python, '-m', 'step', ...args], env, cwd }
        : { kind: 'fork', parentId, ...(program === undefined ? {} : { program }), module: 'step', args, env, cwd };
    const ended = await this.#fixture.run(command, { sandbox: { tmpDir }, mounts: this.#packages.mounts, files: [{ path: `${cwd}/step.py`, text: source }], logFileBytesMax: LOG_BYTES_MAX });
    const left = await readdir(tmpDir, { recursive: true });
    const contents = await Promise.all(files.map(async (name) => (await readFile(join(tmpDir, 'work', name))).toString('base64')));
    await removeDirectory(tmpDir);
    return portraitOf(ended, left, contents);
  }
}

function assertDistinct(name: string, portraits: readonly Portrait[]): void {
  const draws = portraits.flatMap(({ distinct }) => distinct);
  assert.equal(new Set(draws).size, draws.length, `${name} draws the same again: ${draws.toSorted().join(' ')}`);
}

/** One frame of Slipway's own is below those of a new interpreter. */
function withoutOwnFrame(text: string): string {
  return text.replace(/ {2}File "[^"]*supervisor\.py", line \d+,? in <module>\n( {4}run_step\(\)\n)?/, '').replace(/\[Previous line repeated 99[234] more times\]/, '[Previous line repeated about 993 more times]');
}

/** All that a program prints is compared: its log is one file. */
const LOG_BYTES_MAX = 2 ** 30;
const SHOWN_LENGTH_MAX = 1_000_000;

interface Portrait {
  readonly equal: object;
  readonly distinct: readonly string[];
}

function portraitOf({ exit, stdout, stderr }: EndedContainer, left: readonly string[], contents: readonly string[]): Portrait {
  const text = stdout();
  const lines = text.length > SHOWN_LENGTH_MAX ? [`${text.length} characters, SHA-256 ${sha256Hex(text)}`] : text.split('\n');
  return {
    equal: {
      code: exit.code,
      signal: exit.signal,
      stdout: lines.map((line) => (line.startsWith('draw ') ? 'draw' : line)).join('\n'),
      stderr: withoutOwnFrame(stderr().replaceAll(/0x[0-9a-f]+/g, '0x…')),
      left: left.filter((name) => !UNTOLD.test(name)).map((name) => name.replaceAll(/[0-9a-f]{8,}/g, '…')).toSorted(),
      contents,
    },
    distinct: lines.filter((line) => line.startsWith('draw ')),
  };
}
