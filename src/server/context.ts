// What every verb needs: the store, the kinds, time, randomness, and the rule about namespaces.
import { freezeInTests, type Clock, type KubeObject, type Log, type Rng } from '../base/mod.ts';
import type { Store, StoredObject, StoreWriter } from '../store/mod.ts';
import type { Identity } from '../web/mod.ts';
import type { Admission } from './admission/admission.ts';
import type { ServiceAccountTokens } from './authentication/service-account-tokens.ts';
import type { KindRegistry } from './kind-registry.ts';
import type { ConversionWebhooks } from './webhooks/conversion-webhooks.ts';
import type { Webhooks } from './webhooks/webhooks.ts';
import { converting } from './write/converting.ts';

export interface ServerContext {
  readonly store: Store;
  readonly kinds: KindRegistry;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Log;
  /** Single-user mode: a namespace that does not exist is made by the first object created in it. */
  readonly isAutoNamespace: boolean;
  readonly admission: Admission;
  readonly webhooks: Webhooks;
  readonly conversions: ConversionWebhooks;
  /** Undefined: no tokens are issued here. */
  readonly serviceAccountTokens: ServiceAccountTokens | undefined;
  /** PEM; with it every namespace has its default account and these certificates from its creation on. */
  readonly rootCertificates: string | undefined;
  /** Who asks: a request has a context of its own. */
  readonly identity: Identity;
}

/**
 * Runs a decision in the next group commit, or, for a dry run, against the committed state without writing. It runs again when it
 * lacked the conversion of an object.
 */
export function commit<T>(context: ServerContext, isDryRun: boolean | undefined, decide: (writer: StoreWriter) => T): Promise<T> {
  const { store } = context;
  return converting(context, () => (isDryRun === true ? decide(dryRunWriter(store)) : store.write(decide)));
}

/** Answers as a write would, except that nothing gets a new resourceVersion. */
function dryRunWriter(store: Store): StoreWriter {
  const answer = (key: string, object: KubeObject): StoredObject => {
    const text = JSON.stringify(object);
    return { key, revision: store.revision, text, object: freezeInTests(JSON.parse(text) as KubeObject) };
  };
  return { get: (key) => store.get(key), list: (prefix) => store.list(prefix), put: answer, remove: answer };
}
