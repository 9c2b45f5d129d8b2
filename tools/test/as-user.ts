// Runs tests again as an unprivileged user: root may read, bind and kill what others may not, so a suite that only ever ran
// as root proves little. The tree is copied to where that user can read it; HOME and TMPDIR are the user's own.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { parseTotals, type Totals } from './report.ts';

const USER = 'nobody';
const LEFT_OUT = new Set(['node_modules', '.git', '.cache', '.slipway', '__pycache__']);

export function canRunAsUser(): boolean {
  return process.getuid?.() === 0 && idOf('-u') !== undefined;
}

/** Runs `npm test`'s own program with these words as the user; its report goes to `write`, its totals come back. */
export async function runAsUser(root: string, words: readonly string[], write: (text: string) => void): Promise<Totals> {
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  if (uid === undefined || gid === undefined) throw new Error(`this machine has no user ${USER}`);
  const place = mkdtempSync(join(tmpdir(), 'slipway-as-user-'));
  try {
    const tree = copyTree(root, place, uid, gid);
    const env = { ...userEnvironment(place), PATH: process.env['PATH'] ?? '' };
    const output = await runProgram(['tools/test.ts', '--no-checks', ...words], { cwd: tree, env, uid, gid }, write);
    return parseTotals(output) ?? { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function copyTree(root: string, place: string, uid: number, gid: number): string {
  const tree = join(place, 'slipway');
  cpSync(root, tree, { recursive: true, verbatimSymlinks: true, filter: (source) => source === root || !LEFT_OUT.has(basename(source)) });
  for (const folder of ['home', 'tmp']) mkdirSync(join(place, folder));
  for (const path of ['', 'slipway', 'home', 'tmp']) chownSync(join(place, path), uid, gid);
  const modules = join(root, 'node_modules');
  if (isReadableBy(uid, gid, modules)) symlinkSync(modules, join(tree, 'node_modules'));
  else cpSync(modules, join(tree, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  return tree;
}

/** What pip, npm and proxies are told stays; what points into root's home does not. */
function userEnvironment(place: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => /^(PIP_|UV_|SSL_|REQUESTS_|LANG$|LC_|[A-Za-z]+_proxy$|[A-Z]+_PROXY$)/.test(name));
  return { ...Object.fromEntries(kept), HOME: join(place, 'home'), TMPDIR: join(place, 'tmp'), USER, LOGNAME: USER };
}

function isReadableBy(uid: number, gid: number, modules: string): boolean {
  const probe = join(modules, relative(modules, process.execPath));
  return spawnSync(probe, ['--version'], { uid, gid, cwd: '/' }).status === 0;
}

interface ProgramOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly uid: number;
  readonly gid: number;
}

function runProgram(programArguments: readonly string[], options: ProgramOptions, write: (text: string) => void): Promise<string> {
  const node = process.execPath;
  return new Promise((resolve, reject) => {
    const child = spawn(node, programArguments, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      write(text);
    });
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

function idOf(flag: '-u' | '-g'): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, USER], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}
