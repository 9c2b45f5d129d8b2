// A Pod's own layer over a shared environment: a virtual environment written by hand in a few milliseconds, into which pip inside
// the Pod installs and which sees everything that the shared one has. What the Pod installs hides what the shared one has.
import { chmod, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Interpreter } from './interpreters.ts';
import { sitePackagesOf, whenMissing } from './environment-directory.ts';

const SCRIPTS_COPIED_MAX = 500;
const SCRIPT_BYTES_MAX = 64 * 1024;
const SHARED_PTH = '_slipway_shared.pth';

/** Idempotent. Written beside its place and then renamed, so that a layer is whole or not there. */
export async function makeLayer(layer: string, shared: string, interpreter: Interpreter): Promise<void> {
  if ((await readdir(layer).catch(whenMissing)) !== undefined) return;
  const temporary = `${layer}.new`;
  await rm(temporary, { recursive: true, force: true });
  await writeLayer(temporary, { finalDirectory: layer, shared, interpreter });
  await rename(temporary, layer);
}

interface LayerOptions {
  /** Where it will lie: its scripts carry that path. */
  readonly finalDirectory: string;
  /** Directory of the shared environment. */
  readonly shared: string;
  readonly interpreter: Interpreter;
}

async function writeLayer(directory: string, { finalDirectory, shared, interpreter }: LayerOptions): Promise<void> {
  const sharedPackages = await sitePackagesOf(shared);
  const versionName = basename(dirname(sharedPackages));
  const bin = join(directory, 'bin');
  const packages = join(directory, 'lib', versionName, 'site-packages');
  await Promise.all([mkdir(bin, { recursive: true }), mkdir(packages, { recursive: true })]);
  await Promise.all([
    writeFile(join(directory, 'pyvenv.cfg'), venvConfig(interpreter)),
    // Not a plain path: the .pth files of the shared environment must act as well.
    writeFile(join(packages, SHARED_PTH), addSiteDirectories([sharedPackages])),
    symlink(interpreter.path, join(bin, 'python3')),
    symlink('python3', join(bin, 'python')),
    symlink('python3', join(bin, versionName)),
    ...(await scriptsOf(join(shared, 'bin'))).map(async ({ name, text }) => {
      await writeFile(join(bin, name), text.replaceAll(`${join(shared, 'bin')}/python`, `${join(finalDirectory, 'bin')}/python`));
      await chmod(join(bin, name), 0o755);
    }),
  ]);
}

/** A .pth file that puts directories behind the own one, as if they were site-packages. */
export function addSiteDirectories(directories: readonly string[]): string {
  return directories.map((directory) => `import site; site.addsitedir(${JSON.stringify(directory)})\n`).join('');
}

function venvConfig(interpreter: Interpreter): string {
  return `home = ${dirname(interpreter.path)}\ninclude-system-site-packages = false\nversion = ${interpreter.version}\nexecutable = ${interpreter.path}\n`;
}

/** Scripts that start the shared environment's interpreter; copied so that they start the layer's, pip above all. */
async function scriptsOf(bin: string): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const entries = (await readdir(bin, { withFileTypes: true })).filter((entry) => entry.isFile()).slice(0, SCRIPTS_COPIED_MAX);
  const scripts = await Promise.all(entries.map(async ({ name }) => ({ name, text: await headOf(join(bin, name)) })));
  return scripts.filter(({ text }) => text.startsWith('#!') && text.slice(0, 1000).includes(`${bin}/python`));
}

async function headOf(path: string): Promise<string> {
  const bytes = await readFile(path);
  return bytes.length > SCRIPT_BYTES_MAX || bytes[0] !== 0x23 ? '' : bytes.toString('utf8');
}
