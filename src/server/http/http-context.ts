// What the HTTP dialect needs besides the verbs.
import type { Kubelet, NodeReports } from '../../base/mod.ts';
import type { Identity } from '../../web/mod.ts';
import type { TokenAuthenticator } from '../authentication/token-authenticator.ts';
import type { Authorizer } from '../authorization/authorization.ts';
import type { PolicyRule } from '../authorization/policy-rule.ts';
import type { UsageContext } from '../usage/read-usage.ts';
import type { YamlReader } from '../yaml/yaml-reader.ts';

export interface HttpContext extends UsageContext {
  /** Asked for at each request: the node starts after the server. */
  readonly kubelet: () => Kubelet | undefined;
  /** As the kubelet. */
  readonly nodeReports: () => NodeReports | undefined;
  readonly authorize: Authorizer;
  readonly rulesFor: (identity: Identity, namespace: string | undefined) => readonly PolicyRule[];
  readonly authenticateToken: TokenAuthenticator;
  readonly yaml: YamlReader;
}
