// The lock file: no addresses of a registry, and an entry for every platform.
import { lineOf, type Complaint, type TreeFile } from './tree.ts';

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

export interface MissingOptional {
  readonly name: string;
  readonly version: string;
  readonly isDevelopment: boolean;
}

export function checkLockFile(file: TreeFile): Complaint[] {
  if (file.path !== 'package-lock.json') return [];
  const complaints: Complaint[] = [];
  const at = file.text.search(/"resolved":\s*"https?:/);
  if (at >= 0) complaints.push({ path: file.path, line: lineOf(file.text, at), sentence: 'carries addresses of a registry: .npmrc must omit them' });
  const missing = missingOptionals(JSON.parse(file.text) as Lock);
  if (missing.length > 0) {
    const sentence = `lacks ${missing[0]!.name} and npm ci would refuse it: run node tools/npm-run.mjs tools/complete-lock.ts`;
    complaints.push({ path: file.path, sentence });
  }
  return complaints;
}

/** Optional packages that have no entry, in the lowest version that the one who asks for them takes. */
export function missingOptionals({ packages }: Lock): MissingOptional[] {
  const missing = new Map<string, MissingOptional>();
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const isThere = packages[`node_modules/${name}`] !== undefined || packages[`${path}/node_modules/${name}`] !== undefined;
      const [, lowest] = /^[~^]?(\d+\.\d+\.\d+[\w.-]*)$/.exec(version) ?? [];
      if (!isThere && lowest !== undefined) missing.set(name, { name, version: lowest, isDevelopment: dev === true });
    }
  }
  return [...missing.values()];
}

export function withOptionals(lock: Lock, missing: readonly MissingOptional[]): Lock {
  const packages: Record<string, LockEntry> = { ...lock.packages };
  for (const { name, version, isDevelopment } of missing) {
    packages[`node_modules/${name}`] = { version, ...platformOf(name), ...(isDevelopment ? { dev: true } : {}), optional: true };
  }
  const sorted = Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { ...lock, packages: Object.fromEntries(sorted) };
}

const NAME_ENDING = /(?:^|[-/])(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/;

/** As platform packages are named: `…-linux-arm64-musl`, `…/darwin-x64`, `…-linux-arm-gnueabihf`, `…-windows-…`. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  if (/\bwindows\b/.test(name)) return { os: ['win32'] };
  if (name === 'fsevents') return { os: ['darwin'] };
  const [, os, cpu, abi] = NAME_ENDING.exec(name) ?? [];
  if (os === undefined || cpu === undefined) throw new Error(`${name} does not say its platform`);
  const libc = os !== 'linux' || abi === undefined ? undefined : abi.startsWith('musl') ? 'musl' : abi.startsWith('gnu') ? 'glibc' : undefined;
  return { cpu: [cpu], os: [os], ...(libc === undefined ? {} : { libc: [libc] }) };
}
