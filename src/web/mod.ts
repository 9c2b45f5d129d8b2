// web: what an HTTP route is, before any server exists: method, path, who may call it, how large its body may be. A route
// without a declared authorization can't be written down. Rooms export route tables; `gateway` mounts them. And the one client
// for calls that leave this process: each has a named purpose with limits of its own. And certificates, for both sides.
export { issueCertificate, type CertificateRequest, type SignedKey } from './issue-certificate.ts';
export { createOutboundClient, type OutboundCall, type OutboundClient, type OutboundPurpose } from './outbound.ts';
export { readBody } from './request-body.ts';
export { createRouteTable, type RouteMatch, type RouteTable } from './route-table.ts';
export type { Identity, Route, RouteAuthorization, RouteOrigin, UpgradeConnection, WebRequest, WebResponse } from './route.ts';
