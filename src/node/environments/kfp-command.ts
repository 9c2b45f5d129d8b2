// Recognises the command that the KFP SDK (2.0.0 and newer) compiles for Python components, so that its pip lines become an
// environment built once and its executor can be forked. The shapes are those that the SDK releases write, word for word up to
// white space (testing/kfp-commands.json, made by tools/kfp-commands.py). A command that deviates anywhere is not
// recognised: it runs as it stands.
import { isRequirement } from './requirement.ts';
import { splitAndList } from './shell-words.ts';

export type ExecutorModule = 'kfp.dsl.executor_main' | 'kfp.components.executor_main';

/** One `pip install`; several run in order. */
export interface PackageInstall {
  readonly requirements: readonly string[];
  /** Exactly these, without what they depend on. */
  readonly isWithoutDependencies: boolean;
  /** Replaces the index of the machine's configuration. */
  readonly indexUrl?: string;
  readonly extraIndexUrls: readonly string[];
  /** Hosts, or URLs as SDK releases before 2.13 write them. */
  readonly trustedHosts: readonly string[];
}

export interface KfpCommand {
  readonly installs: readonly PackageInstall[];
  /** `python3 -m <module>` is what the command comes to. */
  readonly module: ExecutorModule;
  /** The command sets `_KFP_RUNTIME=true`: of the SDK only the runtime is imported. */
  readonly isRuntimeOnly: boolean;
  /** Text of the component's module, for `--component_module_path`; undefined when the image brings it. */
  readonly source: string | undefined;
  /** Arguments of the module, after `--component_module_path` where there is a source. */
  readonly executorArgs: readonly string[];
}

const PIP_PROLOGUE = [
  'if ! [ -x "$(command -v pip)" ]; then',
  'python3 -m ensurepip || python3 -m ensurepip --user || apt-get install python3-pip',
  'fi',
];
/** `use_venv=True`: the SDK installs itself into a throw-away venv over the image's packages. Ours is a venv already. */
const VENV_LINES = [
  'export PIP_DISABLE_PIP_VERSION_CHECK=1',
  'tmp=$(mktemp -d)',
  'python3 -m venv "$tmp/venv" --system-site-packages',
  '. "$tmp/venv/bin/activate"',
];
/** Options that are taken, with the values they may have. */
const INDEX_OPTIONS: Readonly<Record<string, RegExp>> = {
  '--index-url': /^https?:\/\/\S+$/,
  '--extra-index-url': /^https?:\/\/\S+$/,
  '--trusted-host': /^[^\s-]\S*$/,
};
const PIP_VARIABLE = 'PIP_DISABLE_PIP_VERSION_CHECK=1';
const PIP_INSTALL = ['python3', '-m', 'pip', 'install', '--quiet', '--no-warn-script-location'];
const THEN_EXECUTOR = '&& "$0" "$@"';

const WRITE_SOURCE = ['program_path=$(mktemp -d)', 'printf "%s" "$0" > "$program_path/ephemeral_component.py"'];
const RUN_SOURCE = '--component_module_path "$program_path/ephemeral_component.py" "$@"';
const EXECUTORS: readonly { readonly module: ExecutorModule; readonly isRuntimeOnly: boolean; readonly line: string }[] = [
  { module: 'kfp.dsl.executor_main', isRuntimeOnly: true, line: `_KFP_RUNTIME=true python3 -m kfp.dsl.executor_main ${RUN_SOURCE}` },
  { module: 'kfp.dsl.executor_main', isRuntimeOnly: false, line: `python3 -m kfp.dsl.executor_main ${RUN_SOURCE}` },
  { module: 'kfp.components.executor_main', isRuntimeOnly: false, line: `python3 -m kfp.components.executor_main ${RUN_SOURCE}` },
];
const CONTAINERIZED_MODULES: readonly ExecutorModule[] = ['kfp.dsl.executor_main', 'kfp.components.executor_main'];

/** Commands that are remembered, and the length of each: the steps of a loop have one, thousands of times. */
const REMEMBERED_COUNT_MAX = 100;
const REMEMBERED_CHARS_MAX = 32 * 1024;

/** The same, with a memory. */
export function createKfpRecognizer(): typeof recognizeKfpCommand {
  const known = new Map<string, { readonly command: readonly string[]; readonly recognized: KfpCommand | undefined }>();
  return (command, args) => {
    const text = command.join('\n');
    if (text.length > REMEMBERED_CHARS_MAX) return recognizeKfpCommand(command, args);
    let found = known.get(text);
    if (found === undefined || !areEqual(found.command, command)) {
      if (known.size >= REMEMBERED_COUNT_MAX) known.clear();
      found = { command, recognized: recognizeKfpCommand(command, []) };
      known.set(text, found);
    }
    return found.recognized === undefined ? undefined : { ...found.recognized, executorArgs: args };
  };
}

