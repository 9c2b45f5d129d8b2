// Questions to an authorizer, as an expression puts them together call by call: `authorizer.group('apps').resource('deployments')
// .namespace('a').check('create').allowed()` (k8s.io/apiserver pkg/cel/library/authz.go). Who answers is a port.

/** Undefined subject: whoever makes the request that is looked at. */
export interface AccessCheck {
  readonly subject: { readonly namespace: string; readonly serviceAccount: string } | undefined;
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

export type AnswerAccess = (check: AccessCheck, verb: string) => { readonly isAllowed: boolean; readonly reason?: string };

export class CelAuthorizer {
  readonly answer: AnswerAccess;
  readonly subject: AccessCheck['subject'];
  /** The question whether the request itself is allowed. */
  readonly requestResource: CelAccessCheck;

  constructor(answer: AnswerAccess, requested: Omit<AccessCheck, 'subject'>, subject?: AccessCheck['subject']) {
    this.answer = answer;
    this.subject = subject;
    this.requestResource = new CelAccessCheck('resourcecheck', answer, { ...requested, subject });
  }

  as(namespace: string, serviceAccount: string): CelAuthorizer {
    const { subject: _caller, ...requested } = this.requestResource.check;
    return new CelAuthorizer(this.answer, requested, { namespace, serviceAccount });
  }
}

/** A question in the making: about a path, about a group whose resource is still open, or about a resource. */
export class CelAccessCheck {
  readonly kind: 'pathcheck' | 'groupcheck' | 'resourcecheck';
  readonly answer: AnswerAccess;
  readonly check: AccessCheck;

  constructor(kind: CelAccessCheck['kind'], answer: AnswerAccess, check: AccessCheck) {
    this.kind = kind;
    this.answer = answer;
    this.check = check;
  }

  /** The same with one more part, then about a resource. */
  with(part: Partial<AccessCheck>): CelAccessCheck {
    return new CelAccessCheck('resourcecheck', this.answer, { ...this.check, ...part });
  }
}

export class CelDecision {
  readonly isAllowed: boolean;
  readonly reason: string;

  constructor({ isAllowed, reason = '' }: ReturnType<AnswerAccess>) {
    this.isAllowed = isAllowed;
    this.reason = reason;
  }
}
