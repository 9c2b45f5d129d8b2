// The API server: the verbs over the store, spoken in process and over HTTP.
import { Failure, type Clock, type Kubelet, type Log, type NodeReports, type ObjectApi, type Rng, type UsageMeter } from '../base/mod.ts';
import { KUBERNETES_VERSION, type KindDefinition } from '../api/mod.ts';
import type { Store } from '../store/mod.ts';
import { createOutboundClient, type Identity, type Route } from '../web/mod.ts';
import type { ServerContext } from './context.ts';
import { startDefinitions } from './definitions/custom-definitions.ts';
import { Discovery } from './discovery/discovery.ts';
import type { ServiceAccountTokens } from './authentication/service-account-tokens.ts';
import { createAdmission, type AdmissionPlugin } from './admission/admission.ts';
import { builtinPlugins } from './admission/builtin-plugins.ts';
import { CONTROLLER_IDENTITY, SLIPWAY_IDENTITY } from './admission/slipway-identity.ts';
import { createTokenAuthenticator, type TokenAuthenticator } from './authentication/token-authenticator.ts';
import { allowEverything, type Authorizer } from './authorization/authorization.ts';
import { EVERYTHING, grantedTo } from './authorization/role-based.ts';
import { bindingResource } from './http/binding-handler.ts';
import { createPathIndex, type PathIndex } from './http/path-index.ts';
import { apiRoutes } from './http/routes.ts';
import { KindRegistry } from './kind-registry.ts';
import { createObjectApi } from './object-api.ts';
import { reviewResources } from './reviews/review-resources.ts';
import { usageResources } from './usage/usage-resources.ts';
import { createConversionWebhooks } from './webhooks/conversion-webhooks.ts';
import type { ServiceFacts } from './webhooks/webhook-client.ts';
import { createWebhooks } from './webhooks/webhooks.ts';
import { createYamlReader } from './yaml/yaml-reader.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly kinds: readonly KindDefinition[];
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Log;
  /** Serves pods/log; without it logs answer 503. Asked for at each request, because the node starts after the server. */
  readonly kubelet?: () => Kubelet | undefined;
  /** Serves metrics.k8s.io; without it there is no such group. Asked for at each request, as the kubelet. */
  readonly usage?: () => UsageMeter | undefined;
  /** Serves nodes/proxy; without it that answers 503. Asked for at each request, as the kubelet. */
  readonly nodeReports?: () => NodeReports | undefined;
  /** Default: everything is allowed to everybody who is known. */
  readonly authorize?: Authorizer;
  /** For TokenReview; default: those of `serviceAccountTokens` alone. */
  readonly authenticateToken?: TokenAuthenticator;
  /** Without it no tokens are issued. */
  readonly serviceAccountTokens?: ServiceAccountTokens;
  /** PEM of the ConfigMap kube-root-ca.crt; with it every namespace is furnished when it is made. */
  readonly rootCertificates?: string;
  /** In this order; default: `builtinPlugins`. */
  readonly admission?: readonly AdmissionPlugin[];
  /** Whether an absent namespace is made by the first object created in it. */
  readonly isAutoNamespace: boolean;
}

export interface ApiServer {
  /** The verbs in process, as Slipway itself. */
  readonly objectApi: ObjectApi;
  /** The same for controllers, which write what users put into templates. */
  readonly controllerApi: ObjectApi;
  /** The Kubernetes API over HTTP, for the gateway. */
  readonly routes: readonly Route[];
  /** What `GET /` is for clients of the API. */
  readonly pathIndex: PathIndex;
  /** Serves one more kind from now on. */
  register(kind: KindDefinition): void;
  kinds(): readonly KindDefinition[];
  /** Kinds whose objects may own others: one version of each resource; Events and Leases come and go too often to be looked at. */
  ownableKinds(): readonly KindDefinition[];
}

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { store, clock, rng, log, isAutoNamespace } = options;
  const kinds = new KindRegistry(options.kinds);
  const outbound = createOutboundClient({ clock });
  const kubelet = options.kubelet ?? (() => undefined);
  const services = serviceFacts(store, kubelet);
  const conversions = createConversionWebhooks({ services, outbound, rng });
  const context: ServerContext = {
    store,
    kinds,
    clock,
    rng,
    log: log.with({ component: 'server' }),
    isAutoNamespace,
    webhooks: createWebhooks({ store, services, kinds, rng, outbound, conversions, authorize: options.authorize ?? allowEverything, log: log.with({ component: 'webhooks' }) }),
    conversions,
    admission: createAdmission(options.admission ?? builtinPlugins),
    serviceAccountTokens: options.serviceAccountTokens,
    rootCertificates: options.rootCertificates,
    identity: SLIPWAY_IDENTITY,
  };
  startDefinitions(context);
  const measuring = { ...context, usage: options.usage };
  const http = { ...measuring, ...accessOf(options), kubelet, nodeReports: options.nodeReports ?? (() => undefined), yaml: createYamlReader() };
  const discovery = new Discovery(kinds, [bindingResource, ...reviewResources, ...(options.usage === undefined ? [] : usageResources)], KUBERNETES_VERSION);
  return {
    objectApi: createObjectApi(measuring),
    controllerApi: createObjectApi({ ...measuring, identity: CONTROLLER_IDENTITY }),
    routes: apiRoutes(http, discovery),
    pathIndex: createPathIndex(http, discovery),
    register: (kind) => kinds.register(kind),
    kinds: () => kinds.all(),
    ownableKinds: () => ownable(kinds.all()),
  };
}

function serviceFacts(store: Store, kubelet: () => Kubelet | undefined): ServiceFacts {
  return {
    get: (key) => store.get(key),
    list: (prefix) => store.list(prefix),
    async connectToPod(pod, port) {
      const connected = await kubelet()?.connect(pod, port);
      if (connected?.ok === false) throw new Failure('NotReachable', connected.status.message);
      return connected?.value;
    },
  };
}

function accessOf({ store, authorize = allowEverything, serviceAccountTokens, authenticateToken }: ApiServerOptions) {
  return {
    authorize,
    rulesFor: (identity: Identity, namespace: string | undefined) =>
      authorize === allowEverything ? EVERYTHING : [...grantedTo(store, identity, namespace)].flatMap(({ rules }) => rules),
    authenticateToken: authenticateToken ?? createTokenAuthenticator(new Map(), serviceAccountTokens),
  };
}

function ownable(kinds: readonly KindDefinition[]): readonly KindDefinition[] {
  const fitting = kinds.filter(({ resource, verbs }) => !['events', 'leases'].includes(resource) && ['get', 'list', 'watch', 'delete', 'patch'].every((verb) => verbs.includes(verb)));
  return [...new Map(fitting.map((kind) => [`${kind.group}/${kind.resource}`, kind])).values()];
}
