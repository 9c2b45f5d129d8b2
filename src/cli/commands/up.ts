// slipway up
import { EXIT, type Command } from '../command.ts';
import { CONFIG_OPTIONS, serveUntilStopped, startServer } from '../start-server.ts';

export const upCommand: Command = {
  name: 'up',
  operands: '',
  operandCount: { min: 0, max: 0 },
  summary: 'Start Slipway and serve until Ctrl-C.',
  details:
    'Browsers, kfp and kubectl use the same port. Every option can also be set as an environment variable: --data-dir is SLIPWAY_DATA_DIR. The log goes to slipway.log in the data directory, or to stderr when nobody watches.',
  options: CONFIG_OPTIONS,
  examples: [
    ['slipway up', 'On http://localhost:8080, with the data of this user.'],
    ['slipway up --port 8081 --data-dir /tmp/second', 'A second one beside it.'],
  ],
  async run(input, terminal) {
    // Before a person the log goes to a file, so that the terminal stays readable; a service manager gets it on stderr.
    const server = await startServer(input, terminal, { isLoggedToFile: terminal.isInteractive });
    terminal.out(`kubectl: slipway kubeconfig > slipway.kubeconfig    kfp: kfp.Client(host="${server.url}")    stop: Ctrl-C\n`);
    await serveUntilStopped(server, terminal);
    return EXIT.success;
  },
};
