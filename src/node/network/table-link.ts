// Keeps the network of the Pods told of names and Services: one connection to the process that holds it, one table at a time.
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { describeError, Failure, isJsonObject, type Log } from '../../base/mod.ts';
import type { NetworkTable } from './network-table.ts';

export interface TableLinkOptions {
  /** Where that process listens; undefined while there is no supervisor. */
  readonly socketPath: () => string | undefined;
  readonly table: () => NetworkTable;
  /** What can not be listened on, in sentences; said once as long as it stays the same. */
  readonly onProblems: (problems: readonly string[]) => void;
  readonly log: Log;
}

export class TableLink {
  readonly #options: TableLinkOptions;
  #connection: { readonly socket: Socket; readonly answers: AsyncIterator<string> } | undefined;
  #sent = '';
  #problems = '';
  #pushing: Promise<void> | undefined;
  #isDue = true;

  constructor(options: TableLinkOptions) {
    this.#options = options;
  }

  /** Something that the table is made of has changed. */
  invalidate(): void {
    this.#isDue = true;
  }

  /** Resolves when what was known at the call is in effect. Throws Failure `NotReachable`. */
  async push(): Promise<void> {
    while (this.#isDue || this.#connection === undefined) {
      this.#pushing ??= this.#send().finally(() => {
        this.#pushing = undefined;
      });
      await this.#pushing;
    }
    await this.#pushing;
  }

  close(): void {
    this.#connection?.socket.destroy();
    this.#connection = undefined;
  }

  async #send(): Promise<void> {
    const connection = (this.#connection ??= await this.#connect());
    this.#isDue = false;
    const text = JSON.stringify({ table: this.#options.table() });
    // What could not be listened on is tried again.
    if (text === this.#sent && this.#problems === '') return;
    connection.socket.write(`${text}\n`);
    const answer = await connection.answers.next();
    if (answer.done === true) {
      this.#isDue = true;
      throw new Failure('NotReachable', 'the process that holds the network of the Pods ended');
    }
    this.#sent = text;
    this.#report(answer.value);
  }

  async #connect(): Promise<{ readonly socket: Socket; readonly answers: AsyncIterator<string> }> {
    const path = this.#options.socketPath();
    if (path === undefined) throw new Failure('NotReachable', 'there is no supervisor');
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', (error) => reject(new Failure('NotReachable', error.message, { cause: error })));
    });
    socket.on('error', (error) => this.#options.log.debug?.('the connection to the network of the Pods failed', { error: describeError(error) }));
    socket.once('close', () => {
      if (this.#connection?.socket === socket) this.#connection = undefined;
    });
    this.#sent = '';
    return { socket, answers: createInterface({ input: socket })[Symbol.asyncIterator]() };
  }

  #report(line: string): void {
    const answer: unknown = JSON.parse(line);
    const problems = isJsonObject(answer) && Array.isArray(answer['problems']) ? answer['problems'].map(String).toSorted() : [];
    const text = problems.join('; ');
    if (text !== '' && text !== this.#problems) {
      this.#options.log.warn('some ports can not be listened on', { problems: text });
      this.#options.onProblems(problems);
    }
    this.#problems = text;
  }
}
