// The effective configuration: flags over environment over defaults, parsed once, frozen, one schema for all rooms.
import { availableParallelism, homedir, totalmem } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { Failure, type ConfigField } from '../base/mod.ts';
import { ENGINE_CONFIG } from '../engine/mod.ts';
import type { LogLimits } from '../logs/mod.ts';
import { networkRanges, type NetworkRanges } from '../node/mod.ts';
import { HOST_PATH_POLICIES, type HostPathPolicy } from '../server/mod.ts';

export const CONFIG_FIELDS: readonly ConfigField[] = [
  { name: 'host', type: 'string', default: '127.0.0.1', sentence: 'Address to listen on; anything but loopback asks every caller for the token.' },
  { name: 'port', type: 'integer', default: 8080, sentence: 'Port for browsers, kfp and kubectl; 0 takes a free one.' },
  { name: 'data-dir', type: 'string', default: undefined, sentence: 'Directory that holds everything; default $XDG_DATA_HOME/slipway or ~/.local/share/slipway.' },
  { name: 'pod-cidr', type: 'string', default: '10.88.0.0/16', sentence: 'Addresses of Pods, in a network of their own: choose others when Pods have to reach these outside.' },
  { name: 'service-cidr', type: 'string', default: '10.96.0.0/16', sentence: 'Addresses of Services, in the same network. Services that exist keep theirs.' },
  { name: 'log-level', type: 'string', default: 'info', sentence: 'Least important lines that are logged: debug, info, warn or error.' },
  { name: 'allowed-hosts', type: 'string', default: '', sentence: 'Host names besides localhost that clients may use, separated by commas.' },
  { name: 'content-domain', type: 'string', default: 'localhost', sentence: 'Domain below which HTML that steps wrote is shown, each artifact on a name of its own; all names below it must lead to this server.' },
  { name: 'recipes', type: 'string', default: undefined, sentence: 'YAML file that says which images run with which interpreter, packages and directories; default recipes.yaml in the data directory.' },
  { name: 'container-engine', type: 'string', default: 'auto', sentence: 'What runs images that no recipe covers: auto (podman or Docker, the first that answers), off, or the path of the Unix socket of an engine.' },
  { name: 'pipeline-root', type: 'string', default: 'minio://mlpipeline/v2/artifacts', sentence: 'Where artifacts of runs without a pipeline root of their own go.' },
  { name: 'environments-bytes-max', type: 'integer', default: 20 * 2 ** 30, sentence: 'Environments not used for longest are removed when all together are larger than this.' },
  { name: 'steps-at-once', type: 'integer', default: undefined, sentence: 'Pipeline steps that run at the same time; default four per processor, and at least four. Others wait.' },
  { name: 'warm-parents-bytes-max', type: 'integer', default: undefined, sentence: 'Memory of the Python processes that keep packages imported for the next step; default an eighth of the memory, at most 1 GiB; 0 keeps none imported.' },
  { name: 'container-log-max-size', type: 'integer', default: 10 * 2 ** 20, sentence: 'Bytes of a file of a container\'s log; a full one is followed by another.' },
  { name: 'container-log-max-files', type: 'integer', default: 5, sentence: 'Files that are kept of a container\'s log, the newest ones; at least 2.' },
  { name: 'log-bytes-max', type: 'integer', default: 2 * 2 ** 30, sentence: 'Oldest container logs are removed when all together are larger than this.' },
  { name: 'overcommit', type: 'boolean', default: true, sentence: 'Pods that ask for more CPU or memory than the machine has run with what is free, and a warning; false lets them wait.' },
  { name: 'gpu', type: 'string', default: 'require', sentence: 'What becomes of Pods that ask for more GPUs than the machine has: require lets them wait, cpu-fallback runs them without.' },
  { name: 'devices', type: 'string', default: '', sentence: 'Devices that the node offers besides the GPUs that nvidia-smi lists, for example example.com/fpga=a|b,nvidia.com/gpu=0.' },
  { name: 'processes-per-container-max', type: 'integer', default: 4096, sentence: 'Processes and threads that one container may have; 0 for no limit.' },
  { name: 'host-path', type: 'string', default: 'auto', sentence: 'Whether Pods may mount directories of the machine (hostPath): auto until a role binding names a user or group besides the owner, true, or false.' },
  { name: 'log-age-hours-max', type: 'integer', default: 24 * 30, sentence: 'Container logs older than this are removed.' },
  ...ENGINE_CONFIG,
];

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  readonly ranges: NetworkRanges;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly allowedHosts: readonly string[];
  readonly contentDomain: string;
  /** Absolute. */
  readonly recipesFile: string;
  /** `auto`, `off`, or an absolute path. */
  readonly containerEngine: string;
  readonly pipelineRoot: string;
  readonly pipelineNamespace: string;
  readonly isPipelineCacheOn: boolean;
  readonly terminatedRunState: 'FAILED' | 'CANCELED';
  readonly finalStatusSuccess: 'SUCCEEDED' | 'COMPLETE';
  readonly environmentsBytesMax: number;
  readonly stepsAtOnce: number;
  readonly warmParentsBytesMax: number;
  readonly isOvercommitOn: boolean;
  readonly isGpuOptional: boolean;
  /** Ids by resource. */
  readonly devices: ReadonlyMap<string, readonly string[]>;
  readonly processesPerContainerMax: number;
  readonly hostPath: HostPathPolicy;
  readonly logLimits: LogLimits;
  readonly logBytesMax: number;
  readonly logAgeHoursMax: number;
}

export type ConfigInput = Readonly<Record<string, string | undefined>>;

