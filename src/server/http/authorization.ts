// Who may do what: the question that the server asks its authorizer before every verb, and the refusal in Kubernetes' words.
import { failureStatus } from '../../base/mod.ts';
import { resourceName } from '../../api/mod.ts';
import type { Identity } from '../../web/mod.ts';
import { refuse, type Refusal } from '../refusals.ts';
import type { ResourceTarget } from './resource-path.ts';

export interface AccessQuestion {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

export interface AccessAnswer {
  readonly isAllowed: boolean;
  /** A sentence for people; optional. */
  readonly reason?: string;
}

export type Authorizer = (identity: Identity, question: AccessQuestion) => AccessAnswer;

/** The single user of a laptop owns everything. */
export const allowEverything: Authorizer = () => ({ isAllowed: true, reason: 'single-user mode' });

export const ANONYMOUS_USER = 'system:anonymous';

export function isAnonymous({ user }: Identity): boolean {
  return user === ANONYMOUS_USER;
}

/** Undefined when allowed. */
export function refuseAccess(authorize: Authorizer, identity: Identity, verb: string, target: ResourceTarget): Refusal | undefined {
  const answer = authorize(identity, { verb, ...target });
  if (answer.isAllowed) return undefined;
  const { group, resource, subresource, namespace, name } = target;
  const fullResource = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const subject = name === undefined ? resourceName(target) : `${resourceName(target)} "${name}"`;
  const reason = answer.reason === undefined ? '' : `: ${answer.reason}`;
  const message = `${subject} is forbidden: User "${identity.user}" cannot ${verb} resource "${fullResource}" in API group "${group}" ${where}${reason}`;
  const details = { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource };
  return refuse(failureStatus('Forbidden', message, details));
}
