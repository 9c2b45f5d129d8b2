// Whether a webhook is asked about a request. Pure; after k8s.io/apiserver pkg/admission/plugin/webhook/predicates.
import type { KubeObject, ResourceType } from '../../base/mod.ts';
import { labelsOf, matchesLabels } from '../../api/mod.ts';
import type { AdmissionWebhook, WebhookRule } from './webhook.ts';

export type WebhookOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** What rules look at. */
export interface RuleTarget {
  readonly operation: WebhookOperation;
  readonly type: ResourceType;
  readonly subresource: string | undefined;
  readonly isNamespaced: boolean;
}

export function matchesRule(rule: WebhookRule, { operation, type, subresource = '', isNamespaced }: RuleTarget): boolean {
  const isListed = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);
  return (
    (rule.scope === '*' || rule.scope === (isNamespaced ? 'Namespaced' : 'Cluster')) &&
    isListed(rule.operations, operation) &&
    isListed(rule.apiGroups, type.group) &&
    isListed(rule.apiVersions, type.version) &&
    rule.resources.some((pattern) => {
      const [resource, part = ''] = pattern.split('/');
      return (resource === '*' || resource === type.resource) && (part === '*' || part === subresource);
    })
  );
}

/** Configurations of webhooks are never shown to webhooks: a broken one could not be repaired. */
export function isExempt({ group, resource }: ResourceType): boolean {
  return group === 'admissionregistration.k8s.io' && ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings'].includes(resource);
}

/** One of both objects is enough: what loses its label is still looked at. */
export function matchesObject({ objectSelector }: AdmissionWebhook, objects: readonly (KubeObject | undefined)[]): boolean {
  if (objectSelector === undefined) return true;
  return objects.some((object) => object !== undefined && matchesLabels(objectSelector, labelsOf(object.metadata?.labels)));
}

/** `labels` of the namespace of the request; undefined for objects that are in none. */
export function matchesNamespace({ namespaceSelector }: AdmissionWebhook, labels: Readonly<Record<string, string>> | undefined): boolean {
  return namespaceSelector === undefined || labels === undefined || matchesLabels(namespaceSelector, labels);
}