/** Undefined: not the SDK's command; run it as it stands. */
export function recognizeKfpCommand(command: readonly string[], args: readonly string[]): KfpCommand | undefined {
  if (command[0] === 'sh' && command[1] === '-c' && command.length > 3) {
    const installs = parseInstallScript(command[2]!);
    const executor = recognizeExecutor(command.slice(3), args);
    return installs === undefined || executor === undefined ? undefined : { ...executor, installs };
  }
  return recognizeExecutor(command, args);
}

function recognizeExecutor(command: readonly string[], args: readonly string[]): KfpCommand | undefined {
  if (command.length === 3 && command[0] === 'python3' && command[1] === '-m') {
    const module = CONTAINERIZED_MODULES.find((name) => name === command[2]);
    return module === undefined ? undefined : { installs: [], module, isRuntimeOnly: false, source: undefined, executorArgs: args };
  }
  const [shell, flags, script, source] = command;
  if (command.length !== 4 || shell !== 'sh' || flags !== '-ec' || script === undefined || source === undefined) return undefined;
  const lines = normalLines(script);
  const executor = EXECUTORS.find(({ line }) => areEqual(lines, [...WRITE_SOURCE, line]));
  if (executor === undefined) return undefined;
  return { installs: [], module: executor.module, isRuntimeOnly: executor.isRuntimeOnly, source, executorArgs: args };
}

/** The pip stage: prologue, one or two `pip install` joined by `&&`, perhaps a venv before the SDK's own, then the executor. */
function parseInstallScript(script: string): readonly PackageInstall[] | undefined {
  const lines = linesOf(script);
  if (!areEqual(lines.slice(0, PIP_PROLOGUE.length).map(withSingleSpaces), PIP_PROLOGUE)) return undefined;
  const commandText = commandWithoutVenv(lines.slice(PIP_PROLOGUE.length));
  if (commandText === undefined || !commandText.startsWith(PIP_VARIABLE) || !commandText.endsWith(THEN_EXECUTOR)) return undefined;
  const commands = splitAndList(commandText.slice(PIP_VARIABLE.length, -THEN_EXECUTOR.length));
  const installs = commands?.map(parsePipInstall);
  return installs?.every((install) => install !== undefined) === true ? installs : undefined;
}

/** The one line with the pip commands; undefined when there are other lines than the known ones. */
function commandWithoutVenv(lines: readonly string[]): string | undefined {
  if (lines.length === 1) return lines[0]!;
  const venvEnd = 1 + VENV_LINES.length;
  if (lines.length !== venvEnd + 1 || !areEqual(lines.slice(1, venvEnd).map(withSingleSpaces), VENV_LINES)) return undefined;
  const before = lines[0]!;
  // Either nothing was installed before, or it ended in `&&`, which joins it to the venv's first line.
  return before === PIP_VARIABLE || before.endsWith('&&') ? `${before} ${lines[venvEnd]!}` : undefined;
}

function parsePipInstall(words: readonly string[]): PackageInstall | undefined {
  if (!areEqual(words.slice(0, PIP_INSTALL.length), PIP_INSTALL)) return undefined;
  const requirements: string[] = [];
  const values = new Map<string, string[]>(Object.keys(INDEX_OPTIONS).map((option) => [option, []]));
  let isWithoutDependencies = false;
  for (let i = PIP_INSTALL.length; i < words.length; i++) {
    const word = words[i]!;
    const [option, inlineValue] = splitOption(word);
    if (values.has(option)) {
      const value = inlineValue ?? words[++i] ?? '';
      if (!INDEX_OPTIONS[option]!.test(value)) return undefined;
      values.get(option)!.push(value);
    } else if (word === '--no-deps') isWithoutDependencies = true;
    else if (isRequirement(word)) requirements.push(word);
    else return undefined;
  }
  if (requirements.length === 0) return undefined;
  const indexUrl = values.get('--index-url')!.at(-1);
  return {
    requirements,
    isWithoutDependencies,
    ...(indexUrl === undefined ? {} : { indexUrl }),
    extraIndexUrls: values.get('--extra-index-url')!,
    trustedHosts: values.get('--trusted-host')!,
  };
}

function splitOption(word: string): readonly [string, string | undefined] {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function linesOf(script: string): readonly string[] {
  return script.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

function normalLines(script: string): readonly string[] {
  return linesOf(script).map(withSingleSpaces);
}

function withSingleSpaces(line: string): string {
  return line.replaceAll(/[ \t]+/g, ' ');
}

function areEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
