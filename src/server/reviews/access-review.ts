// Whether somebody may do something: SubjectAccessReview and its two sisters, for oneself and inside a namespace.
import { isJsonObject, success, textsOf, type JsonObject, type Outcome } from '../../base/mod.ts';
import { forbidden as forbiddenField, invalid, required } from '../../api/mod.ts';
import type { Identity } from '../../web/mod.ts';
import type { AccessQuestion } from '../authorization/authorization.ts';
import { badRequest, invalidObject } from '../refusals.ts';
import type { ReviewContext } from './review.ts';

const GROUP = 'authorization.k8s.io';

export function reviewSelfAccess(spec: JsonObject, { authorize, identity }: ReviewContext): Outcome<JsonObject> {
  const question = questionIn(spec, 'SelfSubjectAccessReview');
  return question.ok ? success(statusOf(authorize(identity, question.value))) : question;
}

export function reviewSubjectAccess(spec: JsonObject, { authorize }: ReviewContext): Outcome<JsonObject> {
  const question = questionIn(spec, 'SubjectAccessReview');
  if (!question.ok) return question;
  const subject = subjectOf(spec);
  if (subject !== undefined) return success(statusOf(authorize(subject, question.value)));
  return invalidObject({ group: GROUP, kind: 'SubjectAccessReview' }, '', [required('spec.user', 'at least one of user or group must be specified')]);
}

export function reviewLocalSubjectAccess(spec: JsonObject, context: ReviewContext): Outcome<JsonObject> {
  const asked = isJsonObject(spec['resourceAttributes']) ? spec['resourceAttributes'] : undefined;
  const kind = { group: GROUP, kind: 'LocalSubjectAccessReview' };
  if (isJsonObject(spec['nonResourceAttributes'])) {
    return invalidObject(kind, '', [forbiddenField('spec.nonResourceAttributes', 'disallowed on this kind of request')]);
  }
  const namespace = String(asked?.['namespace'] ?? '');
  if (asked !== undefined && namespace !== context.namespace) {
    return namespace === ''
      ? invalidObject(kind, '', [invalid('spec.resourceAttributes.namespace', namespace, 'must match metadata.namespace')])
      : badRequest(`spec.resourceAttributes.namespace must match namespace: ${context.namespace ?? ''}`);
  }
  return reviewSubjectAccess(spec, context);
}

function questionIn(spec: JsonObject, kind: string): Outcome<AccessQuestion> {
  const [asked, path] = [spec['resourceAttributes'], spec['nonResourceAttributes']];
  if (isJsonObject(asked) === isJsonObject(path)) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    return invalidObject({ group: GROUP, kind }, '', [isJsonObject(asked) ? invalid('spec.nonResourceAttributes', path, 'cannot be specified in combination with resourceAttributes') : invalid('spec.resourceAttributes', null, detail)]);
  }
  if (isJsonObject(path)) return success({ verb: textOf(path, 'verb') ?? '', path: textOf(path, 'path') ?? '' });
  const attributes = asked as JsonObject;
  return success({
    verb: textOf(attributes, 'verb') ?? '',
    group: textOf(attributes, 'group') ?? '',
    version: textOf(attributes, 'version') ?? '*',
    resource: textOf(attributes, 'resource') ?? '',
    subresource: textOf(attributes, 'subresource'),
    namespace: textOf(attributes, 'namespace'),
    name: textOf(attributes, 'name'),
  });
}

function subjectOf(spec: JsonObject): Identity | undefined {
  const user = textOf(spec, 'user') ?? '';
  const groups = textsOf(spec['groups']);
  return user === '' && groups.length === 0 ? undefined : { user, groups };
}

function statusOf({ isAllowed, reason }: { readonly isAllowed: boolean; readonly reason?: string }): JsonObject {
  return { allowed: isAllowed, ...(reason === undefined ? {} : { reason }) };
}

function textOf(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
