// server: the Kubernetes API over the store. One file per verb; the same verbs in process (ObjectApi, frozen JSON) and over
// HTTP (routes for the gateway). Promises that an answer to a write is given when the write is durable, that a change that
// changes nothing makes no event, and that kinds are data: it knows no kind but Namespace and the Pod's binding and log.
// Must not know controllers, nodes or records; logs, commands and ports of Pods come through the Kubelet port.
export type { Admission, AdmissionFacts, AdmissionPlugin, AdmissionRequest } from './admission/admission.ts';
export { builtinPlugins } from './admission/builtin-plugins.ts';
export { HOST_PATH_POLICIES, hostPathAdmission, type HostPathPolicy } from './admission/host-paths.ts';
export { createApiServer, type ApiServer, type ApiServerOptions } from './api-server.ts';
export { createAuthentication, type Authenticate, type AuthenticationOptions } from './authentication/authentication.ts';
export { createTokenSigner, makeSigningKey, type TokenSigner } from './authentication/json-web-token.ts';
export { createServiceAccountTokens, type ServiceAccountTokens } from './authentication/service-account-tokens.ts';
export { createTokenAuthenticator, type TokenAuthenticator } from './authentication/token-authenticator.ts';
export { allowEverything, type AccessAnswer, type AccessQuestion, type Authorizer } from './authorization/authorization.ts';
export { createRoleBasedAuthorizer } from './authorization/role-based.ts';
export { readYaml } from './yaml/read-yaml.ts';
