// Where the kernel permits no namespaces a container sees the machine as it is. A pipeline step is then told its places as
// they are on the machine: its artifacts, its output files, its own /tmp. The rest that would have to be shown somewhere
// else can't be: such a container is refused.
import { join } from 'node:path';
import { Failure } from '../../base/mod.ts';
import type { ContainerFile, ContainerMount, ExecCommand, ForkCommand } from '../supervisor/protocol.ts';
import type { StepPaths } from './step.ts';

/** For a fork: directories by the mount points of the KFP SDK, as JSON. The supervisor hands them to the SDK. */
const ARTIFACT_ROOTS_VARIABLE = 'SLIPWAY_ARTIFACT_ROOTS';
const TMP = '/tmp/';
/** A path with one of these can't stand in a command that was written for another one. */
const UNSAFE_IN_COMMANDS = /["'\\\s$`]/;

export interface PlainContainer {
  readonly step: StepPaths;
  readonly tmpDirectory: string;
  readonly files: readonly ContainerFile[];
  /** Why there is no sandbox. */
  readonly reason: string;
}

/** Says how a request becomes one for the machine as it is. Throws Failure `SandboxUnavailable`. */
export function plainView({ step, tmpDirectory, files, reason }: PlainContainer): {
  command<C extends ExecCommand | ForkCommand>(command: C): C;
  readonly files: readonly ContainerFile[];
} {
  const toTmp = (path: string): [string, string] => [path, join(tmpDirectory, path.slice(TMP.length))];
  const places = new Map([
    ...step.mounts.map(({ target, source }): [string, string] => [target, source]),
    ...step.tmpPaths.map((path) => toTmp(TMP + path)),
    ...files.filter(({ path }) => path.startsWith(TMP)).map(({ path }) => toTmp(path)),
  ]);
  for (const [target, source] of places) {
    if (UNSAFE_IN_COMMANDS.test(source)) throw invisible(target, `${reason}, and the path of the data directory has spaces or quotes`);
  }
  const translate = translator(places);
  const roots = JSON.stringify(step.artifactRoots);
  return {
    command(command) {
      const env = { TMPDIR: tmpDirectory, ...mapValues(command.env, translate) };
      if (command.kind === 'exec') return { ...command, argv: command.argv.map(translate), env };
      return { ...command, args: command.args.map(translate), env: { ...env, [ARTIFACT_ROOTS_VARIABLE]: roots } };
    },
    files: files.map(({ path, text }) => ({ path: places.get(path) ?? path, text })),
  };
}

/** Without namespaces what should be elsewhere can't be shown. */
export function refuseInvisible(mounts: readonly ContainerMount[], reason: string): void {
  const moved = mounts.find(({ source, target }) => source !== target);
  if (moved !== undefined) throw invisible(moved.target, reason);
}

function invisible(target: string, reason: string): Failure {
  return new Failure('SandboxUnavailable', `${target} can't be shown to the container, because ${reason}; \`slipway doctor\` says what helps`);
}

/** Replaces whole paths and their beginnings, never parts of names. */
function translator(places: ReadonlyMap<string, string>): (text: string) => string {
  if (places.size === 0) return (text) => text;
  const longestFirst = [...places.keys()].toSorted((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(`(?<![\\w.-])(?:${longestFirst.join('|')})(?![\\w.-])`, 'g');
  return (text) => text.replace(pattern, (path) => places.get(path)!);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function mapValues(record: Readonly<Record<string, string>>, convert: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, convert(value)]));
}
