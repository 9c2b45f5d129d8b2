// What the machine's user has configured for pip: files and PIP_* variables, with pip's own order of precedence. Read here
// and not asked of pip, which takes a third of a second to answer and may be missing.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, sha256Hex } from '../../base/mod.ts';

export interface PipConfig {
  readonly indexUrl?: string;
  readonly extraIndexUrls: readonly string[];
  /** URLs and directories; those that do not exist are still among them. */
  readonly findLinks: readonly string[];
  readonly trustedHosts: readonly string[];
  readonly isWithoutIndex: boolean;
  /** Certificates in PEM to trust. */
  readonly certificateFile?: string;
  readonly clientCertificateFile?: string;
  readonly proxy?: string;
  readonly timeoutSeconds?: number;
  readonly allowsPrereleases: boolean;
  readonly constraintFiles: readonly string[];
  /** Of the texts of these; undefined when there are none. */
  readonly constraintDigest?: string;
  /** Package names, or `:all:`. */
  readonly noBinary: readonly string[];
  readonly onlyBinary: readonly string[];
}

/** Sections that an install reads, the later one wins. */
const SECTIONS = ['global', 'install'];

export interface PipConfigSources {
  readonly variables: Readonly<Record<string, string>>;
  readonly platform: NodeJS.Platform;
  /** Prefix of the interpreter, where its own pip.conf may lie. */
  readonly prefix: string;
}

/** Throws Failure `PipConfigUnreadable` when a file exists and can't be read. */
export async function readPipConfig(sources: PipConfigSources): Promise<PipConfig> {
  const files: Record<string, string>[] = [];
  for (const path of configPaths(sources)) {
    const text = await readIfThere(path);
    if (text !== undefined) files.push(parsePipConfigFile(text));
  }
  const config = mergePipConfig(files, sources.variables);
  return config.constraintFiles.length === 0 ? config : { ...config, constraintDigest: await digestOf(config.constraintFiles) };
}

/** Addresses count by their names alone, and so does what is not there. */
async function digestOf(paths: readonly string[]): Promise<string> {
  const texts = await Promise.all(paths.map(readIfThere));
  return sha256Hex(JSON.stringify(texts.map((text) => text ?? null)));
}

/** In the order of precedence, lowest first. */
export function configPaths({ variables, platform, prefix }: PipConfigSources): readonly string[] {
  const fromVariable = variables['PIP_CONFIG_FILE'];
  if (fromVariable === '/dev/null') return [];
  const home = variables['HOME'];
  const isMac = platform === 'darwin';
  const system = isMac
    ? ['/Library/Application Support/pip/pip.conf']
    : [...(variables['XDG_CONFIG_DIRS'] ?? '/etc/xdg').split(':').filter((path) => path !== '').map((path) => join(path, 'pip/pip.conf')), '/etc/pip.conf'];
  const ofUser =
    home === undefined
      ? []
      : [
          join(home, '.pip/pip.conf'),
          join(variables['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pip/pip.conf'),
          ...(isMac ? [join(home, 'Library/Application Support/pip/pip.conf')] : []),
        ];
  // A file named by the variable takes the place of the user's own ones.
  return [...system, ...(fromVariable === undefined ? ofUser : []), join(prefix, 'pip.conf'), ...(fromVariable === undefined ? [] : [fromVariable])];
}

/** Keys are `section.option`, options in lower case with dashes. Values may go on in indented lines. */
export function parsePipConfigFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  let section = '';
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    const header = /^\[([^\]]+)\]/.exec(trimmed)?.[1];
    if (/^\s/.test(line) && key !== undefined) {
      values[key] = `${values[key]}\n${trimmed}`.trim();
    } else if (header !== undefined) {
      section = header;
      key = undefined;
    } else {
      const border = trimmed.search(/[=:]/);
      if (border <= 0) continue;
      key = `${section}.${optionName(trimmed.slice(0, border).trim())}`;
      values[key] = trimmed.slice(border + 1).trim();
    }
  }
  return values;
}

/** Pure. `files` lowest precedence first; variables win over them. */
export function mergePipConfig(files: readonly Readonly<Record<string, string>>[], variables: Readonly<Record<string, string>>): PipConfig {
  const merged: Record<string, string> = Object.assign({}, ...files);
  const options = new Map<string, string>();
  for (const section of SECTIONS) {
    for (const [key, value] of Object.entries(merged)) {
      if (key.startsWith(`${section}.`)) options.set(key.slice(section.length + 1), value);
    }
  }
  for (const [name, value] of Object.entries(variables)) {
    // An empty variable counts as not set, as it does for pip.
    if (name.startsWith('PIP_') && value !== '') options.set(optionName(name.slice('PIP_'.length)), value);
  }
  const timeoutSeconds = Number(options.get('timeout') ?? options.get('default-timeout'));
  return {
    ...optional('indexUrl', options.get('index-url')),
    extraIndexUrls: listOf(options.get('extra-index-url')),
    findLinks: listOf(options.get('find-links')),
    trustedHosts: listOf(options.get('trusted-host')),
    isWithoutIndex: isTrue(options.get('no-index')),
    ...optional('certificateFile', options.get('cert')),
    ...optional('clientCertificateFile', options.get('client-cert')),
    ...optional('proxy', options.get('proxy')),
    ...(timeoutSeconds > 0 ? { timeoutSeconds } : {}),
    allowsPrereleases: isTrue(options.get('pre')),
    constraintFiles: listOf(options.get('constraint')),
    noBinary: listOf(options.get('no-binary'), ','),
    onlyBinary: listOf(options.get('only-binary'), ','),
  };
}

/** The same configuration as variables, for a pip that does not see this machine's files. */
export function pipVariables(config: PipConfig): Readonly<Record<string, string>> {
  const variables: Record<string, string | undefined> = {
    PIP_INDEX_URL: config.indexUrl,
    PIP_EXTRA_INDEX_URL: config.extraIndexUrls.join(' '),
    PIP_FIND_LINKS: config.findLinks.join(' '),
    PIP_TRUSTED_HOST: config.trustedHosts.join(' '),
    PIP_NO_INDEX: config.isWithoutIndex ? '1' : '',
    PIP_CERT: config.certificateFile,
    PIP_CLIENT_CERT: config.clientCertificateFile,
    PIP_PROXY: config.proxy,
    PIP_DEFAULT_TIMEOUT: config.timeoutSeconds?.toString(),
    PIP_PRE: config.allowsPrereleases ? '1' : '',
    PIP_CONSTRAINT: config.constraintFiles.join(' '),
    PIP_NO_BINARY: config.noBinary.join(','),
    PIP_ONLY_BINARY: config.onlyBinary.join(','),
  };
  return Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''));
}

function optionName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-').replace(/^--/, '');
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
}

function listOf(value: string | undefined, separator = ''): readonly string[] {
  const text = separator === '' ? (value ?? '') : (value ?? '').replaceAll(separator, ' ');
  return text.split(/\s+/).filter((item) => item !== '');
}

/** The words that pip takes for yes (distutils strtobool). */
function isTrue(value: string | undefined): boolean {
  return ['y', 'yes', 't', 'true', 'on', '1'].includes((value ?? '').toLowerCase());
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // A configuration that this user may not read does not apply to this user.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return undefined;
    throw new Failure('PipConfigUnreadable', `The pip configuration ${path} cannot be read.`, { cause: error });
  }
}
