// Functions of `authorizer`.
import { CelAccessCheck, CelDecision, type CelAuthorizer } from './access.ts';
import type { FunctionTable } from './functions.ts';

export function declareAccess(table: FunctionTable): void {
  const decide = ({ answer, check }: CelAccessCheck, verb: string) => new CelDecision(answer(check, verb));
  table
    .declare('authorizer.path(string): pathcheck', ({ answer, subject }: CelAuthorizer, path: string) => new CelAccessCheck('pathcheck', answer, { subject, path }))
    .declare('authorizer.group(string): groupcheck', ({ answer, subject }: CelAuthorizer, group: string) => new CelAccessCheck('groupcheck', answer, { subject, group }))
    .declare('authorizer.serviceAccount(string, string): authorizer', (authorizer: CelAuthorizer, namespace: string, name: string) => authorizer.as(namespace, name))
    .declare('groupcheck.resource(string): resourcecheck', (check: CelAccessCheck, resource: string) => check.with({ resource }))
    .declare('resourcecheck.subresource(string): resourcecheck', (check: CelAccessCheck, subresource: string) => check.with({ subresource }))
    .declare('resourcecheck.namespace(string): resourcecheck', (check: CelAccessCheck, namespace: string) => check.with({ namespace }))
    .declare('resourcecheck.name(string): resourcecheck', (check: CelAccessCheck, name: string) => check.with({ name }))
    .declare('pathcheck.check(string): decision', decide, 'authorize')
    .declare('resourcecheck.check(string): decision', decide, 'authorize')
    .declare('decision.allowed(): bool', ({ isAllowed }: CelDecision) => isAllowed)
    .declare('decision.reason(): string', ({ reason }: CelDecision) => reason)
    // Roles are read from memory: nothing can go wrong on the way.
    .declare('decision.errored(): bool', () => false)
    .declare('decision.error(): string', () => '');
}
