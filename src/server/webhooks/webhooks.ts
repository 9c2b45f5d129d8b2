// Users' admission webhooks: asked outside of any commit, because they take their time; the verbs look afterwards whether what
// they were asked about still stands. After k8s.io/apiserver pkg/admission/plugin/webhook.
import { describeError, failureStatus, Failure, jsonEquals, success, type Json, type JsonObject, type KubeObject, type Log, type ObjectMeta, type Outcome, type Rng } from '../../base/mod.ts';
import { apiVersionOf, applyDefaults, jsonPatch, labelsOf, meetsCondition, type KindDefinition } from '../../api/mod.ts';
import type { Store } from '../../store/mod.ts';
import type { OutboundClient } from '../../web/mod.ts';
import type { KindRegistry } from '../kind-registry.ts';
import { namespaceKey } from '../keys.ts';
import type { Authorizer } from '../authorization/authorization.ts';
import { forbidden, refuse, type Refusal } from '../refusals.ts';
import { decodeObject } from '../write/decode.ts';
import { admissionRequestOf, admissionReviewOf, bodyKindOf, readVerdict, type WebhookRequest, type WebhookVerdict } from './admission-review.ts';
import { matchesNamespace, matchesObject } from './matching.ts';
import type { ConversionWebhooks } from './conversion-webhooks.ts';
import type { AdmissionWebhook } from './webhook.ts';
import { callWebhook, type ServiceFacts } from './webhook-client.ts';
import { accessAnswers } from './access-answers.ts';
import { WebhookIndex, type ConcernedWebhook, type WebhookTopic } from './webhook-index.ts';

