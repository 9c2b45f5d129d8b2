// One rule of a role, what it allows, and whether rules cover others; pure. After pkg/apis/rbac/v1/evaluation_helpers.go and
// component-helpers/auth/rbac/validation/policy_comparator.go of Kubernetes.
import { objectsOf, oncePer, textsOf } from '../../base/mod.ts';
import type { AccessQuestion, ResourceQuestion } from './authorization.ts';

export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

const ALL = '*';

/** The rules of a role object; what is malformed allows nothing. */
export const rulesOf = oncePer((role: { readonly [key: string]: unknown }): readonly PolicyRule[] =>
  objectsOf(role['rules']).map((rule) => ({
    verbs: textsOf(rule['verbs']),
    apiGroups: textsOf(rule['apiGroups']),
    resources: textsOf(rule['resources']),
    resourceNames: textsOf(rule['resourceNames']),
    nonResourceURLs: textsOf(rule['nonResourceURLs']),
  })),
);

export function allows(rule: PolicyRule, question: AccessQuestion): boolean {
  if (!includes(rule.verbs, question.verb)) return false;
  if ('path' in question) return rule.nonResourceURLs.some((pattern) => matchesPath(pattern, question.path));
  return includes(rule.apiGroups, question.group) && rule.resources.some((pattern) => matchesResource(pattern, question)) && allowsName(rule, question.name);
}

function matchesResource(pattern: string, { resource, subresource }: Pick<ResourceQuestion, 'resource' | 'subresource'>): boolean {
  if (pattern === ALL) return true;
  return subresource === undefined ? pattern === resource : pattern === `${resource}/${subresource}` || pattern === `*/${subresource}`;
}

function allowsName({ resourceNames }: PolicyRule, name = ''): boolean {
  return resourceNames.length === 0 || resourceNames.includes(name);
}

function matchesPath(pattern: string, path: string): boolean {
  return pattern === ALL || pattern === path || (pattern.endsWith(ALL) && path.startsWith(pattern.replace(/\*+$/, '')));
}

function includes(allowed: readonly string[], wanted: string): boolean {
  return allowed.includes(ALL) || allowed.includes(wanted);
}

/** The parts of `wanted` that none of the `held` rules covers: one verb on one resource, or on one path, each. */
export function uncovered(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(single).filter((part) => !held.some((rule) => covers(rule, part)));
}

/** Rules with one verb, one group, one resource, one name (or none) each. */
function single(rule: PolicyRule): readonly PolicyRule[] {
  const none = { apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };
  return rule.verbs.flatMap((verb) => [
    ...rule.nonResourceURLs.map((url) => ({ ...none, verbs: [verb], nonResourceURLs: [url] })),
    ...rule.apiGroups.flatMap((group) =>
      rule.resources.flatMap((resource) =>
        (rule.resourceNames.length === 0 ? [[]] : rule.resourceNames.map((name) => [name])).map((resourceNames) => ({
          ...none,
          verbs: [verb],
          apiGroups: [group],
          resources: [resource],
          resourceNames,
        })),
      ),
    ),
  ]);
}

function covers(held: PolicyRule, part: PolicyRule): boolean {
  if (!part.verbs.every((verb) => includes(held.verbs, verb))) return false;
  const areUrlsCovered = part.nonResourceURLs.every((url) => held.nonResourceURLs.some((pattern) => matchesPath(pattern, url)));
  const areResourcesCovered = part.resources.every((name) => {
    const [resource = '', subresource] = name.split('/', 2);
    return held.resources.some((pattern) => matchesResource(pattern, { resource, subresource }));
  });
  const areNamesCovered =
    held.resourceNames.length === 0 || (part.resourceNames.length > 0 && part.resourceNames.every((name) => held.resourceNames.includes(name)));
  return areUrlsCovered && areResourcesCovered && areNamesCovered && part.apiGroups.every((group) => includes(held.apiGroups, group));
}

/** As Go prints it: `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`. */
export function describeRule({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }: PolicyRule): string {
  const list = (name: string, values: readonly string[]) => (values.length === 0 ? [] : [`${name}:[${values.map((value) => JSON.stringify(value)).join(' ')}]`]);
  return `{${[
    ...list('APIGroups', apiGroups),
    ...list('Resources', resources),
    ...list('ResourceNames', resourceNames),
    ...list('NonResourceURLs', nonResourceURLs),
    ...list('Verbs', verbs),
  ].join(', ')}}`;
}
