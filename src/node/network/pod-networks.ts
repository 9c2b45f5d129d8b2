// The addresses of this node's Pods and the network that they live in. The supervisor makes namespaces and holds them when the
// server goes; this part decides who gets one, tells the network of names and Services, and connects into it.
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { describeError, Failure, type Clock, type KubeObject, type Log } from '../../base/mod.ts';
import type { EventRecorder, Informer } from '../../client/mod.ts';
import type { ApiAddress } from '../pods/api-address.ts';
import type { SupervisorLink } from '../supervisor-link.ts';
import type { SupervisorList } from '../supervisor/protocol.ts';
import { dialDirectly, dialInto, type DialOptions, type DialTarget } from './dial.ts';
import { LoopbackAddresses } from './loopback-addresses.ts';
import type { NameSettings } from './name-files.ts';
import { networkTable } from './network-table.ts';
import type { NetworkRanges } from './network-ranges.ts';
import { addressingOf } from './pod-addressing.ts';
import { ON_MACHINE, type PodAddress } from './pod-address.ts';
import { askersOf } from './port-askers.ts';
import { TableLink } from './table-link.ts';

export interface PodNetworksOptions {
  readonly link: SupervisorLink;
  readonly ranges: NetworkRanges;
  readonly pods: Informer;
  readonly services: Informer;
  readonly slices: Informer;
  readonly endpoints: Informer;
  /** Where programs of this machine reach the API, once it listens. */
  readonly apiAddress?: () => ApiAddress | undefined;
  /** Where ports of the machine (hostPort, NodePort) are listened on. */
  readonly machineHost: string;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Log;
}

/** Of the API's Service. */
const API_PORT = 443;
/** Changes that come together are told together. */
const PUSH_DELAY_MS = 5;
/** What no informer tells: the API's own port. */
const PUSH_PERIOD_MS = 10_000;
const RESOLVER_FILE = '/etc/resolv.conf';

export class PodNetworks {
  readonly #options: PodNetworksOptions;
  readonly #addresses = new Map<string, PodAddress>();
  readonly #table: TableLink;
  readonly #loopback = new LoopbackAddresses();
  #stopping: readonly (() => void)[] = [];
  #cancelPush: (() => void) | undefined;
  #cancelPeriod: (() => void) | undefined;

