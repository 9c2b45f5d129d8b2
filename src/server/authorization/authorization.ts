// Who may do what: the question that the server asks its authorizer before every verb, and the refusal in Kubernetes' words.
import { failureStatus, type ResourceType } from '../../base/mod.ts';
import { resourceName } from '../../api/mod.ts';
import type { Identity } from '../../web/mod.ts';
import { refuse, type Refusal } from '../refusals.ts';

export interface ResourceQuestion extends ResourceType {
  readonly verb: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** About a path that is no resource: `/version`, `/openapi/v3`. */
export interface PathQuestion {
  readonly verb: string;
  readonly path: string;
}

export type AccessQuestion = ResourceQuestion | PathQuestion;

export interface AccessAnswer {
  readonly isAllowed: boolean;
  /** A sentence for people; optional. */
  readonly reason?: string;
}

export type Authorizer = (identity: Identity, question: AccessQuestion) => AccessAnswer;

/** The single user of a laptop owns everything. */
export const allowEverything: Authorizer = () => ({ isAllowed: true, reason: 'single-user mode' });

export const ANONYMOUS_USER = 'system:anonymous';
/** May do everything, whatever the roles say. */
export const MASTERS_GROUP = 'system:masters';

export function isAnonymous({ user }: Identity): boolean {
  return user === ANONYMOUS_USER;
}

/** Undefined when allowed. */
export function refuseAccess(authorize: Authorizer, identity: Identity, question: AccessQuestion): Refusal | undefined {
  const answer = authorize(identity, question);
  if (answer.isAllowed) return undefined;
  const reason = answer.reason === undefined ? '' : `: ${answer.reason}`;
  if ('path' in question) {
    return refuse(failureStatus('Forbidden', `forbidden: User "${identity.user}" cannot ${question.verb} path "${question.path}"${reason}`, {}));
  }
  const { verb, group, resource, subresource, namespace, name } = question;
  const fullResource = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const subject = name === undefined ? resourceName(question) : `${resourceName(question)} "${name}"`;
  const message = `${subject} is forbidden: User "${identity.user}" cannot ${verb} resource "${fullResource}" in API group "${group}" ${where}${reason}`;
  const details = { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource };
  return refuse(failureStatus('Forbidden', message, details));
}
