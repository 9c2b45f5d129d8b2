// The node's connection to its supervisor, kept up: a connection that ends is followed by the next one, to the same
// supervisor or to a new one.
import { describeError, Failure, type Clock, type Log } from '../base/mod.ts';
import type { ExitListener, ListedContainer, Supervisor, SupervisorList } from './supervisor/protocol.ts';

export interface SupervisorLinkOptions {
  readonly connect: () => Promise<Supervisor>;
  readonly onExit: ExitListener;
  /** Called with each new connection, before anybody else uses it; containers that end meanwhile are told by `onExit`. */
  readonly onConnected: (supervisor: Supervisor, list: SupervisorList) => Promise<void>;
  /** Called when the new connection is the current one. */
  readonly onReady: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

const RETRY_DELAY_MS_MIN = 100;
const RETRY_DELAY_MS_MAX = 5_000;
/** While a start is under way nobody can say what becomes of it; it takes milliseconds. */
const STARTING_POLL_MS = 20;
const STARTING_POLL_COUNT_MAX = 500;

export class SupervisorLink {
  readonly #options: SupervisorLinkOptions;
  readonly #stopping = new AbortController();
  #current: Supervisor | undefined;
  #reconnecting: Promise<void> | undefined;

  constructor(options: SupervisorLinkOptions) {
    this.#options = options;
  }

  /** The first connection. Throws Failure when no supervisor can be reached or started. */
  async start(): Promise<void> {
    await this.#connect();
  }

  /** Disconnects; supervisor and containers go on. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Failure('Stopped', 'the node was stopped'));
    this.#current?.close();
    this.#current = undefined;
    await this.#reconnecting;
  }

  /** Undefined between two connections. */
  get current(): Supervisor | undefined {
    return this.#current;
  }

  /** Throws Failure `SupervisorLost` between two connections. */
  get supervisor(): Supervisor {
    if (this.#current === undefined) throw new Failure('SupervisorLost', 'the supervisor of this node is away; a new one is being started');
    return this.#current;
  }

  /** What the supervisor has, none of it in the middle of its start. Throws Failure `SupervisorLost`. */
  async list(): Promise<readonly ListedContainer[]> {
    return (await listSettled(this.supervisor, this.#options.clock)).containers;
  }

  async #connect(): Promise<void> {
    const { connect, onExit, onConnected, onReady, clock } = this.#options;
    const supervisor = await connect();
    try {
      supervisor.onExit(onExit);
      let isLost = false;
      supervisor.onLost(() => {
        isLost = true;
        if (this.#current === supervisor) this.#onLost(supervisor);
      });
      await onConnected(supervisor, await listSettled(supervisor, clock));
      if (isLost) throw new Failure('SupervisorLost', 'the supervisor went away while its containers were taken over');
      this.#stopping.signal.throwIfAborted();
    } catch (error) {
      supervisor.close();
      throw error;
    }
    this.#current = supervisor;
    onReady();
  }

  #onLost(supervisor: Supervisor): void {
    if (this.#stopping.signal.aborted) return;
    this.#current = undefined;
    this.#options.log.error('the connection to the supervisor ended', { pid: supervisor.hello.pid });
    this.#reconnecting = this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    for (let delayMs = RETRY_DELAY_MS_MIN; !signal.aborted; delayMs = Math.min(delayMs * 2, RETRY_DELAY_MS_MAX)) {
      try {
        await this.#connect();
        return;
      } catch (error) {
        if (signal.aborted) return;
        log.error('no new supervisor yet, trying again', { delayMs, error: describeError(error) });
        await clock.sleep(delayMs, { signal }).catch(() => undefined);
      }
    }
  }
}

/** What the supervisor has, none of it in the middle of its start. */
async function listSettled(supervisor: Supervisor, clock: Clock): Promise<SupervisorList> {
  for (let poll = 0; poll < STARTING_POLL_COUNT_MAX; poll++) {
    const list = await supervisor.list();
    if (list.containers.every(({ state }) => state !== 'starting')) return list;
    await clock.sleep(STARTING_POLL_MS);
  }
  throw new Failure('SupervisorLost', 'the supervisor does not get its containers started');
}
