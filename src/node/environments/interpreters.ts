// The Python interpreters of the machine: on PATH, in pyenv, managed by uv, in the usual places. Each is asked once for its
// version, and again when it is another file; one that matches by its name is asked first, so that the common case asks one.
import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { Failure, describeError, isJsonObject, type Log } from '../../base/mod.ts';
import type { RunProcess } from './run-process.ts';

export interface Interpreter {
  /** The interpreter itself: no shim and not the link in a virtual environment. */
  readonly path: string;
  /** For example 3.11.7. */
  readonly version: string;
  /** 11 for 3.11. */
  readonly minor: number;
  /** Where its configuration (pip.conf) may lie. */
  readonly prefix: string;
  /** Directories of its own packages. */
  readonly sitePackages: readonly string[];
  readonly hasPip: boolean;
  /** Without it `python -m venv` can't make an environment with pip. */
  readonly hasEnsurepip: boolean;
  /** Directory with the wheel of the pip that it brings for its virtual environments. */
  readonly bundledWheels?: string;
}

export interface Interpreters {
  /** The one of this minor version of Python 3, else the nearest (the newer of two), undefined when there is none. Undefined
   *  for the machine's own choice. */
  nearest(minor: number | undefined): Promise<Interpreter | undefined>;
  /** Throws Failure `InterpreterNotUsable`. */
  at(path: string): Promise<Interpreter>;
  list(): Promise<readonly Interpreter[]>;
}

/** The oldest that the SDK's runtime works with. */
export const PYTHON_MINOR_MIN = 9;
const PYTHON_MINOR_MAX = 30;
const PROBE_TIMEOUT_MS = 10_000;
const PATH_DIRECTORIES_MAX = 100;
const VERSIONS_PER_DIRECTORY_MAX = 100;

const PROBE = `
import importlib.util, json, os, site, sys, sysconfig
base = os.path.realpath(getattr(sys, '_base_executable', None) or sys.executable)
find = importlib.util.find_spec
ensurepip = find('ensurepip')
wheels = sysconfig.get_config_var('WHEEL_PKG_DIR') or (os.path.join(os.path.dirname(ensurepip.origin), '_bundled') if ensurepip else '')
print(json.dumps({
    'path': base, 'implementation': sys.implementation.name, 'version': list(sys.version_info[:3]), 'prefix': sys.base_prefix,
    'sitePackages': site.getsitepackages(), 'hasPip': find('pip') is not None, 'hasEnsurepip': ensurepip is not None,
    'bundledWheels': wheels if os.path.isdir(wheels) else '',
}))
`;