const STEPS_PER_PROCESSOR = 4;
const WARM_PARENTS_BYTES_DEFAULT_MAX = 2 ** 30;
const STEPS_AT_ONCE_MAX = 10_000;

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/**
 * `flags` by field name, `environment` as the process has it (SLIPWAY_DATA_DIR for data-dir); an empty variable counts as none.
 * Throws Failure `BadConfiguration` with a sentence that names the flag.
 */
export function parseConfig(flags: ConfigInput, environment: ConfigInput): Config {
  const text = (name: string): string | undefined => {
    const field = CONFIG_FIELDS.find((candidate) => candidate.name === name);
    const value = environment[variableOf(name)];
    const given = flags[name] ?? (value === '' ? undefined : value);
    return given ?? (field?.default === undefined ? undefined : String(field.default));
  };
  const path = (name: string): string | undefined => {
    const given = text(name);
    if (given?.trim() === '') throw new Failure('BadConfiguration', `--${name} is empty; name a path, or leave it out`);
    return given;
  };
  const oneOf = <const T extends string>(name: string, values: readonly T[]): T => {
    const found = values.find((value) => value === text(name));
    if (found !== undefined) return found;
    throw new Failure('BadConfiguration', `--${name} must be one of ${values.join(', ')}, not "${text(name)}"`);
  };
  const integer = (name: string, min: number, max: number): number => {
    const given = text(name)!;
    const value = Number(given);
    if (given.trim() !== '' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw new Failure('BadConfiguration', `--${name} must be a whole number from ${min} to ${max}, not "${given}"`);
  };
  const dataDir = resolve(path('data-dir') ?? defaultDataDir(environment));
  return Object.freeze({
    host: text('host')!,
    port: integer('port', 0, 65_535),
    dataDir,
    ranges: networkRanges(text('pod-cidr')!, text('service-cidr')!),
    logLevel: oneOf('log-level', LOG_LEVELS),
    allowedHosts: Object.freeze(text('allowed-hosts')!.split(',').map((host) => host.trim().toLowerCase()).filter((host) => host !== '')),
    contentDomain: text('content-domain')!.toLowerCase().replace(/^\.+|\.+$/g, ''),
    recipesFile: resolve(path('recipes') ?? join(dataDir, 'recipes.yaml')),
    containerEngine: engineSetting(text('container-engine')!),
    pipelineRoot: text('pipeline-root')!.replace(/\/+$/, ''),
    pipelineNamespace: text('pipeline-namespace')!,
    isPipelineCacheOn: oneOf('pipeline-cache', ['true', 'false']) === 'true',
    terminatedRunState: oneOf('terminated-run-state', ['FAILED', 'CANCELED']),
    finalStatusSuccess: oneOf('final-status-success', ['SUCCEEDED', 'COMPLETE']),
    environmentsBytesMax: integer('environments-bytes-max', 0, Number.MAX_SAFE_INTEGER),
    stepsAtOnce: text('steps-at-once') === undefined ? stepsAtOnceDefault() : integer('steps-at-once', 1, STEPS_AT_ONCE_MAX),
    warmParentsBytesMax: text('warm-parents-bytes-max') === undefined ? warmParentsBytesDefault() : integer('warm-parents-bytes-max', 0, Number.MAX_SAFE_INTEGER),
    isOvercommitOn: oneOf('overcommit', ['true', 'false']) === 'true',
    isGpuOptional: oneOf('gpu', ['require', 'cpu-fallback']) === 'cpu-fallback',
    devices: devicesOf(text('devices')!),
    processesPerContainerMax: integer('processes-per-container-max', 0, 2 ** 22),
    hostPath: oneOf('host-path', HOST_PATH_POLICIES),
    logLimits: { fileBytesMax: integer('container-log-max-size', 2 ** 10, Number.MAX_SAFE_INTEGER), fileCountMax: integer('container-log-max-files', 2, 1_000) },
    logBytesMax: integer('log-bytes-max', 0, Number.MAX_SAFE_INTEGER),
    logAgeHoursMax: integer('log-age-hours-max', 1, 24 * 3650),
  });
}

/** The environment variable of a setting. */
export function variableOf(name: string): string {
  return `SLIPWAY_${name.toUpperCase().replaceAll('-', '_')}`;
}

const DEVICE_ENTRY = /^([^=,|\s]+)=([^=,\s]+)$/;

function devicesOf(text: string): ReadonlyMap<string, readonly string[]> {
  const entries = text.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
  return new Map(
    entries.map((entry) => {
      const [, resource, ids] = DEVICE_ENTRY.exec(entry) ?? [];
      if (resource === undefined || ids === undefined) throw new Failure('BadConfiguration', `--devices must be resource=id|id,… and not "${entry}"`);
      return [resource, ids.split('|').filter((id) => id !== '')];
    }),
  );
}

function engineSetting(given: string): string {
  const path = given.replace(/^unix:\/\//, '');
  if (given === 'auto' || given === 'off' || isAbsolute(path)) return path;
  throw new Failure('BadConfiguration', `--container-engine must be auto, off or the absolute path of a Unix socket, not "${given}"`);
}

/** Steps wait for disks and networks half of the time. */
function stepsAtOnceDefault(): number {
  return Math.max(STEPS_PER_PROCESSOR, STEPS_PER_PROCESSOR * availableParallelism());
}

function warmParentsBytesDefault(): number {
  return Math.min(WARM_PARENTS_BYTES_DEFAULT_MAX, Math.floor(totalmem() / 8));
}

function defaultDataDir(environment: ConfigInput): string {
  const base = environment['XDG_DATA_HOME'];
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.local', 'share'), 'slipway');
}
