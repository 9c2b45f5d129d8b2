// What a stranger tries beside the usual: every generator of kubectl applied on the server side, roll-outs, subresources, dry
// runs, sets of applied objects, raw paths, tokens, nodes, access of others. Part of the session in kubectl-commands.ts.
import type { SessionCommand } from './command-session.ts';

const IN = '-n strange';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: sd, labels: {a: b}}
spec:
  replicas: 0
  selector: {matchLabels: {app: sd}}
  template:
    metadata: {labels: {app: sd}}
    spec: {containers: [{name: c, image: "img:1"}]}
`;

const POD = `apiVersion: v1
kind: Pod
metadata: {name: sp, labels: {app: sp}}
spec: {nodeName: elsewhere, terminationGracePeriodSeconds: 0, containers: [{name: c, image: busybox}]}
`;

const ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reconciled, namespace: strange}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
`;

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, labels: {set: x}}\ndata: {a: "1"}\n`;
const applySet = (...names: string[]): SessionCommand => ({
  run: `apply ${IN} --prune --applyset=configmaps/set -f -`,
  note: `${names.length} in the set`,
  env: { KUBECTL_APPLYSET: 'true' },
  input: names.map(configMap).join('---\n'),
  sinceMinor: 27,
});

/** What kubectl makes, applied on the server side; the answer is the object with its defaults. */
const GENERATED: readonly SessionCommand[] = [
  'clusterrole strange --verb=get --resource=pods',
  'clusterrole strange-paths --verb=get --non-resource-url=/x',
  'clusterrolebinding strange --clusterrole=strange --user=u --group=g',
  'configmap c --from-literal=a=b',
  'cronjob cj --image=i --schedule=@daily',
  'ingress i --rule=a.b/c*=svc:80,tls=t',
  'job j --image=i',
  'namespace strange-too',
  'poddisruptionbudget p --selector=a=b --min-available=50%',
  'priorityclass strange --value=7 --description=x',
  'quota q --hard=pods=9,secrets=9',
  'role r --verb=get,list --resource=pods,deployments.apps',
  'rolebinding rb --role=r --serviceaccount=strange:default',
  'secret generic s --from-literal=a=b',
  'secret docker-registry sr --docker-username=a --docker-password=b --docker-server=c',
  'service clusterip s1 --tcp=80:8080',
  'service externalname s2 --external-name=a.b',
  'service clusterip s3 --clusterip=None',
  'serviceaccount sa',
].map((made) => ({ run: `create ${made} --dry-run=client -o yaml`, into: `apply --server-side ${IN} -f - -o yaml`, says: /^apiVersion: / }));

const SHOWN: readonly SessionCommand[] = ['cj', 'ingress', 'pdb', 'role', 'rolebinding', 'sa', 'svc', 'pc'].map((kind) => ({ run: `get ${kind} ${IN} -o wide`, says: /NAME/ }));

const ROLLOUTS: readonly SessionCommand[] = [
  { run: `apply ${IN} -f -`, note: 'to roll out', input: DEPLOYMENT, says: /created/ },
  { run: `rollout status deployment/sd ${IN} --timeout=20s`, says: /successfully rolled out/ },
  { run: `set image deployment/sd c=img:2 ${IN}`, says: /image updated/ },
  { run: `annotate deployment/sd kubernetes.io/change-cause=second ${IN}`, says: /annotated?/ },
  { run: `rollout status deployment/sd ${IN} --timeout=20s`, note: 'the second', says: /successfully rolled out/ },
  { run: `rollout history deployment/sd ${IN}`, says: /2 +second/ },
  { run: `rollout undo deployment/sd ${IN}`, says: /rolled back/ },
  { run: `rollout undo deployment/sd --to-revision=9 ${IN}`, code: 1, says: /unable to find specified revision/ },
  { run: `rollout pause deployment/sd ${IN}`, says: /paused/ },
  { run: `rollout restart deployment/sd ${IN}`, code: 1, says: /can't restart paused deployment/ },
  { run: `rollout resume deployment/sd ${IN}`, says: /resumed/ },
  { run: `set serviceaccount deployment sd default ${IN}`, says: /serviceaccount updated/ },
  { run: `set env deployment/sd A=1 B- ${IN}`, says: /env updated/ },
  { run: `set env deployment/sd --list ${IN}`, says: /A=1/ },
];

const SUBRESOURCES: readonly SessionCommand[] = [
  { run: `patch deployment sd ${IN} --subresource=scale -p {"spec":{"replicas":0}}`, note: 'strategic', says: /patched/ },
  { run: `patch deployment sd ${IN} --subresource=scale --type=merge -p {"spec":{"replicas":-1}}`, code: 1, says: /greater than or equal to 0/ },
  { run: `patch deployment sd ${IN} --subresource=status -p {"status":{"conditions":[{"type":"X","status":"True"}]}}`, says: /patched/ },
  { run: `get deployment sd ${IN} --subresource=scale`, says: /DESIRED/ },
  { run: `scale deployment/sd --replicas=0 --current-replicas=5 ${IN}`, code: 1, says: /Expected replicas to be 5, was 0/ },
  { run: `label deployment sd ${IN} --dry-run=server q=r`, says: /labeled \(server dry run\)/ },
  { run: `label deployment sd ${IN} --list`, says: /^a=b$/m },
  { run: `scale deployment/sd --replicas=3 --dry-run=server ${IN}`, says: /scaled \(server dry run\)/ },
  { run: `expose deployment sd --port=80 --dry-run=server ${IN}`, says: /exposed \(server dry run\)/ },
  { run: `delete deployment sd --dry-run=server ${IN}`, says: /deleted.*\(server dry run\)/ },
  { run: `replace --force ${IN} -f -`, input: DEPLOYMENT, says: /replaced/ },
];

const COLLECTIONS: readonly SessionCommand[] = [
  { run: `create ${IN} -f -`, note: 'three', input: ['c1', 'c2', 'c3'].map(configMap).join('---\n'), says: /c3 created/ },
  { run: `get cm ${IN} -l set=x -o go-template={{range.items}}{{.metadata.name}}{{end}}`, says: /c1c2c3/ },
  { run: 'delete --raw /api/v1/namespaces/strange/configmaps?labelSelector=none', says: /"items":\[\]/ },
  { run: `delete cm ${IN} -l set=x --dry-run=server`, says: /c3/ },
  { run: `delete cm ${IN} -l set=x`, says: /c3/ },
  { run: 'delete --raw /api/v1/namespaces/strange/configmaps/none', code: 1, says: /NotFound/ },
  applySet('s1', 's2'),
  applySet('s1'),
  { run: `get cm ${IN} -l set=x -o name`, note: 'what was left out of the set is gone', says: /^configmap\/s1\n$/ },
  { run: 'get --raw /api/v1/pods?fieldSelector=spec.none=x', code: 1, says: /field label not supported: spec\.none/ },
  { run: 'get --raw /api/v1/secrets?fieldSelector=type=none,metadata.name=x', says: /"items":\[\]/ },
  { run: 'get --raw /apis/batch/v1/jobs?fieldSelector=status.successful=1', says: /"items":\[\]/ },
  { run: 'get --raw /api/v1/events?fieldSelector=involvedObject.kind=Pod,involvedObject.uid=c,involvedObject.fieldPath=f,reason=R,reportingComponent=c,source=s,type=Normal', says: /"items":\[\]/ },
  { run: 'get --raw /api/v1/pods?fieldSelector=status.phase=x,spec.nodeName=x,spec.restartPolicy=x,spec.schedulerName=y,spec.serviceAccountName=z,spec.hostNetwork=true,status.podIP=1.2.3.4,status.nominatedNodeName=n', says: /"items":\[\]/ },
  { run: 'get --raw /api/v1/configmaps?labelSelector=a==b,c!=d,e,!f,g+in+(h),i+notin+(j)', says: /"items":\[\]/ },
];

const WAITS: readonly SessionCommand[] = [
  { run: `create ${IN} -f -`, input: POD, says: /created/ },
  { run: `wait ${IN} --for=jsonpath={.spec.nodeName}=elsewhere pod/sp --timeout=5s`, says: /condition met/ },
  { run: `wait ${IN} --for=delete pod/none --timeout=5s` },
  { run: `edit pod sp ${IN}`, note: 'nothing', env: { EDITOR: 'true' }, says: /no changes|cancelled/ },
  { run: `edit pod sp ${IN}`, note: 'refused', env: { EDITOR: 'sed -i s/elsewhere/other/' }, code: 1, says: /is invalid/ },
  { run: `get pod sp ${IN} -w --output-watch-events --request-timeout=1s`, says: /^ADDED +sp/m },
  { run: `create token default ${IN} --audience=x --duration=20m`, says: /^ey/ },
  { run: `create token none ${IN}`, code: 1, says: /"none" not found/ },
  { run: `create token default ${IN} --duration=1m`, code: 1, says: /may not specify a duration less than 10 minutes/ },
  { run: `create token default ${IN} --bound-object-kind=Pod --bound-object-name=none`, code: 1, says: /"none" not found/ },
  { run: `delete pod sp ${IN} --force --grace-period=0`, says: /deleted/ },
];

const READY = '{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}';

const NODES: readonly SessionCommand[] = [
  { run: 'create -f -', note: 'a node', input: 'apiVersion: v1\nkind: Node\nmetadata: {name: nx}\n', says: /node\/nx created/ },
  { run: 'taint node nx a=b:NoSchedule', says: /tainted/ },
  { run: 'taint node nx a=b:NoSchedule', note: 'twice', code: 1, says: /already has a taint/ },
  { run: 'taint node nx a-', says: /untainted/ },
  { run: 'cordon nx', says: /cordoned/ },
  { run: 'get node nx', says: /SchedulingDisabled/ },
  { run: `create ${IN} -f -`, note: 'on the node', input: POD.replace('elsewhere', 'nx'), says: /created/ },
  { run: `patch pod sp ${IN} --subresource=status --type=merge -p ${READY}`, says: /patched/ },
  { run: `create poddisruptionbudget guard ${IN} --selector=app=sp --min-available=1`, says: /created/ },
  { run: `wait ${IN} pdb/guard --for=jsonpath={.status.currentHealthy}=1 --timeout=10s`, says: /condition met/ },
  { run: `get pdb guard ${IN}`, says: /guard +1 +N\/A +0/ },
  { run: 'drain nx --force --timeout=2s', code: 1, says: /would violate the pod's disruption budget/ },
  { run: `patch pdb guard ${IN} --type=merge -p {"spec":{"minAvailable":0}}`, says: /patched/ },
  { run: `wait ${IN} pdb/guard --for=jsonpath={.status.disruptionsAllowed}=1 --timeout=10s`, says: /condition met/ },
  { run: 'drain nx --force --timeout=20s', note: 'allowed', says: /node\/nx drained/ },
  { run: 'uncordon nx', says: /uncordoned/ },
  { run: 'delete node nx', says: /deleted/ },
];

const OTHERS: readonly SessionCommand[] = [
  { run: 'auth can-i get pods --as=nobody', code: 1, says: /no/ },
  { run: 'auth can-i get /healthz --as=nobody', says: /yes/ },
  { run: `auth can-i --list --as=system:serviceaccount:strange:default ${IN}`, says: /selfsubjectreviews/ },
  { run: 'auth whoami --as=jane --as-group=g1 --as-uid=7 --as-user-extra=a=b -o jsonpath={.status.userInfo}', says: /"username":"jane"/, sinceMinor: 35 },
  { run: `auth reconcile ${IN} -f -`, input: ROLE, says: /reconciled/ },
  { run: `auth reconcile ${IN} -f -`, note: 'more', input: ROLE.replace('verbs: [get]', 'verbs: [list]'), says: /reconciled/ },
  { run: `get role reconciled ${IN} -o jsonpath={.rules}`, says: /get.*list/ },
  { run: `get pods ${IN} --as=jane`, code: 1, says: /User "jane" cannot list resource "pods"/ },
  { run: 'create clusterrolebinding more --clusterrole=cluster-admin --user=jane --as=jane', code: 1, says: /forbidden/ },
  { run: `apply ${IN} --server-side -f -`, note: 'after apply', input: DEPLOYMENT, says: /serverside-applied/ },
  { run: `apply ${IN} -f -`, note: 'after apply --server-side', input: DEPLOYMENT },
  { run: `apply set-last-applied ${IN} --create-annotation -f -`, input: DEPLOYMENT },
  { run: `diff ${IN} --server-side --force-conflicts -f -`, input: DEPLOYMENT.replace('img:1', 'img:9'), code: 1, says: /^\+.*img:9/m },
  { run: `delete -f - ${IN}`, input: DEPLOYMENT, says: /deleted/ },
  { run: 'delete clusterrole strange strange-paths', says: /deleted/ },
  { run: 'delete clusterrolebinding strange', says: /deleted/ },
  { run: 'delete pc strange', says: /deleted/ },
  { run: 'delete ns strange strange-too', says: /deleted/ },
];

export const STRANGER_COMMANDS: readonly SessionCommand[] = [
  { run: 'create ns strange', says: /created/ },
  ...[GENERATED, SHOWN, ROLLOUTS, SUBRESOURCES, COLLECTIONS, WAITS, NODES, OTHERS].flat(),
];
