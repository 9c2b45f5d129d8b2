// Programs of the machine: Python, uv, container engines.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Finding } from './finding.ts';

const PROBE_TIMEOUT_MS = 20_000;
const PYTHON_MINOR_MIN = 10;
const PYTHON_NAMES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const PYTHON_PROBE = `
import importlib.util, sys
lacking = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
print(sys.version_info.major, sys.version_info.minor, sys.version.split()[0], sys.executable, ",".join(lacking))
`;

/** Stdout of a program that ended well, else undefined. */
export async function probe(program: string, programArguments: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, [...programArguments], { timeout: PROBE_TIMEOUT_MS, killSignal: 'SIGKILL' });
    return stdout.trim();
  } catch {
    // Absent, not executable, failed or too slow: for a probe these are all "no".
    return undefined;
  }
}

export interface PythonFound {
  readonly minor: number;
  readonly version: string;
  readonly path: string;
  /** Modules that environments need and that Debian packages apart. */
  readonly lackingModules: readonly string[];
}

export async function findPythons(): Promise<readonly PythonFound[]> {
  const answers = await Promise.all(PYTHON_NAMES.map((name) => probe(name, ['-c', PYTHON_PROBE])));
  const byPath = new Map<string, PythonFound>();
  for (const answer of answers) {
    const [major, minor, version = '', path = '', lacking = ''] = (answer ?? '').split(' ');
    if (major !== '3') continue;
    const found = { minor: Number(minor), version, path, lackingModules: lacking.split(',').filter((name) => name !== '') };
    if (![...byPath.values()].some((other) => other.version === version)) byPath.set(path, found);
  }
  return [...byPath.values()];
}

export function judgePython(pythons: readonly PythonFound[], hasUv: boolean): Finding {
  const subject = 'Python';
  const recent = pythons.filter(({ minor }) => minor >= PYTHON_MINOR_MIN);
  const best = recent.find(({ lackingModules }) => hasUv || lackingModules.length === 0) ?? recent[0];
  if (best === undefined) {
    const observation = pythons.length === 0 ? 'none found' : `only ${pythons.map(({ version }) => version).join(', ')}`;
    const nextStep = `install Python 3.${PYTHON_MINOR_MIN} or newer with venv (Debian, Ubuntu: apt-get install python3-venv)`;
    return { subject, verdict: 'broken', observation, nextStep };
  }
  const place = `${best.version} (${best.path})`;
  if (hasUv || best.lackingModules.length === 0) return { subject, verdict: 'good', observation: place };
  const observation = `${place}, without ${best.lackingModules.join(' and ')}`;
  return { subject, verdict: 'broken', observation, nextStep: 'apt-get install python3-venv, or install uv' };
}

export function judgeUv(version: string | undefined): Finding {
  const subject = 'uv';
  if (version !== undefined) return { subject, verdict: 'good', observation: version.replace(/^uv /, '') };
  const observation = 'not on PATH: environments are built with pip';
  return { subject, verdict: 'lacking', observation, nextStep: 'with uv new environments are ready several times sooner: pip install uv' };
}

export function judgeContainers(engines: readonly string[]): Finding {
  const subject = 'containers';
  if (engines.length > 0) return { subject, verdict: 'good', observation: engines.join(', ') };
  const observation = 'neither podman nor docker';
  return { subject, verdict: 'lacking', observation, nextStep: 'only needed for images without a recipe; python images run without' };
}
