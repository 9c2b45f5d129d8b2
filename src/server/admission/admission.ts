// Admission: what the server itself changes in, or refuses of, an object that is well-formed and allowed. Plugins are pure:
// they see the write and the facts, and decide at once. What users add is in ../webhooks/.
import { success, type KubeObject, type Outcome } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { StoreReader } from '../../store/mod.ts';
import type { Identity } from '../../web/mod.ts';
import type { ServiceAccountTokens } from '../authentication/service-account-tokens.ts';
import type { Refusal } from '../refusals.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

/** A write on its way. */
export interface AdmissionRequest {
  readonly operation: Operation;
  readonly kind: KindDefinition;
  readonly subresource?: string | undefined;
  /** What shall be stored; of a deletion the object that goes. */
  readonly object: KubeObject;
  /** What is stored now, when something is. */
  readonly old?: KubeObject;
  readonly identity: Identity;
}

/** The state of the API, as of now. */
export interface AdmissionFacts {
  get: StoreReader['get'];
  /** Objects whose key has the prefix. */
  list(prefix: string): readonly KubeObject[];
  readonly rng: { uuid(): string; random(): number };
  /** Single-user mode: accounts, as namespaces, are made when they are first named. */
  readonly isAutoNamespace: boolean;
  /** Undefined: no tokens are issued here. */
  readonly serviceAccountTokens: Pick<ServiceAccountTokens, 'issueLegacy'> | undefined;
  /** PEM by which Pods know this server. */
  readonly rootCertificates: string | undefined;
}

export interface AdmissionPlugin {
  /** As Kubernetes calls it, where it is one of its own. */
  readonly name: string;
  /** `pods`, `roles.rbac.authorization.k8s.io`; the subresource after a slash. */
  readonly resources: readonly string[];
  readonly operations: readonly Operation[];
  /** The object with what it lacks. Runs again when something else changed the object. */
  readonly complete?: (request: AdmissionRequest, facts: AdmissionFacts) => Outcome<KubeObject>;
  /** Looks at the complete and valid object. */
  readonly refuse?: (request: AdmissionRequest, facts: AdmissionFacts) => Refusal | undefined;
}

export interface Admission {
  complete(request: AdmissionRequest, facts: AdmissionFacts): Outcome<KubeObject>;
  refuse(request: AdmissionRequest, facts: AdmissionFacts): Refusal | undefined;
}

export function createAdmission(plugins: readonly AdmissionPlugin[]): Admission {
  const byTopic = new Map<string, AdmissionPlugin[]>();
  for (const plugin of plugins) {
    for (const resource of plugin.resources) {
      for (const operation of plugin.operations) {
        const topic = `${operation} ${resource}`;
        byTopic.set(topic, [...(byTopic.get(topic) ?? []), plugin]);
      }
    }
  }
  const concerned = (request: AdmissionRequest) => byTopic.get(topicOf(request)) ?? [];
  return {
    complete(request, facts) {
      let { object } = request;
      for (const { complete } of concerned(request)) {
        const completed = complete?.({ ...request, object }, facts);
        if (completed?.ok === false) return completed;
        if (completed !== undefined) object = completed.value;
      }
      return success(object);
    },
    refuse(request, facts) {
      for (const { refuse } of concerned(request)) {
        const refusal = refuse?.(request, facts);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
  };
}

function topicOf({ operation, kind: { group, resource }, subresource }: AdmissionRequest): string {
  const name = group === '' ? resource : `${resource}.${group}`;
  return subresource === undefined ? `${operation} ${name}` : `${operation} ${name}/${subresource}`;
}
