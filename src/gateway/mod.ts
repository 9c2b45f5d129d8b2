// gateway: the one port. Sniffs plain HTTP from TLS, checks Host and Origin, finds the route and the identity, streams
// answers with backpressure, serves the dashboard's files, keeps the installation's certificates. Knows no object and no
// record: rooms hand it their route tables.
export { ensureCertificates, issueClientCertificate, readCertificates, type Certificates } from './certificates.ts';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export { staticFileRoutes } from './static-files.ts';