export interface InterpretersOptions {
  readonly run: RunProcess;
  /** The variables of the machine's user: PATH, HOME, PYENV_ROOT, … */
  readonly variables: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** What a program said of itself, as long as it is the same file. */
interface Probe {
  readonly file: string;
  readonly answer: Promise<Interpreter | undefined>;
}

interface Candidate {
  readonly path: string;
  /** Minor version that its name promises. */
  readonly promisedMinor: number | undefined;
}

export function createInterpreters(options: InterpretersOptions): Interpreters {
  const probes = new Map<string, Probe>();
  const probe = async (path: string) => {
    const file = await fileAt(path);
    if (file === undefined) return undefined; // it may come later
    const known = probes.get(path);
    if (known?.file === file) return known.answer;
    const answer = probeInterpreter(path, options).catch((error: unknown) => {
      probes.delete(path); // too slow today is not too slow for ever
      options.log.debug?.('a Python cannot be asked for its version', { path, error: describeError(error) });
      return undefined;
    });
    probes.set(path, { file, answer });
    return answer;
  };
  const list = async (): Promise<readonly Interpreter[]> => {
    const byPath = new Map<string, Interpreter>();
    for (const candidate of await findCandidates(options.variables)) {
      const interpreter = await probe(candidate.path);
      if (interpreter !== undefined && !byPath.has(interpreter.path)) byPath.set(interpreter.path, interpreter);
    }
    return [...byPath.values()];
  };
  return {
    list,
    async nearest(minor) {
      for (const candidate of orderedFor(minor, await findCandidates(options.variables))) {
        const interpreter = await probe(candidate.path);
        if (interpreter !== undefined && (minor === undefined || interpreter.minor === minor)) return interpreter;
      }
      return minor === undefined ? undefined : nearestOf(await list(), minor);
    },
    async at(path) {
      const interpreter = isAbsolute(path) ? await probe(path) : undefined;
      if (interpreter !== undefined) return interpreter;
      throw new Failure('InterpreterNotUsable', `${path} is not a Python interpreter of version 3.${PYTHON_MINOR_MIN} or newer.`);
    },
  };
}

/** Pure: the smallest distance, the newer of two. */
export function nearestOf(interpreters: readonly Interpreter[], minor: number): Interpreter | undefined {
  const distance = (interpreter: Interpreter) => Math.abs(interpreter.minor - minor);
  return interpreters.toSorted((a, b) => distance(a) - distance(b) || b.minor - a.minor)[0];
}

/** Those whose name promises the version, then those that promise nothing; others can't match. */
function orderedFor(minor: number | undefined, candidates: readonly Candidate[]): readonly Candidate[] {
  const open = candidates.filter((candidate) => candidate.promisedMinor === undefined);
  if (minor === undefined) return [...open, ...candidates.filter((candidate) => candidate.promisedMinor !== undefined)];
  return [...candidates.filter((candidate) => candidate.promisedMinor === minor), ...open];
}

/** Undefined when it is no usable Python; rejects when it could not be asked. */
async function probeInterpreter(path: string, { run, variables, log }: InterpretersOptions): Promise<Interpreter | undefined> {
  const { exitCode, lines } = await run(path, ['-I', '-c', PROBE], { cwd: '/', env: variables, timeoutMs: PROBE_TIMEOUT_MS });
  const interpreter = exitCode === 0 ? parseProbe(lines.at(-1) ?? '') : undefined;
  if (interpreter === undefined) log.debug?.('not a usable Python', { path, exitCode, lastLine: lines.at(-1) });
  return interpreter;
}

/** Which file this is, links followed: another one is another answer. */
async function fileAt(path: string): Promise<string | undefined> {
  try {
    const { ino, mtimeMs, size } = await stat(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return undefined; // nothing there that this user can reach
  }
}

function parseProbe(line: string): Interpreter | undefined {
  const answer = jsonIn(line);
  if (!isJsonObject(answer) || answer['implementation'] !== 'cpython' || !Array.isArray(answer['version'])) return undefined;
  const [major, minor] = answer['version'] as readonly unknown[];
  const { path, prefix, sitePackages } = answer;
  if (major !== 3 || typeof minor !== 'number' || minor < PYTHON_MINOR_MIN) return undefined;
  if (typeof path !== 'string' || typeof prefix !== 'string' || !Array.isArray(sitePackages)) return undefined;
  return {
    path,
    version: answer['version'].join('.'),
    minor,
    prefix,
    sitePackages: sitePackages.map(String),
    hasPip: answer['hasPip'] === true,
    hasEnsurepip: answer['hasEnsurepip'] === true,
    ...(typeof answer['bundledWheels'] === 'string' && answer['bundledWheels'] !== '' ? { bundledWheels: answer['bundledWheels'] } : {}),
  };
}

/** Undefined for what other programs of this name say. */
function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function findCandidates(variables: Readonly<Record<string, string>>): Promise<readonly Candidate[]> {
  const home = variables['HOME'] ?? '/nonexistent';
  const dataHome = variables['XDG_DATA_HOME'] ?? join(home, '.local/share');
  const onPath = (variables['PATH'] ?? '').split(':').filter(isAbsolute);
  const directories = [...new Set([...onPath, '/usr/local/bin', '/usr/bin', '/opt/homebrew/bin'])].slice(0, PATH_DIRECTORIES_MAX);
  const versionRoots = [
    join(variables['PYENV_ROOT'] ?? join(home, '.pyenv'), 'versions'),
    variables['UV_PYTHON_INSTALL_DIR'] ?? join(dataHome, 'uv/python'),
    '/Library/Frameworks/Python.framework/Versions',
  ];
  const found = [...(await Promise.all(directories.map(programsIn))), ...(await Promise.all(versionRoots.map(versionsIn)))].flat();
  return found.filter(({ promisedMinor }) => promisedMinor === undefined || (promisedMinor >= PYTHON_MINOR_MIN && promisedMinor <= PYTHON_MINOR_MAX));
}

async function programsIn(directory: string): Promise<readonly Candidate[]> {
  const names = (await entriesOf(directory)).filter((name) => /^python3(\.\d+)?$/.test(name)).sort();
  return names.map((name) => ({ path: join(directory, name), promisedMinor: minorIn(name) }));
}

/** Directories named after a version, for example `3.11.7` or `cpython-3.11.9-linux-x86_64-gnu`. */
async function versionsIn(root: string): Promise<readonly Candidate[]> {
  const names = (await entriesOf(root)).filter((name) => minorIn(name) !== undefined);
  return names.slice(0, VERSIONS_PER_DIRECTORY_MAX).map((name) => ({ path: join(root, name, 'bin/python3'), promisedMinor: minorIn(name) }));
}

function minorIn(name: string): number | undefined {
  const match = /(?:^|-|python)3\.(\d+)/.exec(name);
  return match === null ? undefined : Number(match[1]);
}

async function entriesOf(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch {
    // Directories on PATH often do not exist or can't be read; there is no Python in them for us.
    return [];
  }
}
