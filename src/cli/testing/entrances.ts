// What reads command lines and files of users, for conformance/fuzz.
export { parseCommandLine } from '../command.ts';
export { COMMANDS } from '../commands.ts';
export { mergeKubeconfig } from '../merge-kubeconfig.ts';