export interface WebhookOptions {
  readonly onWarning?: ((message: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Webhooks {
  /** Whether somebody may want to be asked; a look into a map. */
  concern(topic: WebhookTopic): boolean;
  /**
   * The object as the webhooks change it, the object itself when they don't. `complete` adds what the server adds to an object that
   * was changed. An abort rejects; nothing is left behind.
   */
  mutate(request: WebhookRequest, complete: (object: KubeObject) => Outcome<KubeObject>, options: WebhookOptions): Promise<Outcome<KubeObject | undefined>>;
  validate(request: WebhookRequest, options: WebhookOptions): Promise<Refusal | undefined>;
}

interface WebhookPorts {
  readonly store: Store;
  readonly services: ServiceFacts;
  readonly kinds: KindRegistry;
  readonly outbound: OutboundClient;
  readonly conversions: ConversionWebhooks;
  readonly rng: Pick<Rng, 'uuid'>;
  readonly log: Log;
  /** Asked by conditions of webhooks. */
  readonly authorize: Authorizer;
}

export function createWebhooks(ports: WebhookPorts): Webhooks {
  const index = new WebhookIndex(ports.store, ports.kinds);
  return {
    concern: (topic) => index.concerned('mutating', topic).length > 0 || index.concerned('validating', topic).length > 0,
    mutate: (request, complete, options) => mutate(ports, index.concerned('mutating', request), request, complete, options),
    async validate(request, options) {
      const refusals = await Promise.all(index.concerned('validating', request).map((concerned) => ask(ports, concerned, request, options)));
      return refusals.find((answer) => !answer.ok) as Refusal | undefined;
    },
  };
}

async function mutate(
  ports: WebhookPorts,
  concerned: readonly ConcernedWebhook[],
  request: WebhookRequest,
  complete: (object: KubeObject) => Outcome<KubeObject>,
  options: WebhookOptions,
): Promise<Outcome<KubeObject | undefined>> {
  let { object } = request;
  /** The object as each webhook that wants to see later changes left it. */
  const left = new Map<ConcernedWebhook, KubeObject | undefined>();
  for (const round of [1, 2]) {
    const before = object;
    for (const each of concerned) {
      if (round === 2 && (!left.has(each) || jsonEquals(left.get(each), object))) continue;
      const answer = await ask(ports, each, { ...request, object }, options);
      if (!answer.ok) return answer;
      if (answer.value === 'not asked') continue;
      object = answer.value;
      if (each.webhook.isReinvoked) left.set(each, object);
    }
    if (object === before || object === undefined) continue;
    const completed = complete(object);
    if (!completed.ok) return completed;
    object = completed.value;
  }
  return success(object);
}

/** The object after one webhook; `not asked` when its selectors or conditions leave the request out, or when its failure is ignored. */
async function ask(ports: WebhookPorts, { webhook, asked }: ConcernedWebhook, request: WebhookRequest, options: WebhookOptions): Promise<Outcome<KubeObject | undefined | 'not asked'>> {
  if (!matchesObject(webhook, [request.object, request.old]) || !matchesNamespace(webhook, namespaceLabels(ports.store, request))) return success('not asked');
  const uid = ports.rng.uuid();
  try {
    const shown = { ...request, object: await inVersion(ports, request, request.object, asked), old: await inVersion(ports, request, request.old, asked) };
    const question = admissionRequestOf(shown, asked, uid);
    const left = isLeftOut(ports, webhook, question, request);
    if (left !== false) return left === true ? success('not asked') : left;
    const call = { purpose: 'admission webhook', client: webhook.client, timeoutSeconds: webhook.timeoutSeconds, review: admissionReviewOf(webhook.reviewVersion, question) } as const;
    const verdict = readVerdict(webhook, uid, await callWebhook(ports.outbound, ports.services, call, { signal: options.signal }));
    note(ports.log, webhook, request, verdict);
    for (const warning of verdict.warnings) options.onWarning?.(warning);
    if (!verdict.isAllowed) return verdict.refusal;
    return verdict.patch === undefined ? success(request.object) : await patched(ports, webhook, request, { shown: shown.object, asked }, verdict.patch);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    const message = `failed calling webhook "${webhook.name}": ${describeError(error)}`;
    ports.log.warn('a webhook failed', { webhook: webhook.name, configuration: webhook.configuration, isIgnored: webhook.isIgnoredOnFailure, error: message });
    return webhook.isIgnoredOnFailure ? success('not asked') : internalError(message);
  }
}

function note(log: Log, { name, configuration }: AdmissionWebhook, { operation, kind, namespace = '', name: object }: WebhookRequest, { isAllowed, annotations }: WebhookVerdict): void {
  if (isAllowed && Object.keys(annotations).length === 0) return;
  const fields = { webhook: name, configuration, operation, resource: kind.resource, namespace, name: object, isAllowed };
  // There is no audit log; what webhooks want to have in it is kept here.
  log.info('a webhook denied or annotated a request', { ...fields, auditAnnotations: JSON.stringify(annotations) });
}

/** A namespace is selected by its own labels; one that is not there yet has the label that it will have. */
function namespaceLabels(store: Store, { kind, namespace, object, old }: WebhookRequest): Readonly<Record<string, string>> | undefined {
  if (kind.group === '' && kind.resource === 'namespaces') return labelsOf((object ?? old)?.metadata.labels);
  if (namespace === undefined) return undefined;
  const found = store.get(namespaceKey(namespace))?.object;
  return found === undefined ? { 'kubernetes.io/metadata.name': namespace } : labelsOf(found.metadata.labels);
}

/** Whether a condition of the webhook is not met. A condition that can't be decided is a refusal, or leaves the request out. */
function isLeftOut({ authorize }: WebhookPorts, webhook: AdmissionWebhook, question: JsonObject, { kind, name, identity }: WebhookRequest): boolean | Refusal {
  const { object, oldObject, ...request } = question;
  const answerAccess = accessAnswers(authorize, identity);
  const errors: string[] = [];
  for (const condition of webhook.conditions) {
    try {
      if (!meetsCondition(condition.expression, { object: object!, oldObject: oldObject!, request, answerAccess })) return true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      errors.push(`match condition "${condition.name}" of webhook "${webhook.name}": ${error.message}`);
    }
  }
  if (errors.length === 0) return false;
  return webhook.isIgnoredOnFailure ? true : forbidden(kind, name, errors.join('; '));
}

async function patched(ports: WebhookPorts, webhook: AdmissionWebhook, request: WebhookRequest, { shown, asked }: { readonly shown: KubeObject | undefined; readonly asked: KindDefinition }, patchText: string): Promise<Outcome<KubeObject>> {
  const fail = (why: string) => internalError(`admission webhook "${webhook.name}": ${why}`);
  if (shown === undefined || request.object === undefined) return internalError(`admission webhook "${webhook.name}" attempted to modify the object, which is not supported for this operation`);
  let patch: unknown;
  try {
    patch = JSON.parse(patchText);
  } catch {
    return fail('its patch is not JSON');
  }
  const outcome = jsonPatch(shown as unknown as Json, patch);
  if (!outcome.ok) return fail(`its patch does not fit the object: ${outcome.message}`);
  const hasOwnKind = bodyKindOf(request) === undefined;
  const decoded = hasOwnKind ? decodeObject(asked, outcome.value, {}) : success(outcome.value as unknown as KubeObject);
  if (!decoded.ok) return fail(`its patch makes something that is no ${asked.kind}: ${decoded.status.message}`);
  // What a connection is opened with has no metadata.
  const before = request.object.metadata as Partial<ObjectMeta> | undefined;
  const { metadata } = decoded.value;
  for (const member of ['name', 'namespace', 'uid'] as const) {
    if ((metadata?.[member] ?? '') !== (before?.[member] ?? '')) return fail(`its patch changes metadata.${member}, which no webhook may`);
  }
  if (!hasOwnKind) return decoded;
  return success(applyDefaults(request.kind, asked === request.kind ? decoded.value : await backFrom(ports, request.kind, asked, decoded.value)));
}

async function inVersion(ports: WebhookPorts, { kind }: WebhookRequest, object: KubeObject | undefined, asked: KindDefinition): Promise<KubeObject | undefined> {
  if (object === undefined || asked === kind) return object;
  if (asked.storedAs?.kind === kind) return asked.storedAs.fromStored(object);
  return otherVersion(ports, kind, object, asked);
}

async function backFrom(ports: WebhookPorts, kind: KindDefinition, asked: KindDefinition, object: KubeObject): Promise<KubeObject> {
  return asked.storedAs?.kind === kind ? asked.storedAs.toStored(object) : otherVersion(ports, kind, object, kind);
}

async function otherVersion({ conversions }: WebhookPorts, kind: KindDefinition, object: KubeObject, target: KindDefinition): Promise<KubeObject> {
  if (kind.custom?.conversion.strategy !== 'Webhook') return { ...object, apiVersion: apiVersionOf(target) };
  return (await conversions.convert(kind, [object], apiVersionOf(target)))[0]!;
}

function internalError(message: string): Refusal {
  return refuse(failureStatus('InternalError', `Internal error occurred: ${message}`, { causes: [{ message } as never] }));
}