  constructor(options: PodNetworksOptions) {
    this.#options = options;
    this.#table = new TableLink({
      socketPath: () => options.link.current?.hello.networkSocket,
      table: () => this.#networkTable(),
      onProblems: (problems) => this.#tellAskers(problems),
      log: options.log,
    });
  }

  start(): void {
    const { services, slices, endpoints, pods } = this.#options;
    const isListed = (pod: KubeObject | undefined) => pod !== undefined && this.#addresses.get(pod.metadata.uid!)?.kind === 'own';
    this.#stopping = [
      services.onChange(() => this.#pushSoon()),
      slices.onChange(() => this.#pushSoon()),
      endpoints.onChange(() => this.#pushSoon()),
      pods.onChange(({ object }) => void (isListed(object) && this.#pushSoon())),
    ];
    this.#pushByPeriod();
  }

  stop(): void {
    for (const stop of this.#stopping) stop();
    this.#cancelPush?.();
    this.#cancelPeriod?.();
    this.#table.close();
  }

  /** After a connection to a supervisor: the addresses that Pods have there. */
  restore(networks: NonNullable<SupervisorList['networks']>): void {
    for (const [uid, { kind }] of this.#addresses) if (kind === 'own') this.#addresses.delete(uid);
    for (const { podUid, address, namespace } of networks) {
      const shared = this.#options.pods.byUid(podUid);
      if (this.#addresses.has(podUid) || (shared !== undefined && this.#loopback.adopt(shared) !== undefined)) continue;
      this.#addresses.set(podUid, { kind: 'own', ip: address, namespace });
    }
    if (networks.length > 0) this.#pushSoon();
  }

  /** A Pod that runs already and that `restore` did not name has what its status says. */
  assume(pod: KubeObject): void {
    const uid = pod.metadata.uid!;
    if (!this.#addresses.has(uid)) this.#addresses.set(uid, this.#loopback.adopt(pod) ?? ON_MACHINE);
  }

  addressOf(podUid: string): PodAddress | undefined {
    return this.#addresses.get(podUid);
  }

  /**
   * The address of a Pod, decided once, made with the first call; a later one makes it anew if the network was lost. Throws
   * Failure `SupervisorLost`.
   */
  async ensure(pod: KubeObject): Promise<PodAddress> {
    const uid = pod.metadata.uid!;
    const known = this.#addresses.get(uid);
    if (known !== undefined && known.kind !== 'own') return known;
    const isOwn = known !== undefined || addressingOf(pod) === 'own';
    const address = isOwn ? await this.#open(pod) : ON_MACHINE;
    this.#addresses.set(uid, address);
    if (address.kind === 'own') await this.#tell();
    return address;
  }

  /** A network was made for the Pod, and what runs it can't use it: it shares the machine's from now on. */
  share(pod: KubeObject, reason: string): void {
    this.#addresses.set(pod.metadata.uid!, this.#loopback.take(pod, reason));
  }

  /** After the supervisor has removed the Pod. */
  release(podUid: string): void {
    this.#addresses.delete(podUid);
    this.#loopback.release(podUid);
  }

  /** Connects to a port inside a Pod, as port-forward does: of its loopback interface, else of its address. Throws Failure `NotReachable`. */
  dialInside(podUid: string, port: number): Promise<Socket> {
    return this.#dial(podUid, () => ({ pod: podUid, port }), port);
  }

  /** Connects to a port at a Pod's address, as probes do. */
  dialerOf(podUid: string): (port: number, options: DialOptions) => Promise<Socket> {
    return (port, options) => this.#dial(podUid, (address) => ({ address, port }), port, options);
  }

  async #dial(podUid: string, target: (address: string) => DialTarget, port: number, options: DialOptions = {}): Promise<Socket> {
    const address = this.#addresses.get(podUid) ?? ON_MACHINE;
    if (address.kind !== 'own') return dialDirectly(address.ip, port, options);
    const path = this.#options.link.supervisor.hello.networkSocket;
    if (path === undefined) throw new Failure('NotReachable', 'the supervisor has no network');
    return dialInto(path, target(address.ip), options);
  }

  nameSettings(): NameSettings {
    return { nameServer: this.#options.ranges.nameServer, machineResolver: machineResolver() };
  }

  servicesOf(namespace: string | undefined): readonly KubeObject[] {
    return this.#options.services.list(namespace);
  }

  /** Undefined before it was made. */
  apiService(): KubeObject | undefined {
    return this.#options.services.get('default', 'kubernetes');
  }

  /** Where the Pod reaches the API; undefined before it listens. */
  apiAddressFor({ kind }: PodAddress): ApiAddress | undefined {
    return kind === 'own' ? { host: this.#options.ranges.api, port: API_PORT } : this.#options.apiAddress?.();
  }

  async #open(pod: KubeObject): Promise<PodAddress> {
    const { link, ranges } = this.#options;
    try {
      const opened = await link.supervisor.openNetwork({ podUid: pod.metadata.uid!, podRange: ranges.pods, serviceRange: ranges.services });
      return { kind: 'own', ip: opened.address, namespace: opened.namespace };
    } catch (error) {
      const isImpossible = error instanceof Failure && ['NetworkUnavailable', 'InvalidRequest'].includes(error.reason);
      if (!isImpossible) throw error;
      return this.#loopback.take(pod, describeError(error));
    }
  }

  async #tell(): Promise<void> {
    try {
      await this.#table.push();
    } catch (error) {
      // It is told again: with the next change, and by period.
      this.#options.log.warn('the network of the Pods could not be told of names and Services', { error: describeError(error) });
    }
  }

  #pushSoon(): void {
    this.#table.invalidate();
    this.#cancelPush ??= this.#options.clock.schedule(PUSH_DELAY_MS, () => {
      this.#cancelPush = undefined;
      const isWanted = this.#options.link.current !== undefined && [...this.#addresses.values()].some(({ kind }) => kind === 'own');
      if (isWanted) void this.#tell();
    });
  }

  #pushByPeriod(): void {
    this.#cancelPeriod = this.#options.clock.schedule(PUSH_PERIOD_MS, () => {
      this.#pushSoon();
      this.#pushByPeriod();
    });
  }

  #addressed(): readonly KubeObject[] {
    return [...this.#addresses].flatMap(([uid, { kind }]) => (kind === 'own' ? (this.#options.pods.byUid(uid) ?? []) : []));
  }

  #tellAskers(problems: readonly string[]): void {
    const all = { pods: this.#addressed(), services: this.#options.services.list() };
    for (const problem of problems) {
      for (const asker of askersOf(problem, all)) this.#options.events.record(asker, { type: 'Warning', reason: 'PortUnavailable', message: `${problem}; it is tried again every ten seconds` });
    }
  }

  #networkTable() {
    const { services, slices, endpoints, apiAddress, ranges, machineHost } = this.#options;
    const api = apiAddress?.();
    return networkTable({
      services: services.list(),
      slices: slices.list(),
      endpoints: endpoints.list(),
      pods: this.#addressed(),
      api: { address: ranges.api, port: API_PORT, target: api === undefined ? undefined : [api.host, api.port] },
      machineHost,
    });
  }
}

function machineResolver(): string {
  try {
    return readFileSync(RESOLVER_FILE, 'utf8');
  } catch {
    return ''; // a machine without DNS
  }
}
