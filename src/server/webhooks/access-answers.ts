// What `authorizer` of a condition answers: for whoever makes the request, or for a ServiceAccount.
import type { AnswerAccess } from '../../expr/mod.ts';
import type { Identity } from '../../web/mod.ts';
import type { Authorizer } from '../authorization/authorization.ts';

export function accessAnswers(authorize: Authorizer, caller: Identity): AnswerAccess {
  return ({ subject, path, group = '', resource = '', subresource = '', namespace = '', name = '' }, verb) => {
    const identity = subject === undefined ? caller : serviceAccountOf(subject);
    if (path !== undefined) return authorize(identity, { verb, path });
    const parts = Object.entries({ subresource, namespace, name }).filter(([, text]) => text !== '');
    return authorize(identity, { verb, group, version: '*', resource, ...Object.fromEntries(parts) });
  };
}

function serviceAccountOf({ namespace, serviceAccount }: { readonly namespace: string; readonly serviceAccount: string }): Identity {
  return { user: `system:serviceaccount:${namespace}:${serviceAccount}`, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'] };
}
