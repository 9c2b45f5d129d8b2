// What people do with kubectl, as one session: each command goes on where the one before it ended. The same table is held with
// our server in `npm test`, and with ours and the referee by `npm run referee -- clients`.
import type { SessionCommand } from './command-session.ts';
import { DESCRIBED_COMMANDS } from './described-commands.ts';
import { STRANGER_COMMANDS } from './stranger-commands.ts';

// No such node: nobody but the session changes the Pod.
const POD = `apiVersion: v1
kind: Pod
metadata: {name: p1, labels: {app: p}}
spec:
  nodeName: elsewhere
  terminationGracePeriodSeconds: 0
  containers: [{name: c, image: busybox}]
`;

const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata: {name: cm1, labels: {a: b}}
data: {a: "1", b: "2"}
`;

// No replicas: whether something runs is the matter of controllers and nodes.
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: d1}
spec:
  replicas: 0
  selector: {matchLabels: {app: d}}
  template:
    metadata: {labels: {app: d}}
    spec: {containers: [{name: c, image: "img:1", ports: [{containerPort: 80}]}]}
`;

const JOB = `apiVersion: batch/v1
kind: Job
metadata: {name: j1}
spec:
  suspend: true
  template:
    spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}
`;

const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.session.example}
spec:
  group: session.example
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}
    additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            description: What is wished.
            type: object
            x-kubernetes-validations: [{rule: "self.size >= oldSelf.size", message: it can only grow}]
            properties:
              size: {type: integer, minimum: 1, maximum: 10, default: 3, description: How large it is.}
              colour: {type: string, enum: [red, green]}
          status: {type: object, properties: {size: {type: integer}}}
