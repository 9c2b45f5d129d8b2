// AdmissionReview of admission.k8s.io: the question that a webhook is asked, and what its answer says. Pure.
import { isJsonObject, Failure, type Json, type JsonObject, type KubeObject, type Status } from '../../base/mod.ts';
import { fieldOf, textAt, type KindDefinition } from '../../api/mod.ts';
import type { Identity } from '../../web/mod.ts';
import { refuse, type Refusal } from '../refusals.ts';
import type { AdmissionWebhook } from './webhook.ts';
import type { WebhookOperation } from './matching.ts';

/** A write before it is made, as webhooks are told of it. */
export interface WebhookRequest {
  readonly operation: WebhookOperation;
  readonly kind: KindDefinition;
  readonly subresource?: string | undefined;
  readonly name: string;
  readonly namespace: string | undefined;
  /** Undefined when something is deleted. */
  readonly object: KubeObject | undefined;
  readonly old: KubeObject | undefined;
  readonly identity: Identity;
  readonly isDryRun: boolean;
  /** CreateOptions, UpdateOptions, PatchOptions or DeleteOptions of meta.k8s.io/v1; a connection has none. */
  readonly options: JsonObject | undefined;
}

/** `asked` is the version in which the webhook wants to see the object. */
export function admissionRequestOf(request: WebhookRequest, asked: KindDefinition, uid: string): JsonObject {
  const { operation, kind, subresource, name, namespace, object, old, identity, isDryRun, options } = request;
  const gvk = (of: KindDefinition) => bodyKindOf(request) ?? { group: of.group, version: of.version, kind: of.kind };
  const gvr = (of: KindDefinition) => ({ group: of.group, version: of.version, resource: of.resource });
  const request_ = {
    uid,
    kind: gvk(asked),
    resource: gvr(asked),
    ...(subresource === undefined ? {} : { subResource: subresource }),
    requestKind: gvk(kind),
    requestResource: gvr(kind),
    ...(subresource === undefined ? {} : { requestSubResource: subresource }),
    ...(name === '' ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    operation,
    userInfo: {
      username: identity.user,
      ...(identity.uid === undefined ? {} : { uid: identity.uid }),
      groups: identity.groups,
      ...(identity.extra === undefined ? {} : { extra: identity.extra }),
    },
    object: object ?? null,
    oldObject: old ?? null,
    dryRun: isDryRun,
    ...(options === undefined ? {} : { options }),
  };
  return request_ as unknown as JsonObject;
}

/** Set for subresources whose body is of another kind (Scale, Binding, Eviction). */
export function bodyKindOf({ kind, subresource }: WebhookRequest): { readonly group: string; readonly version: string; readonly kind: string } | undefined {
  return subresource === undefined ? undefined : kind.subresources.find(({ name }) => name === subresource)?.responseKind;
}

export function admissionReviewOf(version: string, request: JsonObject): JsonObject {
  return { kind: 'AdmissionReview', apiVersion: `admission.k8s.io/${version}`, request };
}

export type WebhookVerdict =
  | { readonly isAllowed: true; readonly patch: string | undefined; readonly warnings: readonly string[]; readonly annotations: JsonObject }
  | { readonly isAllowed: false; readonly refusal: Refusal; readonly warnings: readonly string[]; readonly annotations: JsonObject };

/** Throws Failure when the answer is none, with upstream's sentences (k8s.io/apiserver pkg/admission/plugin/webhook/request). */
export function readVerdict({ name, sort, reviewVersion }: AdmissionWebhook, uid: string, answer: Json): WebhookVerdict {
  const apiVersion = `admission.k8s.io/${reviewVersion}`;
  const [gotVersion, gotKind] = [textAt(answer, '', 'apiVersion'), textAt(answer, '', 'kind')];
  // v1beta1 did not ask for it.
  if (reviewVersion === 'v1' && (gotVersion !== apiVersion || gotKind !== 'AdmissionReview')) {
    throw invalidAnswer(`expected webhook response of ${apiVersion}, Kind=AdmissionReview, got ${gotVersion}, Kind=${gotKind}`);
  }
  const response = fieldOf(answer, 'response');
  if (!isJsonObject(response)) throw invalidAnswer('webhook response was absent');
  if (reviewVersion === 'v1' && textAt(response, '', 'uid') !== uid) throw invalidAnswer(`expected response.uid="${uid}", got "${textAt(response, '', 'uid')}"`);
  const given = response['warnings'];
  const annotations = response['auditAnnotations'];
  const rest = { warnings: Array.isArray(given) ? given.map(String) : [], annotations: isJsonObject(annotations) ? annotations : {} };
  if (response['allowed'] !== true) return { isAllowed: false, refusal: denial(name, response['status']), ...rest };
  return { isAllowed: true, patch: patchOf(response, sort, reviewVersion), ...rest };
}

function patchOf(response: JsonObject, sort: AdmissionWebhook['sort'], reviewVersion: string): string | undefined {
  const { patch, patchType } = response;
  if (patch === undefined || patch === null || patch === '') {
    if (patchType !== undefined && patchType !== null && reviewVersion === 'v1') throw invalidAnswer('webhook returned response.patchType but not response.patch');
    return undefined;
  }
  if (sort === 'validating') throw invalidAnswer('validating webhook may not return response.patch');
  if (reviewVersion === 'v1' && (patchType === undefined || patchType === null)) throw invalidAnswer('webhook returned response.patch but not response.patchType');
  if (reviewVersion === 'v1' && patchType !== 'JSONPatch') throw invalidAnswer(`webhook returned invalid response.patchType of "${String(patchType)}"`);
  return Buffer.from(String(patch), 'base64').toString();
}

const CODE_MIN = 400;
const CODE_MAX = 599;

/** The Status of the webhook, with a sentence that names who said no; never one that looks like a success. */
function denial(name: string, given: Json | undefined): Refusal {
  const [message, reason] = [textAt(given, '', 'message'), textAt(given, '', 'reason')];
  const code = fieldOf(given, 'code');
  const details = fieldOf(given, 'details');
  const deniedBy = `admission webhook "${name}" denied the request`;
  const why = message === '' ? reason : message;
  return refuse({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: why === '' ? `${deniedBy} without explanation` : `${deniedBy}: ${why}`,
    ...(reason === '' ? {} : { reason }),
    ...(isJsonObject(details) ? { details } : {}),
    code: typeof code === 'number' && Number.isInteger(code) && code >= CODE_MIN && code <= CODE_MAX ? code : CODE_MIN,
  } as Status);
}

function invalidAnswer(why: string): Failure {
  return new Failure('WebhookFailed', `received invalid webhook response: ${why}`);
}
