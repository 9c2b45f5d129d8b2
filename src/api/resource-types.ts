// The resources that rooms ask the API for by name.

export const AUTOSCALERS = { group: 'autoscaling', version: 'v2', resource: 'horizontalpodautoscalers' } as const;
export const CLAIMS = { group: '', version: 'v1', resource: 'persistentvolumeclaims' } as const;
export const CLUSTER_ROLES = { group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterroles' } as const;
export const CLUSTER_ROLE_BINDINGS = { group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterrolebindings' } as const;
export const CONFIG_MAPS = { group: '', version: 'v1', resource: 'configmaps' } as const;
export const CONTROLLER_REVISIONS = { group: 'apps', version: 'v1', resource: 'controllerrevisions' } as const;
export const CRON_JOBS = { group: 'batch', version: 'v1', resource: 'cronjobs' } as const;
export const CUSTOM_RESOURCE_DEFINITIONS = { group: 'apiextensions.k8s.io', version: 'v1', resource: 'customresourcedefinitions' } as const;
export const DAEMON_SETS = { group: 'apps', version: 'v1', resource: 'daemonsets' } as const;
export const DEPLOYMENTS = { group: 'apps', version: 'v1', resource: 'deployments' } as const;
export const ENDPOINTS = { group: '', version: 'v1', resource: 'endpoints' } as const;
export const ENDPOINT_SLICES = { group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices' } as const;
export const EVENTS = { group: '', version: 'v1', resource: 'events' } as const;
export const JOBS = { group: 'batch', version: 'v1', resource: 'jobs' } as const;
export const NAMESPACES = { group: '', version: 'v1', resource: 'namespaces' } as const;
export const NODES = { group: '', version: 'v1', resource: 'nodes' } as const;
export const PERSISTENT_VOLUMES = { group: '', version: 'v1', resource: 'persistentvolumes' } as const;
export const PODS = { group: '', version: 'v1', resource: 'pods' } as const;
export const POD_DISRUPTION_BUDGETS = { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' } as const;
export const PRIORITY_CLASSES = { group: 'scheduling.k8s.io', version: 'v1', resource: 'priorityclasses' } as const;
export const REPLICA_SETS = { group: 'apps', version: 'v1', resource: 'replicasets' } as const;
export const SECRETS = { group: '', version: 'v1', resource: 'secrets' } as const;
export const SERVICES = { group: '', version: 'v1', resource: 'services' } as const;
export const SERVICE_ACCOUNTS = { group: '', version: 'v1', resource: 'serviceaccounts' } as const;
export const STATEFUL_SETS = { group: 'apps', version: 'v1', resource: 'statefulsets' } as const;
export const STORAGE_CLASSES = { group: 'storage.k8s.io', version: 'v1', resource: 'storageclasses' } as const;
