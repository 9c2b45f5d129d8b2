// A webhook of users as its configuration describes it.
import { isJsonObject, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { fieldOf, itemsAt, textAt } from '../../api/mod.ts';

export type WebhookSort = 'mutating' | 'validating';

export interface WebhookRule {
  readonly operations: readonly string[];
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
  readonly scope: string;
}

export interface AdmissionWebhook {
  readonly sort: WebhookSort;
  readonly configuration: string;
  readonly name: string;
  readonly rules: readonly WebhookRule[];
  readonly namespaceSelector: Json | undefined;
  readonly objectSelector: Json | undefined;
  readonly takesEquivalents: boolean;
  readonly conditions: readonly { readonly name: string; readonly expression: string }[];
  readonly isIgnoredOnFailure: boolean;
  readonly isReinvoked: boolean;
  readonly timeoutSeconds: number;
  readonly client: JsonObject;
  /** `v1` or `v1beta1`: the first one in its list that is known here. */
  readonly reviewVersion: string;
}

const TIMEOUT_SECONDS = 10;

/** The webhooks of a stored configuration, in its order. */
export function webhooksOf(sort: WebhookSort, configuration: KubeObject): readonly AdmissionWebhook[] {
  return itemsAt(configuration, 'webhooks').map((webhook) => {
    const client = fieldOf(webhook, 'clientConfig');
    const timeout = fieldOf(webhook, 'timeoutSeconds');
    return {
      sort,
      configuration: configuration.metadata.name,
      name: textAt(webhook, '', 'name'),
      rules: itemsAt(webhook, 'rules').map(ruleOf),
      namespaceSelector: fieldOf(webhook, 'namespaceSelector'),
      objectSelector: fieldOf(webhook, 'objectSelector'),
      takesEquivalents: textAt(webhook, 'Equivalent', 'matchPolicy') === 'Equivalent',
      conditions: itemsAt(webhook, 'matchConditions').map((condition) => ({ name: textAt(condition, '', 'name'), expression: textAt(condition, '', 'expression') })),
      isIgnoredOnFailure: textAt(webhook, 'Fail', 'failurePolicy') === 'Ignore',
      isReinvoked: textAt(webhook, 'Never', 'reinvocationPolicy') === 'IfNeeded',
      timeoutSeconds: typeof timeout === 'number' ? timeout : TIMEOUT_SECONDS,
      client: isJsonObject(client) ? client : {},
      reviewVersion: itemsAt(webhook, 'admissionReviewVersions').map(String).find((version) => ['v1', 'v1beta1'].includes(version)) ?? 'v1',
    };
  });
}

function ruleOf(rule: Json): WebhookRule {
  const texts = (member: string) => itemsAt(rule, member).map(String);
  return { operations: texts('operations'), apiGroups: texts('apiGroups'), apiVersions: texts('apiVersions'), resources: texts('resources'), scope: textAt(rule, '*', 'scope') };
}
