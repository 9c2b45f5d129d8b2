// Everything that somebody may do in a namespace, as rules.
import { success, type Json, type JsonObject, type Outcome } from '../../base/mod.ts';
import { required } from '../../api/mod.ts';
import type { PolicyRule } from '../authorization/policy-rule.ts';
import { invalidObject } from '../refusals.ts';
import type { ReviewContext } from './review.ts';

export function reviewRules(spec: JsonObject, { identity, rulesFor }: ReviewContext): Outcome<JsonObject> {
  const { namespace } = spec;
  if (typeof namespace !== 'string' || namespace === '') {
    return invalidObject({ group: 'authorization.k8s.io', kind: 'SelfSubjectRulesReview' }, '', [required('spec.namespace', 'the namespace to list the rules of')]);
  }
  const rules = rulesFor(identity, namespace);
  return success({
    resourceRules: rules.filter(({ resources }) => resources.length > 0).map(resourceRule),
    nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs.length > 0).map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: false,
  });
}

function resourceRule({ verbs, apiGroups, resources, resourceNames }: PolicyRule): Json {
  return { verbs, apiGroups, resources, ...(resourceNames.length === 0 ? {} : { resourceNames }) };
}
