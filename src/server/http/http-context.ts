// What the HTTP dialect needs besides the verbs.
import type { Kubelet } from '../../base/mod.ts';
import type { ServerContext } from '../context.ts';
import type { Authorizer } from './authorization.ts';

export interface HttpContext extends ServerContext {
  /** Asked for at each request: the node starts after the server. */
  readonly kubelet: () => Kubelet | undefined;
  readonly authorize: Authorizer;
}
