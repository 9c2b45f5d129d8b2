// What an environment is made of, and the id that is the hash of it.
import { sha256Hex } from '../../base/mod.ts';
import { listRequirements, withoutCredentials } from './build-failure.ts';
import type { Interpreter } from './interpreters.ts';
import type { PackageInstall } from './kfp-command.ts';
import type { PipConfig } from './pip-config.ts';

export interface EnvironmentSpec {
  readonly interpreter: Interpreter;
  /** The packages that the interpreter itself has are visible too. */
  readonly inheritsPackages: boolean;
  /** In order. */
  readonly installs: readonly PackageInstall[];
}

/** Raised when environments built by an earlier release must not be used any more. */
const LAYOUT_VERSION = 1;
const ID = /^py3\.\d{1,2}-[0-9a-f]{20}$/;

export function isEnvironmentId(text: string): boolean {
  return ID.test(text);
}

/** The same parts in another order of packages are the same environment; another index configuration is another one. */
export function environmentId(spec: EnvironmentSpec, hasPip: boolean, config: PipConfig): string {
  const { interpreter, inheritsPackages, installs } = spec;
  const { indexUrl, extraIndexUrls, findLinks, isWithoutIndex, allowsPrereleases, constraintFiles, constraintDigest, noBinary, onlyBinary } = config;
  const parts = {
    layout: LAYOUT_VERSION,
    interpreter: [interpreter.path, interpreter.version],
    inheritsPackages,
    // Virtual environments of one interpreter have the same path, and other packages.
    ...(inheritsPackages ? { sitePackages: interpreter.sitePackages } : {}),
    hasPip,
    installs: installs.map((install) => ({ ...install, requirements: install.requirements.toSorted() })),
    index: [indexUrl ?? '', extraIndexUrls, findLinks, isWithoutIndex, allowsPrereleases, constraintFiles, noBinary, onlyBinary],
    ...(constraintDigest === undefined ? {} : { constraintDigest }),
  };
  return `py3.${interpreter.minor}-${sha256Hex(JSON.stringify(parts)).slice(0, 20)}`;
}

/** For people: `Python 3.11.7 with pandas, kfp==2.7.0`. */
export function describeSpec({ interpreter, installs }: EnvironmentSpec): string {
  const requirements = installs.flatMap((install) => install.requirements);
  return `Python ${interpreter.version} ${requirements.length === 0 ? 'without packages' : `with ${listRequirements(requirements)}`}`;
}

export function shownRequirements({ installs }: EnvironmentSpec): readonly string[] {
  return installs.flatMap((install) => install.requirements.map(withoutCredentials));
}
