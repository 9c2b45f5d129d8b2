// Which Kubernetes is spoken here, by the server and by the node. Clients choose features, and one kubectl even its own version, by it.

export const KUBERNETES_MAJOR = '1';
export const KUBERNETES_MINOR = '32';
/** As a cluster tells its version. */
export const KUBERNETES_VERSION = `v${KUBERNETES_MAJOR}.${KUBERNETES_MINOR}.4+slipway`;
