// One connection to a running supervisor: numbers requests, matches answers, hands out events.
import { connect, type Socket } from 'node:net';

import { Failure, isJsonObject, type Clock, type Log } from '../../base/mod.ts';
import {
  type ContainerLimits,
  PROTOCOL_VERSION,
  type AttachedStreams,
  type Entrance,
  type ExitListener,
  type HelloReply,
  type ImportedModules,
  type OpenNetworkRequest,
  type ParentCost,
  type PodNetworkReply,
  type RemovePodReply,
  type StartContainerRequest,
  type StartedProcess,
  type StartParentRequest,
  type Supervisor,
  type SupervisorEvent,
  type SupervisorFailureReason,
  type SupervisorList,
  type SupervisorReply,
  type SupervisorRequests,
  type SupervisorStats,
} from './protocol.ts';

/** Generous: a warm parent may import for many seconds on a cold disk. */
const REPLY_TIMEOUT_MS = 120_000;
const HELLO_TIMEOUT_MS = 5_000;
const LINE_CHARS_MAX = 64 * 1024 * 1024;

type RequestType = keyof SupervisorRequests;

interface PendingCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (failure: Failure) => void;
  readonly cancelTimeout: () => void;
}

/** Rejects with the system's error (ENOENT, ECONNREFUSED) when nobody listens. */
export async function openConnection(path: string, options: { clock: Clock; log: Log }): Promise<SupervisorConnection> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = connect(path, () => {
      opening.off('error', reject);
      resolve(opening);
    });
    opening.once('error', reject);
  });
  const connection = new SupervisorConnection(socket, { ...options, path });
  try {
    await connection.greet();
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

export class SupervisorConnection implements Supervisor {
  readonly #socket: Socket;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #pending = new Map<number, PendingCall>();
  readonly #exitListeners = new Set<ExitListener>();
  readonly #parentExitListeners = new Set<(parentId: string) => void>();
  readonly #importedListeners = new Set<(imported: ImportedModules) => void>();
  readonly #lostListeners = new Set<() => void>();
  #hello: HelloReply | undefined;
  #onOutput: AttachedStreams['onOutput'] = () => undefined;
  #lastCallId = 0;
  /** Of a line whose end has not come yet. */
  #rest = '';
  #isEnded = false;

  constructor(socket: Socket, { clock, log, path }: { clock: Clock; log: Log; path: string }) {
    this.#path = path;
    this.#socket = socket;
    this.#clock = clock;
    this.#log = log;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', (error) => this.#log.warn('supervisor connection failed', { error: error.message }));
    socket.on('close', () => this.#end(true));
  }

  get hello(): HelloReply {
    if (this.#hello === undefined) throw new Failure('SupervisorLost', 'the supervisor has not answered yet');
    return this.#hello;
  }

  async greet(): Promise<void> {
    this.#hello = await this.#call('hello', { protocol: PROTOCOL_VERSION }, HELLO_TIMEOUT_MS);
  }

  startContainer(request: StartContainerRequest): Promise<StartedProcess> {
    return this.#call('start-container', request);
  }

  startParent(request: StartParentRequest): Promise<ParentCost> {
    return this.#call('start-parent', request);
  }

  async stopParent(parentId: string): Promise<void> {
    await this.#call('stop-parent', { parentId });
  }

  list(): Promise<SupervisorList> {
    return this.#call('list', {});
  }

  openNetwork(request: OpenNetworkRequest): Promise<PodNetworkReply> {
    return this.#call('open-network', request);
  }

  entrance(id: string): Promise<Entrance> {
    return this.#call('entrance', { id });
  }

  async attach(id: string): Promise<AttachedStreams> {
    const own = await openConnection(this.#path, { clock: this.#clock, log: this.#log });
    try {
      await own.#call('attach', { id });
    } catch (error) {
      own.close();
      throw error;
    }
    return own.#attached(id);
  }

  #attached(id: string): AttachedStreams {
    const streams: AttachedStreams = {
      onOutput: () => undefined,
      ended: new Promise((resolve) => {
        this.onLost(resolve);
        this.onExit((exit) => exit.id === id && resolve());
      }),
      write: async (chunk) => (await this.#call('write-input', { id, data: chunk.toString('base64') })).isOpen,
      endInput: async () => void (await this.#call('end-input', { id })),
      resize: async (rows, columns) => void (await this.#call('resize', { id, rows, columns })),
      close: () => this.close(),
    };
    this.#onOutput = (stream, chunk) => streams.onOutput(stream, chunk);
    return streams;
  }

  async limit(id: string, limits: ContainerLimits): Promise<string> {
    return (await this.#call('limit', { id, limits })).refusal;
  }

  async signal(id: string, signal: number): Promise<void> {
    await this.#call('signal', { id, signal });
  }

  async killContainer(id: string): Promise<void> {
    await this.#call('kill-container', { id });
  }

  killPod(podUid: string): Promise<{ readonly killedCount: number }> {
    return this.#call('kill-pod', { podUid });
  }

  removePod(podUid: string, directories: readonly string[]): Promise<RemovePodReply> {
    return this.#call('remove-pod', { podUid, directories });
  }

  stats(others: Readonly<Record<string, number>> = {}): Promise<SupervisorStats> {
    return this.#call('stats', { others });
  }

  onExit(listener: ExitListener): () => void {
    return subscribe(this.#exitListeners, listener);
  }

  onParentExit(listener: (parentId: string) => void): () => void {
    return subscribe(this.#parentExitListeners, listener);
  }

  onImported(listener: (imported: ImportedModules) => void): () => void {
    return subscribe(this.#importedListeners, listener);
  }

  onLost(listener: () => void): () => void {
    return subscribe(this.#lostListeners, listener);
  }

  async shutdown({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    await this.#call('shutdown', { force });
  }

  close(): void {
    this.#end(false);
    this.#socket.destroy();
  }

  #call<T extends RequestType>(
    type: T,
    request: SupervisorRequests[T]['request'],
    timeoutMs = REPLY_TIMEOUT_MS,
  ): Promise<SupervisorRequests[T]['reply']> {
    if (this.#isEnded) return Promise.reject(lostFailure(type));
    const id = ++this.#lastCallId;
    return new Promise<SupervisorRequests[T]['reply']>((resolve, reject) => {
      const cancelTimeout = this.#clock.schedule(timeoutMs, () => {
        this.#log.error('the supervisor does not answer', { request: type, timeoutMs });
        this.#socket.destroy(); // its 'close' rejects this call and all others
      });
      // The protocol fixes the reply's type by the request's; both ends come from one commit or the same PROTOCOL_VERSION.
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject, cancelTimeout });
      this.#socket.write(`${JSON.stringify({ id, type, request })}\n`);
    });
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) this.#receive(line);
    if (this.#rest.length > LINE_CHARS_MAX) this.#socket.destroy();
  }

  #receive(line: string): void {
    const message = parseMessage(line);
    if (message === undefined) {
      this.#log.error('the supervisor does not speak its protocol', { line: line.slice(0, 200) });
      this.#socket.destroy();
    } else if ('reply' in message) this.#settle(message);
    else this.#publish(message);
  }

  #settle(reply: SupervisorReply): void {
    const call = this.#pending.get(reply.reply);
    if (call === undefined) return;
    this.#pending.delete(reply.reply);
    call.cancelTimeout();
    if ('failure' in reply) call.reject(new Failure(reply.failure.reason, reply.failure.message));
    else call.resolve(reply.value);
  }

  #publish(event: SupervisorEvent): void {
    if (event.event === 'exited') for (const listener of [...this.#exitListeners]) listener(event.exit, event.podUid);
    else if (event.event === 'output') this.#onOutput(event.stream, Buffer.from(event.data, 'base64'));
    else if (event.event === 'parent-exited') for (const listener of [...this.#parentExitListeners]) listener(event.parentId);
    else if (event.event === 'imported') for (const listener of [...this.#importedListeners]) listener(event);
    else this.#log.warn('unknown supervisor event', { event: JSON.stringify(event) });
  }

  #end(isLost: boolean): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const call of this.#pending.values()) {
      call.cancelTimeout();
      call.reject(lostFailure('a call'));
    }
    this.#pending.clear();
    if (isLost) for (const listener of [...this.#lostListeners]) listener();
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells the two sorts apart; what is inside is fixed by the protocol version that both sides named in `hello`. */
function parseMessage(line: string): SupervisorReply | SupervisorEvent | undefined {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return undefined; // the caller reports the line
  }
  if (!isJsonObject(message)) return undefined;
  if (typeof message['reply'] === 'number') return message as unknown as SupervisorReply;
  return typeof message['event'] === 'string' ? (message as unknown as SupervisorEvent) : undefined;
}

function lostFailure(what: string): Failure {
  const reason: SupervisorFailureReason = 'SupervisorLost';
  return new Failure(reason, `the connection to the supervisor ended before ${what} was answered`);
}
