// Words and files of the user of a machine: command lines, configuration, recipes, kubeconfigs, pip's own files; and the commands and
// images that stand in pipelines.
import { COMMANDS, mergeKubeconfig, parseCommandLine } from '../../../src/cli/testing/entrances.ts';
import { CONFIG_FIELDS, parseConfig } from '../../../src/main/mod.ts';
import { isRequirement, knownImage, matchesImagePattern, mergePipConfig, packageNameOf, parseImageReference, parsePipConfigFile, parseRecipes, recognizeKfpCommand, splitAndList } from '../../../src/node/testing/entrances.ts';
import type { Entrance } from '../entrance.ts';
import { textEntrance } from './texts.ts';

/** A word on each line; the first one names the command. */
export const commandLineEntrance: Entrance = textEntrance(
  'command-line',
  ['--', '-', '=', '--help', '-p', '--param', '--data-dir', '--port', '--follow', '--server', '--force', '-n', '\n', '--constructor', '--__proto__'],
  (text) => {
    const [name, ...words] = text.split('\n');
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (command === undefined) return false;
    const input = parseCommandLine(command, words);
    const given = command.options.map((option) => [option.name, input.text(option.name), input.has(option.name), input.texts(option.name)] as const);
    if (command.name === 'up') parseConfig(Object.fromEntries(given.map(([option, value]) => [option, value])), {});
    return true;
  },
  ['Usage', 'BadConfiguration'],
);

/** `NAME=value` on each line, as variables of the environment and as flags. */
export const configurationEntrance: Entrance = textEntrance(
  'configuration',
  CONFIG_FIELDS.flatMap(({ name }) => [`${name}=`, `SLIPWAY_${name.toUpperCase().replaceAll('-', '_')}=`]),
  (text) => {
    const values = Object.fromEntries(text.split('\n').map((line) => [line.slice(0, Math.max(0, line.indexOf('='))), line.slice(line.indexOf('=') + 1)]));
    parseConfig({}, values);
    parseConfig(values, {});
    return true;
  },
  ['BadConfiguration'],
);

export const recipesEntrance: Entrance = textEntrance(
  'recipes',
  ['recipes:', '- image: ', 'interpreter: ', 'packages: [', 'directories:', 'source: ', 'target: /', 'readOnly: ', 'variables: {', 'python3.11', 'shell', 'container', '*', '&a', '*a', '<<: ', '!!js/function'],
  (text) => {
    for (const { imagePattern } of parseRecipes(text, '/home/user/recipes.yaml')) matchesImagePattern(imagePattern, 'registry.example/team/image:1');
    return true;
  },
  ['InvalidRecipes'],
);

const OWN_KUBECONFIG = `apiVersion: v1
kind: Config
clusters: [{name: slipway, cluster: {server: 'https://127.0.0.1:8080'}}]
contexts: [{name: slipway, context: {cluster: slipway, user: slipway}}]
users: [{name: slipway, user: {token: t}}]
`;

export const kubeconfigEntrance: Entrance = textEntrance(
  'kubeconfig',
  ['clusters:', 'contexts:', 'users:', 'current-context: ', '- name: ', 'cluster: {', '&a', '*a', '<<: *a', '? ', '!!binary', '---', '...', '# '],
  (text) => mergeKubeconfig(text, OWN_KUBECONFIG, 'slipway').text.length > 0,
  ['BadKubeconfig'],
);

export const pipConfigEntrance: Entrance = textEntrance(
  'pip-config',
  ['[global]', '[install]', 'index-url = ', 'extra-index-url = ', 'find-links', 'trusted-host', 'no-index', 'timeout', 'no-binary = :all:', '\n    ', '%(', ';', '#'],
  (text) => {
    const values = parsePipConfigFile(text);
    mergePipConfig([values], {});
    return Object.keys(values).length > 0;
  },
);

/** What a pipeline says that a machine has to run: a word of the command on each line, the last one an image. */
export const commandEntrance: Entrance = textEntrance(
  'command',
  ['sh', '-c', 'python3 -m pip install --quiet --no-warn-script-location', "'", '"', '\\', '$', '&&', '==', '>=1,<2', '[extra]', ' @ ', ';', '--index-url', 'kfp.dsl.executor_main', ':latest', '@sha256:', 'localhost:5000/', '*'],
  (text) => {
    const words = text.split('\n');
    const image = words.at(-1)!;
    const command = recognizeKfpCommand(words.slice(0, -1), []);
    const lists = words.map(splitAndList);
    for (const word of words) if (isRequirement(word)) packageNameOf(word);
    matchesImagePattern(image, words[0]!);
    return command !== undefined || lists.some((list) => list !== undefined) || knownImage(image) !== undefined || parseImageReference(image) !== undefined;
  },
);
