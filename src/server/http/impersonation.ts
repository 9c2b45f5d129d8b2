// Impersonate-* headers: acting as somebody else, when one may. After apiserver/pkg/endpoints/filters/impersonation.
import type { IncomingHttpHeaders } from 'node:http';
import { success, type Outcome } from '../../base/mod.ts';
import type { Identity } from '../../web/mod.ts';
import { withAuthenticated } from '../authentication/authentication.ts';
import { ANONYMOUS_USER, refuseAccess, type Authorizer, type ResourceQuestion } from '../authorization/authorization.ts';
import { badRequest } from '../refusals.ts';

const PREFIX = 'impersonate-';
const EXTRA_PREFIX = 'impersonate-extra-';
const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** The identity itself when it impersonates nobody. */
export function impersonate(authorize: Authorizer, identity: Identity, headers: IncomingHttpHeaders): Outcome<Identity> {
  const wanted = wantedIdentity(headers);
  if (wanted === undefined) return success(identity);
  if (wanted.user === '') return badRequest('impersonation of groups, uids or extra needs the header Impersonate-User, too');
  for (const question of questionsAbout(wanted)) {
    const refusal = refuseAccess(authorize, identity, question);
    if (refusal !== undefined) return refusal;
  }
  return success({ ...wanted, groups: groupsOf(wanted) });
}

function wantedIdentity(headers: IncomingHttpHeaders): Identity | undefined {
  if (!Object.keys(headers).some((name) => name.startsWith(PREFIX))) return undefined;
  const user = textOf(headers['impersonate-user']);
  const groups = listOf(headers['impersonate-group']);
  const uid = textOf(headers['impersonate-uid']);
  const extra = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (name.startsWith(EXTRA_PREFIX) ? [[decodeName(name.slice(EXTRA_PREFIX.length)), listOf(value)]] : [])),
  );
  const hasExtra = Object.keys(extra).length > 0;
  if (user === '' && groups.length === 0 && uid === '' && !hasExtra) return undefined;
  return { user, groups, ...(uid === '' ? {} : { uid }), ...(hasExtra ? { extra } : {}) };
}

/** One for the user, one for each group, the uid and each value of extra. */
function questionsAbout({ user, groups, uid, extra = {} }: Identity): readonly ResourceQuestion[] {
  const about = (group: string, resource: string, name: string, more: Partial<ResourceQuestion> = {}): ResourceQuestion => ({
    verb: 'impersonate',
    group,
    version: group === '' ? '' : 'v1',
    resource,
    name,
    ...more,
  });
  const [, namespace, account] = ACCOUNT.exec(user) ?? [];
  const userQuestion = account === undefined ? about('', 'users', user) : about('', 'serviceaccounts', account, { namespace });
  const authentication = 'authentication.k8s.io';
  return [
    userQuestion,
    ...groups.map((group) => about('', 'groups', group)),
    ...(uid === undefined ? [] : [about(authentication, 'uids', uid)]),
    ...Object.entries(extra).flatMap(([key, values]) => values.map((value) => about(authentication, 'userextras', value, { subresource: key }))),
  ];
}

/** A ServiceAccount has its groups by itself; everybody but the anonymous is authenticated. */
function groupsOf({ user, groups }: Identity): readonly string[] {
  const [, namespace] = ACCOUNT.exec(user) ?? [];
  const own = namespace !== undefined && groups.length === 0 ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : groups;
  return user === ANONYMOUS_USER ? [...own, 'system:unauthenticated'] : withAuthenticated(own);
}

function textOf(value: string | readonly string[] | undefined): string {
  return listOf(value)[0] ?? '';
}

/** Node joins the values of a repeated header with a comma and a space. */
function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined || value === '') return [];
  return typeof value === 'string' ? value.split(', ') : value;
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name).toLowerCase();
  } catch {
    return name; // a stray % stands for itself, as upstream has it
  }
}
