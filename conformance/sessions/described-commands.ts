// `kubectl describe` of one object of each kind, and what kustomize makes. Part of the session in kubectl-commands.ts.
import type { SessionCommand } from './command-session.ts';

const IN = '-n described';

const ofKind = (apiVersion: string, kind: string, rest: string, name = 'x') => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\n${rest}\n`;
const TEMPLATE = 'template: {metadata: {labels: {app: x}}, spec: {containers: [{name: c, image: "i:1", ports: [{containerPort: 80}]}]}}';
const ONCE = 'template: {spec: {restartPolicy: Never, containers: [{name: c, image: "i:1"}]}}';
const SELECTED = `selector: {matchLabels: {app: x}}`;

/** Nothing of it makes Pods: what runs is the matter of other tests. By the word that kubectl takes for the kind. */
const OBJECTS: Readonly<Record<string, string>> = {
  serviceaccount: ofKind('v1', 'ServiceAccount', 'automountServiceAccountToken: false'),
  configmap: ofKind('v1', 'ConfigMap', 'data: {a: "1"}\nbinaryData: {b: AAEC}'),
  limitrange: ofKind('v1', 'LimitRange', 'spec: {limits: [{type: Container, default: {cpu: 200m}, defaultRequest: {cpu: 100m}, max: {cpu: 1}}]}'),
  resourcequota: ofKind('v1', 'ResourceQuota', 'spec: {hard: {count/configmaps: "9", requests.cpu: "4"}}'),
  service: ofKind('v1', 'Service', 'spec: {type: NodePort, selector: {app: none}, ports: [{name: http, port: 80, targetPort: http, nodePort: 30777}]}'),
  persistentvolume: ofKind('v1', 'PersistentVolume', 'spec: {capacity: {storage: 1Mi}, accessModes: [ReadWriteOnce], storageClassName: none, hostPath: {path: /none}}', 'described'),
  persistentvolumeclaim: ofKind('v1', 'PersistentVolumeClaim', 'spec: {accessModes: [ReadWriteMany], storageClassName: "", resources: {requests: {storage: 1Mi}}}'),
  deployment: ofKind('apps/v1', 'Deployment', `spec: {replicas: 0, ${SELECTED}, ${TEMPLATE}}`),
  statefulset: ofKind('apps/v1', 'StatefulSet', `spec: {replicas: 0, serviceName: x, ${SELECTED.replace('app: x', 'app: s')}, ${TEMPLATE.replace('app: x', 'app: s')}}`),
  replicaset: ofKind('apps/v1', 'ReplicaSet', `spec: {replicas: 0, ${SELECTED.replace('app: x', 'app: r')}, ${TEMPLATE.replace('app: x', 'app: r')}}`),
  replicationcontroller: ofKind('v1', 'ReplicationController', `spec: {replicas: 0, selector: {app: c}, ${TEMPLATE.replace('app: x', 'app: c')}}`),
  job: ofKind('batch/v1', 'Job', `spec: {suspend: true, completions: 3, completionMode: Indexed, ${ONCE}}`),
  cronjob: ofKind('batch/v1', 'CronJob', `spec: {suspend: true, schedule: "@daily", jobTemplate: {spec: {${ONCE}}}}`),
  horizontalpodautoscaler: ofKind('autoscaling/v2', 'HorizontalPodAutoscaler', 'spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: absent}}'),
  poddisruptionbudget: ofKind('policy/v1', 'PodDisruptionBudget', `spec: {maxUnavailable: 1, ${SELECTED}}`),
  networkpolicy: ofKind('networking.k8s.io/v1', 'NetworkPolicy', 'spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{port: 80}]}]}'),
  ingress: ofKind('networking.k8s.io/v1', 'Ingress', 'spec: {rules: [{host: a.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: x, port: {number: 80}}}}]}}]}'),
  storageclass: ofKind('storage.k8s.io/v1', 'StorageClass', 'provisioner: example.com/none', 'described'),
  priorityclass: ofKind('scheduling.k8s.io/v1', 'PriorityClass', 'value: 7\ndescription: for the session', 'described'),
  role: ofKind('rbac.authorization.k8s.io/v1', 'Role', 'rules: [{apiGroups: [apps], resources: [deployments], resourceNames: [x], verbs: [get]}]'),
  rolebinding: ofKind('rbac.authorization.k8s.io/v1', 'RoleBinding', 'roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: x}\nsubjects: [{kind: ServiceAccount, name: x, namespace: described}]'),
  lease: ofKind('coordination.k8s.io/v1', 'Lease', 'spec: {holderIdentity: me, leaseDurationSeconds: 15}'),
  validatingwebhookconfiguration: ofKind('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'webhooks: []', 'described'),
};

const LABELLED = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, labels: {kept: by-label}}\n`;

/** It looks through all kinds that kubectl prunes by default. */
const PRUNED: readonly SessionCommand[] = [
  { run: `apply ${IN} -f -`, note: 'two by label', input: `${LABELLED('one')}---\n${LABELLED('two')}`, says: /two created/ },
  { run: `apply ${IN} --prune -l kept=by-label -f -`, input: LABELLED('one'), says: /configmap\/two pruned/ },
];

const KUSTOMIZED: readonly SessionCommand[] = [
  { run: 'create ns kustomized', says: /created/ },
  { run: 'apply -k kustomization', says: /deployment\.apps\/my-greeter created/ },
  { run: 'apply -k kustomization', note: 'again', says: /deployment\.apps\/my-greeter unchanged/ },
  { run: 'diff -k kustomization' },
  { run: 'get -k kustomization -o name', says: /configmap\/my-greeting-/ },
  { run: 'kustomize kustomization', into: 'apply --server-side --force-conflicts -f -', says: /my-greeter serverside-applied/ },
  { run: 'delete -k kustomization', says: /"my-greeter" deleted/ },
  { run: 'delete ns kustomized', says: /deleted/ },
];

export const DESCRIBED_COMMANDS: readonly SessionCommand[] = [
  { run: 'create ns described', says: /created/ },
  ...Object.entries(OBJECTS).map(([word, input]) => ({ run: `apply ${IN} -f -`, note: `a ${word}`, input, says: /created/ })),
  ...Object.entries(OBJECTS).map(([word, input]) => ({ run: `describe ${word} ${/name: (\w+)\}/.exec(input)![1]} ${IN}`, says: /^Name: +\w+\n/ })),
  { run: `describe endpoints x ${IN}`, says: /^Name: +x\n/ },
  ...PRUNED,
  { run: `get endpointslice ${IN} -o jsonpath={.items[*].addressType}`, says: /^IPv4$/m },
  { run: `get lease,cm,svc,pvc,deploy,sts,rs,job,cj,hpa,pdb,netpol,ing ${IN}`, says: /persistentvolumeclaim\/x +Pending/ },
  { run: 'describe ns described', says: /count\/configmaps[^]*Container/ },
  { run: 'delete pv,storageclass,priorityclass,validatingwebhookconfiguration described', says: /"described" deleted/ },
  { run: 'delete ns described', says: /deleted/ },
  ...KUSTOMIZED,
];