`;

const WIDGET = 'apiVersion: session.example/v1\nkind: Widget\nmetadata: {name: w1}\nspec: {colour: red}\n';

const DISCOVERY: readonly SessionCommand[] = [
  { run: 'version', says: /Server Version/ },
  { run: 'api-versions', says: /^apps\/v1$[^]*^v1$/m },
  { run: 'api-resources --namespaced=true -o name', says: /^pods$/m },
  { run: 'api-resources --namespaced=false -o name', says: /^namespaces$/m },
  { run: 'get --raw /readyz', says: /ok/ },
  { run: 'cluster-info', says: /control plane/ },
  { run: 'explain pod.spec.containers', says: /FIELDS/ },
  { run: 'explain pods --recursive', says: /activeDeadlineSeconds/ },
  { run: 'explain deployment.spec.strategy.rollingUpdate.maxSurge', says: /maxSurge/ },
  { run: 'explain job.spec --api-version=batch/v1', says: /backoffLimit/ },
];

const PODS: readonly SessionCommand[] = [
  { run: 'get pods', says: /No resources found in default namespace/ },
  { run: 'get pods -A --field-selector=metadata.name=none', says: /No resources found/ },
  { run: 'create -f -', input: POD, says: /^pod\/p1 created$/m },
  { run: 'create -f -', input: POD, code: 1, says: /AlreadyExists/ },
  { run: 'create -f -', input: POD.replace('image:', 'colour: red, image:').replace('p1', 'p2'), code: 1, says: /unknown field "spec\.containers\[0\]\.colour"/ },
  { run: 'wait --for=create pod/p1 --timeout=3s', says: /condition met/, sinceMinor: 31 },
  { run: 'get pods', says: /p1 +0\/1 +Pending/ },
  { run: 'get pods p1 -o wide', says: /elsewhere/ },
  { run: 'get pod p1 -o yaml', says: /qosClass: BestEffort/ },
  { run: 'get pods -o name', says: /^pod\/p1$/m },
  { run: 'get pods -o custom-columns=N:.metadata.name', says: /^p1$/m },
  { run: 'get pods --sort-by=.metadata.name', says: /p1/ },
  { run: 'get pods --server-print=false', says: /p1/ },
  { run: 'get pods --chunk-size=1', says: /p1/ },
  { run: 'get pods -l app=p,app!=q --show-labels', says: /app=p/ },
  { run: 'get pods -l app+in+(p', code: 1, says: /unable to parse/ },
  { run: 'get pod p1 --subresource=status', says: /p1/ },
  { run: 'get pods,cm -o name', says: /pod\/p1/ },
  { run: 'get all', says: /pod\/p1/ },
  { run: 'describe pod p1', says: /Name: +p1/ },
  { run: 'label pod p1 x=y', says: /pod\/p1 labeled/ },
  { run: 'label pod p1 x=z', code: 1, says: /already has a value/ },
  { run: 'label pod p1 x-', says: /pod\/p1 unlabeled/ },
  { run: 'annotate pod p1 x=y --overwrite', says: /pod\/p1 annotated?/ },
  { run: 'set image pod/p1 c=alpine', says: /image updated/ },
  { run: 'edit pod p1', env: { EDITOR: 'sed -i s/alpine/debian/' }, says: /pod\/p1 edited/ },
  { run: 'patch pod p1 -p {"spec":{"containers":[{"name":"c","command":["x"]}]}}', code: 1, says: /pod updates may not change fields other than/ },
  { run: 'patch pod p1 --subresource=status --type=merge -p {"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}', says: /patched/ },
  { run: 'wait --for=condition=Ready pod/p1 --timeout=5s', says: /condition met/ },
  { run: 'wait --for=condition=Ready pod -l app=p --timeout=5s', says: /condition met/ },
  { run: 'wait --for=jsonpath={.status.phase}=Running pod/p1 --timeout=5s', says: /condition met/ },
  { run: 'wait --for=condition=Ready pod/p1 --timeout=4s', env: { KUBE_FEATURE_WatchListClient: 'true' }, says: /condition met/ },
  { run: 'wait --for=condition=Nope pod/p1 --timeout=1s', code: 1, says: /timed out/ },
  { run: 'wait --for=delete pod/p1 --timeout=1s', code: 1, says: /timed out/ },
  // Here the Pod is told that its node does not exist.
  { run: 'events --for pod/p1', says: /No events found|NodeNotFound/ },
  { run: 'get events', says: /No resources found|NodeNotFound/ },
  { run: 'logs p1', code: 1 },
  { run: 'logs nosuch', code: 1, says: /pods "nosuch" not found/ },
  { run: 'logs p1 -c none', code: 1, says: /container none is not valid for pod p1/ },
  // Of Pods that do not run.
  { run: 'top pods', code: 1, says: /Metrics API not available|metrics not available yet/ },
  { run: 'wait --for=delete pod/p1 --timeout=10s', meanwhile: 'delete pod p1 --force --grace-period=0' },
  { run: 'delete pod nosuch --ignore-not-found' },
  { run: 'delete pod nosuch', code: 1, says: /NotFound/ },
  { run: 'delete pod -l app=zz', says: /No resources found/ },
  { run: 'run rp --image=busybox --restart=Never --overrides={"spec":{"nodeName":"elsewhere"}} -- sleep 1', says: /pod\/rp created/ },
  { run: 'expose pod rp --port=80', says: /service\/rp exposed/ },
  { run: 'delete service rp', says: /deleted/ },
  { run: 'delete pods --all --force', says: /"rp" force deleted/ },
];

const CONFIG_MAPS: readonly SessionCommand[] = [
  { run: 'create -f -', input: CONFIG_MAP, says: /configmap\/cm1 created/ },
  { run: 'apply -f -', input: CONFIG_MAP, says: /configured[^]*missing the kubectl\.kubernetes\.io\/last-applied-configuration annotation/ },
  { run: 'apply -f -', input: CONFIG_MAP, says: /cm1 unchanged/ },
  { run: 'apply -f -', input: CONFIG_MAP.replace('"1"', '"2"'), says: /cm1 configured/ },
  { run: 'diff -f -', input: CONFIG_MAP, code: 1, says: /^\+ +a: "1"$/m },
  { run: 'apply view-last-applied cm cm1', says: /a: "2"/ },
  { run: 'apply --validate=false -f -', input: CONFIG_MAP, says: /configured/ },
  { run: 'replace -f -', input: CONFIG_MAP, says: /replaced/ },
  { run: 'patch cm cm1 --type=json -p [{"op":"replace","path":"/data/a","value":"z"}]', says: /patched/ },
  { run: 'patch cm cm1 --type=json -p [{"op":"test","path":"/data/a","value":"y"}]', code: 1 },
  { run: 'apply --server-side -f -', input: CONFIG_MAP, code: 1, says: /Apply failed with \d+ conflict/ },
  { run: 'apply --server-side --force-conflicts -f -', input: CONFIG_MAP, says: /serverside-applied/ },
  { run: 'apply --server-side --field-manager=other -f -', input: CONFIG_MAP.replace('"1"', '"9"'), code: 1, says: /conflict with "kubectl"/ },
  { run: 'get cm cm1 -o yaml --show-managed-fields', says: /operation: Apply/ },
  { run: 'apply -f - --prune -l a=b --prune-allowlist=core/v1/ConfigMap', input: CONFIG_MAP.replace('cm1', 'cm2'), says: /cm2 created/ },
  { run: 'get cm -l a=b -o jsonpath={.items[*].metadata.name}' },
  { run: 'create configmap cz --from-literal=a=b', says: /created/ },
  { run: 'create secret generic sz --from-literal=a=b', says: /created/ },
  { run: 'describe secret sz', says: /a: +1 bytes/ },
  { run: 'get secret sz -o jsonpath={.data.a}', says: /Yg==/ },
  { run: 'create quota q --hard=configmaps=1', says: /created/ },
  { run: 'delete quota q', says: /deleted/ },
  { run: 'delete -f -', input: CONFIG_MAP.replace('cm1', 'cm2'), says: /deleted/ },
];

const WORKLOADS: readonly SessionCommand[] = [
  { run: 'apply --dry-run=client -f -', input: DEPLOYMENT, says: /created \(dry run\)/ },
  { run: 'apply --dry-run=server -f -', input: DEPLOYMENT, says: /created \(server dry run\)/ },
  { run: 'apply -f -', input: DEPLOYMENT, says: /deployment\.apps\/d1 created/ },
  { run: 'get deployment d1', says: /d1 +0\/0/ },
  { run: 'get deployment d1 -o jsonpath={.spec}', says: /"progressDeadlineSeconds":600/ },
  { run: 'set image deployment/d1 c=img:2', says: /image updated/ },
  { run: 'set env deployment/d1 FOO=bar', says: /env updated/ },
  { run: 'set resources deployment/d1 --limits=memory=64Mi', says: /resource requirements updated/ },
  { run: 'rollout restart deployment/d1', says: /restarted/ },
  { run: 'patch deployment d1 -p {"spec":{"paused":true}}', says: /patched/ },
  { run: 'patch deployment d1 -p {"spec":{"selector":{"matchLabels":{"app":"e"}}}}', code: 1, says: /spec\.selector|immutable/ },
  { run: 'rollout resume deployment/d1', says: /resumed/ },
  { run: 'expose deployment d1 --port=80', says: /exposed/ },
  { run: 'get service d1 -o jsonpath={.spec.ports}', says: /"targetPort":80/ },
  { run: 'diff -f -', input: DEPLOYMENT, code: 1, says: /img:1/ },
  { run: 'apply --server-side --force-conflicts --field-manager=me -f -', input: DEPLOYMENT, says: /serverside-applied/ },
  { run: 'get deployment d1 -o jsonpath={.spec.template.spec.containers[0]}', says: /"image":"img:1"/ },
  { run: 'scale deployment/d1 --replicas=0', says: /scaled/ },
  { run: 'autoscale deployment d1 --max=3', says: /autoscaled/ },
  { run: 'logs deployment/none', code: 1, says: /"none" not found/ },
  { run: 'delete deployment d1 --cascade=foreground --wait=false', says: /deleted/ },
  { run: 'apply -f -', input: JOB, says: /job\.batch\/j1 created/ },
  { run: 'get job j1', says: /j1/ },
  { run: 'wait --for=condition=complete job/j1 --timeout=1s', code: 1, says: /timed out/ },
  { run: 'delete job j1 --cascade=orphan', says: /deleted/ },
  { run: 'create job jx --image=busybox --dry-run=server -o yaml -- echo hi', says: /completionMode: NonIndexed/ },
  { run: 'create cronjob cx --image=busybox --schedule=*/5\u00a0*\u00a0*\u00a0*\u00a0* --dry-run=server -o name', says: /cronjob\.batch\/cx/ },
  { run: 'create deployment dz --image=busybox --replicas=0', says: /created/ },
  { run: 'delete deployment dz', says: /deleted/ },
];

const CUSTOM: readonly SessionCommand[] = [
  { run: 'apply -f -', input: DEFINITION, says: /customresourcedefinition.*created/ },
  { run: 'wait --for=condition=Established crd/widgets.session.example --timeout=10s', says: /condition met/ },
  { run: 'get crd widgets.session.example', says: /widgets\.session\.example/ },
  { run: 'apply -f -', input: WIDGET, says: /widget\.session\.example\/w1 created/ },
  { run: 'get wd', says: /NAME +SIZE\nw1 +3/ },
  { run: 'explain widget.spec', says: /How large it is/ },
  { run: 'apply -f -', input: WIDGET.replace('red', 'blue'), code: 1, says: /Unsupported value: "blue"/ },
  { run: 'apply -f -', note: 'unknown field of a custom resource', input: WIDGET.replace('colour', 'color'), code: 1, says: /unknown field "spec\.color"/ },
  { run: 'patch widget w1 --type=merge -p {"spec":{"size":9}}', says: /patched/ },
  { run: 'patch widget w1 --type=merge -p {"spec":{"size":2}}', code: 1, says: /it can only grow/ },
  { run: 'patch widget w1 -p {"spec":{"size":10}}', code: 1 },
  { run: 'scale widget w1 --replicas=10', says: /scaled/ },
  { run: 'patch widget w1 --subresource=status --type=merge -p {"status":{"size":9}}', says: /patched/ },
  { run: 'get widget w1 -o yaml', says: /size: 10/ },
  { run: 'describe widget w1', says: /Colour: +red/ },
  { run: 'delete widget w1 --now', says: /deleted/ },
  { run: 'delete crd widgets.session.example', says: /deleted/ },
  { run: 'get wd', note: 'its kind is gone', code: 1, says: /could not find the requested resource/ },
];

const ACCESS: readonly SessionCommand[] = [
  { run: 'auth can-i create pods', says: /yes/ },
  { run: 'auth can-i --list', says: /\*\.\*/ },
  { run: 'create serviceaccount robot', says: /created/ },
  { run: 'create token robot --duration=10m', says: /^ey/ },
  { run: 'auth can-i get secrets --as=system:serviceaccount:default:robot', code: 1, says: /no/ },
  { run: 'create role reader --verb=get --resource=secrets', says: /created/ },
  { run: 'create rolebinding reads --role=reader --serviceaccount=default:robot', says: /created/ },
  { run: 'auth can-i get secrets --as=system:serviceaccount:default:robot', says: /yes/ },
  { run: 'get secrets --as=system:serviceaccount:default:robot', code: 1, says: /cannot list resource "secrets"/ },
  { run: 'describe role reader', says: /secrets/ },
  { run: 'auth whoami', says: /Username/, sinceMinor: 28 },
  { run: 'create namespace foo', says: /namespace\/foo created/ },
  { run: 'create cm in-foo -n foo', says: /created/ },
  { run: 'delete ns foo', says: /deleted/ },
  { run: 'get cm -n foo -o name' },
  // A namespace is made when it is first used.
  { run: 'create cm late -n foo', says: /created/ },
];

export const KUBECTL_COMMANDS: readonly SessionCommand[] = [...DISCOVERY, ...PODS, ...CONFIG_MAPS, ...WORKLOADS, ...CUSTOM, ...ACCESS, ...STRANGER_COMMANDS, ...DESCRIBED_COMMANDS];
