// Which webhooks want to be asked about which resource: looked up in a map, rebuilt when a configuration or a kind changed, so
// that writes which concern no webhook pay nothing.
import type { KindDefinition } from '../../api/mod.ts';
import type { Store } from '../../store/mod.ts';
import type { KindRegistry } from '../kind-registry.ts';
import { isExempt, matchesRule, type WebhookOperation } from './matching.ts';
import { webhooksOf, type AdmissionWebhook, type WebhookSort } from './webhook.ts';

export interface ConcernedWebhook {
  readonly webhook: AdmissionWebhook;
  /** The version of the kind in which the webhook wants to see the object. */
  readonly asked: KindDefinition;
}

/** A kind, what happens to it, and through which subresource. */
export interface WebhookTopic {
  readonly kind: KindDefinition;
  readonly operation: WebhookOperation;
  readonly subresource?: string | undefined;
}

const PREFIXES: Readonly<Record<WebhookSort, string>> = {
  mutating: 'mutatingwebhookconfigurations.admissionregistration.k8s.io/',
  validating: 'validatingwebhookconfigurations.admissionregistration.k8s.io/',
};

export class WebhookIndex {
  readonly #store: Store;
  readonly #kinds: KindRegistry;
  #webhooks: Readonly<Record<WebhookSort, readonly AdmissionWebhook[]>> = { mutating: [], validating: [] };
  readonly #byTopic = new Map<string, readonly ConcernedWebhook[]>();
  #generation = -1;

  constructor(store: Store, kinds: KindRegistry) {
    this.#store = store;
    this.#kinds = kinds;
    this.#rebuild();
    for (const prefix of Object.values(PREFIXES)) store.listen(prefix, () => this.#rebuild());
  }

  /** In the order in which they are asked: by name of the configuration, then as they stand in it. */
  concerned(sort: WebhookSort, topic: WebhookTopic): readonly ConcernedWebhook[] {
    const webhooks = this.#webhooks[sort];
    if (webhooks.length === 0) return NONE;
    if (this.#generation !== this.#kinds.generation) {
      this.#byTopic.clear();
      this.#generation = this.#kinds.generation;
    }
    const { kind, operation, subresource = '' } = topic;
    const key = `${sort} ${operation} ${kind.group}/${kind.version}/${kind.resource}/${subresource}`;
    let found = this.#byTopic.get(key);
    if (found === undefined) this.#byTopic.set(key, (found = isExempt(kind) ? NONE : webhooks.flatMap((webhook) => this.#concern(webhook, topic))));
    return found;
  }

  #concern(webhook: AdmissionWebhook, { kind, operation, subresource }: WebhookTopic): readonly ConcernedWebhook[] {
    const isNamed = (type: KindDefinition) => webhook.rules.some((rule) => matchesRule(rule, { operation, type, subresource, isNamespaced: kind.isNamespaced }));
    if (isNamed(kind)) return [{ webhook, asked: kind }];
    const asked = webhook.takesEquivalents ? this.#kinds.all().find((other) => isEquivalent(kind, other) && isNamed(other)) : undefined;
    return asked === undefined ? [] : [{ webhook, asked }];
  }

  #rebuild(): void {
    this.#byTopic.clear();
    const read = (sort: WebhookSort) =>
      this.#store
        .list(PREFIXES[sort])
        .map(({ object }) => object)
        .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
        .flatMap((configuration) => webhooksOf(sort, configuration));
    this.#webhooks = { mutating: read('mutating'), validating: read('validating') };
  }
}

const NONE: readonly ConcernedWebhook[] = [];

/** Whether both show the same objects. */
function isEquivalent(kind: KindDefinition, other: KindDefinition): boolean {
  return other.storedAs?.kind === kind || (kind.custom !== undefined && kind.custom.definition === other.custom?.definition);
}
