// Starts a TypeScript file of this repository on a fresh clone: brings the dependencies up to date, finds the bundled Node,
// runs the file there. Plain JavaScript for any Node from 18 on; this file must import nothing that npm brings.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDashboardBuilt } from './dashboard.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** First version that runs TypeScript unbuilt without a flag or a warning, and has node:sqlite. */
const NODE_VERSION_MIN = { major: 24, minor: 12 };
const NODE_VERSION_MIN_TEXT = `${NODE_VERSION_MIN.major}.${NODE_VERSION_MIN.minor}`;
/**
 * What Node is started with, here and in with-node.sh (bench/results/engine.md has the figures). The young generation stays small: by default it
 * grows to 32 MiB, and a collection of it then holds the loop for 20 to 45 ms beside running steps; with 4 MiB it takes 3 ms, and the server 100 MiB
 * less. The old generation may double before all of it is collected, 10 to 30 ms each time: by default a quarter more is enough, every ten seconds.
 * The loop collects alone: with helper threads it waited for them among the steps, and pauses above 10 ms were twenty times as many.
 */
export const NODE_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=100', '--single-threaded-gc'];
/**
 * Signals that someone may send to the launcher and that are meant for the program.
 * @type {NodeJS.Signals[]}
 */
const FORWARDED_SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR2'];

/**
 * Runs `script` (relative to the repository) with `scriptArguments`. In this process when its Node is new enough, else in
 * the bundled Node with the same terminal, signals and exit code.
 * @param {string} script
 * @param {string[]} scriptArguments
 * @param {{needsDevelopment: boolean, needsDashboard: boolean}} options whether packages for development must be there too,
 *   and the built pages
 */
export async function launch(script, scriptArguments, options) {
  ensureDependencies(options.needsDevelopment);
  if (options.needsDashboard) ensureDashboard();
  const entry = join(ROOT, script);
  if (isNewEnough(process.versions.node)) {
    // Compiled code is kept between starts: half the time to start, 28 MB less memory (measured with `slipway version`).
    nodeModule.enableCompileCache(join(ROOT, 'node_modules', '.cache', 'compiled'));
    process.argv = [process.execPath, entry, ...scriptArguments];
    await import(pathToFileURL(entry).href);
    return;
  }
  const node = bundledNode();
  if (node === undefined) {
    fail(
      `this machine's Node is ${process.version} and npm brought none for ${process.platform}-${process.arch}. ` +
        `Install Node ${NODE_VERSION_MIN_TEXT} or newer and run the command again.`,
    );
  }
  runIn(node, process.argv.slice(1)); // the launcher again, where it can go on
}

/** @param {string} version */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NODE_VERSION_MIN.major || (major === NODE_VERSION_MIN.major && minor >= NODE_VERSION_MIN.minor);
}

function bundledNode() {
  const platform = `${process.platform}-${process.arch}`;
  const candidates = [`node-${platform}`, `node-bin-${platform}`];
  return candidates.map((name) => join(ROOT, 'node_modules', name, 'bin', 'node')).find((path) => existsSync(path));
}

/** @param {boolean} needsDevelopment */
function ensureDependencies(needsDevelopment) {
  const wanted = readJson(join(ROOT, 'package-lock.json'));
  if (wanted === undefined) return; // an installed package carries no lock file: npm has put everything in place
  const installed = readJson(join(ROOT, 'node_modules', '.package-lock.json'));
  if (missingPackages(wanted, installed, needsDevelopment).length > 0) install();
}

/**
 * Packages that the lock file asks for and npm's own record of node_modules has not, or in another version.
 * @param {{packages: Record<string, LockedPackage>}} wanted
 * @param {{packages: Record<string, LockedPackage>} | undefined} installed
 * @param {boolean} needsDevelopment
 * @typedef {{version?: string, optional?: boolean, dev?: boolean, devOptional?: boolean}} LockedPackage
 */
export function missingPackages(wanted, installed, needsDevelopment) {
  const missing = [];
  for (const [path, entry] of Object.entries(wanted.packages)) {
    const isNeeded = path !== '' && !entry.optional && !entry.devOptional && (needsDevelopment || !entry.dev);
    if (isNeeded && installed?.packages[path]?.version !== entry.version) missing.push(path);
  }
  return missing;
}

function install() {
  process.stderr.write('slipway: installing dependencies (npm ci --ignore-scripts), up to a minute …\n');
  const npmArguments = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync('npm', npmArguments, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (result.error) fail(`npm could not be started (${result.error.message}). Install npm and run the command again.`);
  if (result.status !== 0) {
    fail(`npm ci failed, see above. Check the network or npm's registry setting, and that ${ROOT} may be written; then run the command again.`);
  }
}

/** Builds the pages when they are not. A server without pages is still a server: when this fails, it says so and goes on. */
export function ensureDashboard() {
  if (isDashboardBuilt()) return;
  ensureDependencies(true);
  process.stderr.write('slipway: building the pages of the dashboard, a few seconds …\n');
  const node = isNewEnough(process.versions.node) ? process.execPath : bundledNode();
  const result = spawnSync(node ?? process.execPath, [join(ROOT, 'dashboard', 'build.ts')], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (result.status === 0) return;
  process.stderr.write(`slipway: the pages could not be built, see above; ${join(ROOT, 'dashboard')} must be writable. Going on without them.\n`);
}

/**
 * @param {string} node
 * @param {string[]} nodeArguments
 */
function runIn(node, nodeArguments) {
  const child = spawn(node, [...NODE_FLAGS, ...nodeArguments], { stdio: 'inherit' });
  for (const signal of FORWARDED_SIGNALS) {
    process.on(signal, () => {
      // Ctrl-C in a terminal reaches the program by itself; twice would mean "at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`the bundled Node could not be started (${error.message}). Install Node ${NODE_VERSION_MIN_TEXT} or newer.`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // missing or torn: the caller installs
  }
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function fail(sentence) {
  process.stderr.write(`slipway: ${sentence}\n`);
  process.exit(1);
}
