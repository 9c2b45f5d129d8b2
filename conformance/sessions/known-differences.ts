// What kubectl shows differently with ours than with a cluster, and why that stays. Read by compare-clients.ts and printed into
// docs/reference/differences.md.

export interface KnownDifference {
  /** As `idOf` names them. */
  readonly commands: readonly string[];
  readonly reason: string;
}

export const KNOWN_SESSION_DIFFERENCES: readonly KnownDifference[] = [
  { commands: ['version'], reason: 'Slipway answers as release 1.32, the referee is of another release; kubectl warns when two releases lie between.' },
  {
    commands: ['api-versions', 'api-resources --namespaced=true -o name', 'api-resources --namespaced=false -o name', 'get all'],
    reason:
      'Kinds that Kubeflow does not touch are not there: PodTemplate, device claims, drivers of storage, flow control, certificate requests, admission policies, API services.',
  },
  {
    commands: [
      'explain pod.spec.containers',
      'explain pods --recursive',
      'explain deployment.spec.strategy.rollingUpdate.maxSurge',
      'explain job.spec --api-version=batch/v1',
    ],
    reason: 'Fields and types of built-in kinds are there, the prose about them and the lists of their values are not; `Quantity` and `IntOrString` are shown as the types they are written in.',
  },
  {
    commands: ['get pod p1 -o yaml', 'describe pod p1'],
    reason: 'Pods get the account `default` and its token here, as in a cluster; the referee runs without that admission plug-in.',
  },
  {
    commands: ['create ingress i --rule=a.b/c*=svc:80,tls=t --dry-run=client -o yaml', 'apply -n described -f - (a ingress)', 'apply -n described -f - (a networkpolicy)'],
    reason: 'A warning says that nothing on this machine routes by Ingresses, or enforces NetworkPolicies.',
  },
  {
    commands: ['describe endpoints x -n described'],
    reason: 'Endpoints have no label and no time of who writes them, and since release 1.33 a cluster warns that they are out of date.',
  },
  { commands: ['create quota q --hard=pods=9,secrets=9 --dry-run=client -o yaml'], reason: 'A quota is counted in the write that makes it; in a cluster a controller does it a moment later.' },
  { commands: ['patch deployment sd -n strange --subresource=scale -p {"spec":{"replicas":0}} (strategic)'], reason: 'A Scale of no replicas says `replicas: 0`; a cluster leaves it out, so that kubectl takes the same number for a change.' },
  {
    commands: [
      'get pods -l app+in+(p',
      'patch pod p1 -p {"spec":{"containers":[{"name":"c","command":["x"]}]}}',
      'patch cm cm1 --type=json -p [{"op":"test","path":"/data/a","value":"y"}]',
      'get wd (its kind is gone)',
    ],
    reason: 'The same refusal in other words: ours name the field or the operation and what to do.',
  },
  { commands: ['patch deployment d1 -p {"spec":{"selector":{"matchLabels":{"app":"e"}}}}'], reason: 'The same causes in another order.' },
  { commands: ['logs p1'], reason: 'A Pod on a node that does not exist: a cluster looks for the node, Slipway says that the container has not started.' },
  { commands: ['events --for pod/p1', 'get events'], reason: 'A Pod that names a node which does not exist is told so by an event; a cluster says nothing, and removes it after a while.' },
  { commands: ['top pods'], reason: 'The usage of Pods is measured without anything to install; a cluster has no metrics.k8s.io before metrics-server.' },
  { commands: ['get job j1'], reason: 'The word `Suspended` comes from a condition that the controller of Jobs writes.' },
  { commands: ['apply -f - (unknown field of a custom resource)'], reason: 'Refused with 400 as on create, upstream has 422 for patches; the sentence about the field is the same.' },
  { commands: ['auth can-i --list'], reason: 'Who may do everything is told just that; what everybody may read besides is left out.' },
  { commands: ['auth whoami'], reason: 'The name of the user of this machine; there is no uid.' },
  { commands: ['create cm late -n foo'], reason: 'A namespace that is named for the first time is made on the spot (single-user mode), so tutorials work without preparation.' },
];
