// An API server over a store in memory, for tests; `listen` puts its routes on a port.
import type { TestContext } from 'node:test';
import { silentLog, systemClock, systemRng, type Clock, type Kubelet, type KubeObject, type NodeReports, type Outcome, type Status, type UsageMeter } from '../../base/mod.ts';
import { builtinKinds, type KindDefinition } from '../../api/mod.ts';
import { openDatabase } from '../../sql/mod.ts';
import { openStore, type Store } from '../../store/mod.ts';
import { createApiServer, type ApiServer } from '../api-server.ts';
import type { AdmissionPlugin } from '../admission/admission.ts';
import { createTokenSigner, makeSigningKey } from '../authentication/json-web-token.ts';
import { createServiceAccountTokens } from '../authentication/service-account-tokens.ts';
import type { Authorizer } from '../authorization/authorization.ts';

export { CONFIG_MAPS, NAMESPACES, PODS } from '../../api/mod.ts';

export interface TestServer extends ApiServer {
  readonly store: Store;
}

export interface TestServerOptions {
  readonly kinds?: readonly KindDefinition[];
  readonly clock?: Clock;
  readonly kubelet?: Kubelet;
  readonly usage?: UsageMeter;
  readonly nodeReports?: NodeReports;
  readonly authorize?: Authorizer;
  /** Issues tokens of ServiceAccounts with a key of its own. */
  readonly hasServiceAccountTokens?: boolean;
  readonly rootCertificates?: string;
  readonly admission?: readonly AdmissionPlugin[];
  readonly isAutoNamespace?: boolean;
  readonly path?: string;
}

/** Closed after the test. */
export function testServer(context: TestContext, options: TestServerOptions = {}): TestServer {
  const clock = options.clock ?? systemClock;
  const database = openDatabase({ path: options.path ?? ':memory:', log: silentLog, synchronous: 'OFF' });
  const store = openStore({ database, clock, log: silentLog });
  const signer = options.hasServiceAccountTokens === true ? createTokenSigner(makeSigningKey()) : undefined;
  const server = createApiServer({
    store,
    ...(signer === undefined ? {} : { serviceAccountTokens: createServiceAccountTokens({ store, signer, clock, rng: systemRng }) }),
    kinds: options.kinds ?? builtinKinds,
    clock,
    rng: systemRng,
    log: silentLog,
    kubelet: () => options.kubelet,
    ...(options.usage === undefined ? {} : { usage: () => options.usage }),
    nodeReports: () => options.nodeReports,
    isAutoNamespace: options.isAutoNamespace ?? true,
    ...(options.admission === undefined ? {} : { admission: options.admission }),
    ...(options.rootCertificates === undefined ? {} : { rootCertificates: options.rootCertificates }),
    ...(options.authorize === undefined ? {} : { authorize: options.authorize }),
  });
  context.after(async () => {
    store.close();
    await database.close();
  });
  return { ...server, store };
}

/** The value of an outcome that must be good. */
export function must<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.status.code} ${outcome.status.reason}: ${outcome.status.message}`);
  return outcome.value;
}

/** The status of an outcome that must not be good. */
export function refusal(outcome: Outcome<unknown>): Status {
  if (outcome.ok) throw new Error('it must be refused');
  return outcome.status;
}

export function configMap(name: string, data: Record<string, string> = {}, metadata: object = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export function pod(name: string, spec: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { containers: [{ name: 'main', image: 'python:3.12', command: ['true'] }], ...spec },
  };
}

/** A clock that moves only when told. */
export class ManualClock implements Clock {
  #nowMs: number;
  #timers: { atMs: number; callback: () => void }[] = [];

  constructor(nowMs = Date.parse('2030-01-01T00:00:00Z')) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  steadyMs(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(delayMs, resolve);
    });
  }

  advance(byMs: number): void {
    this.#nowMs += byMs;
    const due = this.#timers.filter((timer) => timer.atMs <= this.#nowMs);
    this.#timers = this.#timers.filter((timer) => timer.atMs > this.#nowMs);
    for (const timer of due) timer.callback();
  }
}
