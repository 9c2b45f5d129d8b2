import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject, KubeObject } from '../../../base/mod.ts';
import { STEP_ANNOTATION } from '../../../api/mod.ts';
import { GANG_ANNOTATION, GANG_LABEL } from './demand.ts';
import { planScheduling, type SchedulingDecision, type SchedulingSnapshot } from './plan.ts';

const MACHINE = { cpu: '2', memory: '4Gi', pods: '10', 'nvidia.com/gpu': '2' };
let createdCount = 0;

function node(more: JsonObject = {}, labels: JsonObject = {}): KubeObject {
  const status = { allocatable: MACHINE, conditions: [{ type: 'Ready', status: 'True' }] };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: 'box', labels: { 'kubernetes.io/hostname': 'box', ...labels } as Record<string, string> }, spec: more, status };
}

interface Wanted {
  readonly requests?: JsonObject;
  readonly on?: string;
  readonly priority?: number;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
  readonly isLeaving?: boolean;
}

/** Each is a second younger than the one before. */
function pod(name: string, { requests = {}, on, priority = 0, labels = {}, annotations = {}, spec = {}, status = {}, isLeaving = false }: Wanted = {}): KubeObject {
  const creationTimestamp = new Date(createdCount++ * 1000).toISOString();
  const deleted = isLeaving ? { deletionTimestamp: creationTimestamp } : {};
  const containers = [{ name: 'main', image: 'busybox', resources: { requests }, ...(spec['ports'] === undefined ? {} : { ports: spec['ports'] }) }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name, creationTimestamp, labels, annotations, ...deleted },
    spec: { priority, containers, ...spec, ...(on === undefined ? {} : { nodeName: on }) },
    status: { phase: on === undefined ? 'Pending' : 'Running', ...status },
  };
}

function decide(pods: readonly KubeObject[], more: Partial<SchedulingSnapshot> = {}): readonly SchedulingDecision[] {
  const snapshot: SchedulingSnapshot = {
    pods,
    nodes: [node()],
    budgets: [],
    assumed: new Map(),
    countMinOf: () => undefined,
    namespaceLabels: () => ({}),
    storage: { claim: () => undefined, storageClass: () => undefined, volumes: () => [] },
    leniency: { isOvercommitOn: false, isGpuOptional: false },
    nowMs: 0,
    ...more,
  };
  return [...planScheduling(snapshot)].filter(({ kind }) => kind !== 'pause');
}

/** One line each. */
function outcome(pods: readonly KubeObject[], more: Partial<SchedulingSnapshot> = {}): readonly string[] {
  return decide(pods, more).map((decision) => {
    switch (decision.kind) {
      case 'bind':
        return `${decision.pod.metadata.name} → ${decision.nodeName}`;
      case 'wait':
        return `${decision.pod.metadata.name}: ${decision.waiting.counts} ${decision.waiting.sentence}`;
      case 'preempt':
        return `${decision.places.map((place) => place.pod.metadata.name).join('+')} displaces ${decision.victims.map(({ metadata }) => metadata.name).join('+')}`;
      default:
        return `${decision.kind} ${decision.kind === 'gated' ? decision.pod.metadata.name : ''}`;
    }
  });
}

test('Pods go by priority, then by age, as long as there is room; why the others wait names who holds it', () => {
  const running = pod('holder', { requests: { cpu: '500m' }, on: 'box' });
  const pods = [running, pod('young', { requests: { cpu: '1' } }), pod('important', { requests: { cpu: '1' }, priority: 5 }), pod('small', { requests: { cpu: '500m' } })];
  assert.deepEqual(outcome(pods), [
    'important → box',
    'young: 0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod. It asks for 1 CPU; box has 2 CPUs, held by default/important (1), default/holder (0.5).',
    'small → box',
  ]);
  const ended = pod('ended', { requests: { cpu: '2' }, on: 'box', status: { phase: 'Succeeded' } });
  assert.deepEqual(outcome([ended, pod('next', { requests: { cpu: '2' } })]), ['next → box'], 'what has ended holds nothing');
  assert.deepEqual(outcome([pod('bound', { requests: { cpu: '2' } }), pod('next', { requests: { cpu: '1' } })], { assumed: new Map([['bound', 'box']]) }).length, 1);
});

test('a pipeline step holds what it asks for from its node on; one that asks for nothing only while it runs', () => {
  const step = (name: string, wanted: Wanted) => pod(name, { requests: { cpu: '2' }, annotations: { [STEP_ANNOTATION]: '{}' }, ...wanted });
  assert.match(outcome([step('waiting', {}), step('queued', { on: 'box', status: { phase: 'Pending' } })])[0]!, /^waiting: .*held by default\/queued \(2\)\.$/);
  const nodes = [{ ...node(), status: { ...node().status, allocatable: { ...MACHINE, pods: '1' } } }];
  assert.deepEqual(outcome([step('placed', { requests: {} }), step('queued', { requests: {}, on: 'box', status: { phase: 'Pending' } })], { nodes }), ['placed → box']);
  assert.deepEqual(outcome([step('accelerated', { requests: { 'nvidia.com/gpu': '4' } })]), ['accelerated → box'], 'the node refuses it, and its run says why');
  assert.match(outcome([step('large', { requests: { cpu: '4' } })])[0]!, /^large: .*start Slipway with --overcommit true\.$/);

  const note = 'LimitRanger plugin set: cpu, memory request for container main; cpu limit for container main';
  const given = (name: string, phase: string, requests: JsonObject) => step(name, { requests, on: 'box', annotations: { [STEP_ANNOTATION]: '{}', 'kubernetes.io/limit-ranger': note }, status: { phase } });
  const next = () => pod('next', { requests: { cpu: '1' } });
  assert.deepEqual(outcome([given('queued', 'Pending', { cpu: '2', memory: '1Gi' }), next()]), ['next → box'], 'what a LimitRange gave counts once it runs');
  assert.match(outcome([given('running', 'Running', { cpu: '2', memory: '1Gi' }), next()])[0]!, /^next: .*held by default\/running \(2\)\.$/);
  assert.match(outcome([given('asking', 'Pending', { cpu: '2', 'nvidia.com/gpu': '1' }), next()])[0]!, /^next: .*held by default\/asking \(2\)\.$/, 'one that asks itself was judged');
});

test('a large Pod that has waited for long has a turn, for a while: those that came later leave it the room', () => {
  const [running, large, small] = [pod('running', { requests: { cpu: '1' }, on: 'box', spec: { restartPolicy: 'Never' } }), pod('large', { requests: { cpu: '2' } }), pod('small', { requests: { cpu: '500m' } })];
  const after = (seconds: number, pods = [running, large, small]) => outcome(pods, { nowMs: Date.parse(large.metadata.creationTimestamp!) + seconds * 1000 }).at(-1)!;
  assert.equal(after(59), 'small → box');
  assert.match(after(61), /^small: .*held by default\/large, whose turn it is \(2\), default\/running \(1\)\.$/);
  assert.equal(after(76), 'small → box', 'a turn ends');
  assert.match(after(149), /^small: /, 'the next one comes later and lasts longer');
  assert.equal(after(151), 'small → box');
  const lasting = pod('lasting', { requests: { cpu: '1' }, on: 'box' });
  assert.equal(after(61, [lasting, large, small]), 'small → box', 'beside what never ends it would be in vain');
  assert.equal(after(61, [running, large, pod('urgent', { requests: { cpu: '500m' }, priority: 1 })].toReversed()).split(':')[0], 'large', 'who is more important goes first');
  const members = ['a', 'b'].map((name) => pod(name, { requests: { cpu: '1' }, labels: { [GANG_LABEL]: 'g' } }));
  const late = pod('late', { requests: { cpu: '500m' } });
  assert.match(outcome([running, ...members, late], { nowMs: Date.parse(members[0]!.metadata.creationTimestamp!) + 61_000, countMinOf: () => 2 }).at(-1)!, /^late: .*whose turn it is/);
});

test('what keeps a Pod away for good says what to do about it', () => {
  const sentence = (wanted: Wanted, machine = node()) => outcome([pod('p', wanted)], { nodes: [machine] })[0];
  assert.match(sentence({ requests: { 'nvidia.com/gpu': '4' } })!, /1 Insufficient nvidia\.com\/gpu\. preemption: .*: 1 Preemption is not helpful for scheduling\. It asks for 4 nvidia\.com\/gpu, and box has 2 nvidia\.com\/gpu: run it on a machine that has them, or start Slipway with --gpu cpu-fallback to run it without\.$/);
  assert.match(sentence({ requests: { memory: '8Gi' } })!, /It asks for 8\.0 GiB of memory, and box has 4\.0 GiB of memory: ask for less, or start Slipway with --overcommit true\.$/);
  assert.match(sentence({ spec: { nodeSelector: { disk: 'ssd' } } })!, /1 node\(s\) didn't match Pod's node affinity\/selector\. .*box does not have the labels that it wants: disk=ssd\.$/);
  const tainted = node({ taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] });
  assert.match(sentence({}, tainted)!, /1 node\(s\) had untolerated taint \{k: v\}\. .*box has the taint k=v:NoSchedule, which it does not tolerate\.$/);
  assert.equal(sentence({ spec: { tolerations: [{ key: 'k', operator: 'Exists' }] } }, tainted), 'p → box');
  assert.match(sentence({}, node({ unschedulable: true }))!, /1 node\(s\) were unschedulable\. .*`kubectl uncordon box`\.$/);
  assert.equal(outcome([pod('p')], { nodes: [] })[0], 'p: no nodes available to schedule pods No node is ready: the one of this machine comes with `slipway up`.');
  assert.deepEqual(outcome([pod('p', { spec: { schedulingGates: [{ name: 'g' }] } })]), ['gated p']);
});

test('a Pod that wants a device by a resource claim waits, and is told how it gets one', () => {
  const [waiting] = outcome([pod('claiming', { spec: { resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }] } })]);
  assert.match(waiting!, /^claiming: 0\/1 nodes are available: 1 cannot allocate all claims\..* It asks for a device by the resource claim gpu, .* nvidia\.com\/gpu\.$/);
});

test('node affinity, host ports, and Pods that want each other or not within a topology', () => {
  const nodes = [node({}, { zone: 'a', gen: '3' })];
  const affine = (operator: string, values: readonly string[]) => ({
    spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'gen', operator, values }] }] } } } },
  });
  const isBound = (pods: readonly KubeObject[]) => outcome(pods, { nodes }).every((line) => line.includes('→'));
  assert.ok(isBound([pod('p', affine('Gt', ['2'])), pod('q', affine('NotIn', ['1', '2']))]));
  assert.ok(!isBound([pod('p', affine('In', ['1']))]));

  const port = { spec: { ports: [{ containerPort: 80, hostPort: 80 }] } };
  assert.match(outcome([pod('web', { ...port, on: 'box' }), pod('other', port)])[0]!, /didn't have free ports.*port 80 of box \(hostPort\) is taken by default\/web\.$/);

  const beside = (kind: string, topologyKey: string) => ({ labels: { app: 'x' }, spec: { affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels: { app: 'x' } } }] } } } });
  assert.ok(isBound([pod('first', beside('podAffinity', 'zone')), pod('second', beside('podAffinity', 'zone'))]), 'the first of a set may come alone');
  assert.match(outcome([pod('lost', beside('podAffinity', 'rack'))], { nodes })[0]!, /didn't match pod affinity rules/);
  assert.match(outcome([pod('one', beside('podAntiAffinity', 'zone')), pod('two', { labels: { app: 'x' } })], { nodes })[1]!, /didn't satisfy existing pods anti-affinity rules.*default\/one wants no Pod like it beside itself/);
  assert.ok(isBound([pod('one', beside('podAntiAffinity', 'rack')), pod('two', { labels: { app: 'x' } })]), 'a node without the label has no such topology');
});

test('all terms of podAffinity mean the same Pod; matchLabelKeys and namespaceSelector narrow and widen whom they mean', () => {
  const nodes = [node({}, { zone: 'a' })];
  const term = (matchLabels: JsonObject, more: JsonObject = {}) => ({ topologyKey: 'zone', labelSelector: { matchLabels }, ...more });
  const wanting = (kind: string, terms: readonly JsonObject[], labels: Record<string, string> = {}) => pod('wanting', { labels, spec: { affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: terms } } } });
  const told = (present: readonly KubeObject[], candidate: KubeObject, more: Partial<SchedulingSnapshot> = {}) => outcome([...present, candidate], { nodes, ...more })[0]!;
  const both = wanting('podAffinity', [term({ app: 'x' }), term({ tier: 'y' })]);
  assert.match(told([pod('app', { on: 'box', labels: { app: 'x' } }), pod('tier', { on: 'box', labels: { tier: 'y' } })], both), /didn't match pod affinity rules/, 'two Pods, each of which one term means');
  assert.match(told([pod('friend', { on: 'box', labels: { app: 'x', tier: 'y' } })], both), /→ box/);
  assert.match(told([], wanting('podAffinity', [term({ app: 'x' }), term({ tier: 'y' })], { app: 'x' })), /didn't match pod affinity rules/, 'it is itself no friend');
  assert.match(told([], wanting('podAffinity', [term({ app: 'x' }), term({ tier: 'y' })], { app: 'x', tier: 'y' })), /→ box/);

  const apart = wanting('podAntiAffinity', [term({ app: 'x' }, { matchLabelKeys: ['version'] })], { app: 'x', version: '2' });
  assert.match(told([pod('old', { on: 'box', labels: { app: 'x', version: '1' } })], apart), /→ box/);
  assert.match(told([pod('new', { on: 'box', labels: { app: 'x', version: '2' } })], apart), /didn't match pod anti-affinity rules/);

  const elsewhere = pod('elsewhere', { on: 'box', labels: { app: 'x' } });
  const foreign = { ...elsewhere, metadata: { ...elsewhere.metadata, namespace: 'other' } };
  const namespaceLabels = (name: string): Record<string, string> => (name === 'other' ? { team: 'red' } : {});
  const across = (selector: JsonObject) => told([foreign], wanting('podAntiAffinity', [term({ app: 'x' }, { namespaceSelector: selector })]), { namespaceLabels });
  assert.match(across({ matchLabels: { team: 'blue' } }), /→ box/);
  assert.match(across({ matchLabels: { team: 'red' } }), /anti-affinity/);
  assert.match(across({}), /anti-affinity/, 'an empty selector means all namespaces');
});

test('Pods are spread as evenly as they must be', () => {
  const zones = ['a', 'b'].map((zone) => ({ ...node({}, { zone }), metadata: { name: zone, labels: { zone } } }));
  const spread = (name: string, constraint: JsonObject = {}, on?: string) =>
    pod(name, { labels: { app: 'x' }, ...(on === undefined ? {} : { on }), spec: { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'x' } }, ...constraint }] } });
  assert.deepEqual(outcome([spread('1'), spread('2'), spread('3'), spread('4')], { nodes: zones }).map((line) => line.slice(-1)).toSorted(), ['a', 'a', 'b', 'b']);
  assert.match(outcome([spread('1', {}, 'a'), spread('2', { nodeAffinityPolicy: 'Ignore' })], { nodes: zones })[0]!, /^2 → b$/);
  const cordoned = [zones[0]!, { ...zones[1]!, spec: { unschedulable: true } }];
  assert.match(outcome([spread('1', {}, 'a'), spread('2')], { nodes: cordoned })[0]!, /1 node\(s\) didn't match pod topology spread constraints.*on a there would be 2 Pods like it and the place with the fewest has 0/);
  assert.deepEqual(outcome([spread('1', {}, 'a'), spread('2', { whenUnsatisfiable: 'ScheduleAnyway' })], { nodes: cordoned }), ['2 → a']);
  assert.deepEqual(outcome([spread('1'), spread('2'), spread('3')], { nodes: [zones[0]!] }), ['1 → a', '2 → a', '3 → a'], 'one node is always even');
  assert.match(outcome([spread('1', { minDomains: 2 }), spread('2', { minDomains: 2 })], { nodes: [zones[0]!] })[1]!, /fewer than 2 places have the label zone/);
  assert.match(outcome([spread('1', { topologyKey: 'rack' })], { nodes: zones })[0]!, /2 node\(s\) didn't match pod topology spread constraints \(missing required label\)/);
});

test('of the nodes that fit the one that a Pod prefers is taken', () => {
  const zones = ['a', 'b', 'c'].map((zone) => ({ ...node(zone === 'c' ? { taints: [{ key: 'k', value: '', effect: 'PreferNoSchedule' }] } : {}), metadata: { name: zone, labels: { zone } } }));
  const prefers = (affinity: JsonObject, labels: Record<string, string> = {}) => pod('p', { labels, spec: { affinity } });
  const only = (wanted: KubeObject, others: readonly KubeObject[] = []) => outcome([...others, wanted], { nodes: zones })[0];
  const inZone = (zone: string, weight: number) => ({ weight, preference: { matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] } });
  assert.equal(only(prefers({ nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [inZone('a', 1), inZone('b', 2)] } })), 'p → b');
  assert.equal(only(pod('p'), [pod('busy', { requests: { cpu: '1' }, on: 'a' }), pod('busier', { requests: { cpu: '1500m' }, on: 'b' })]), 'p → a', 'not the one whose taint deters');
  const beside = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'x' } } } }] };
  const other = pod('other', { labels: { app: 'x' }, on: 'b' });
  assert.equal(only(prefers({ podAffinity: beside }), [other]), 'p → b');
  assert.equal(only(prefers({ podAntiAffinity: beside }), [other]), 'p → a');
});

test('what the claims of a Pod say about where and whether it runs', () => {
  const claim = (name: string, spec: JsonObject = {}, more: JsonObject = {}): KubeObject => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'default', ...more }, spec: { storageClassName: 'late', accessModes: ['ReadWriteOnce'], ...spec } });
  const bound = { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } };
  const far = { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['far'] }] }] } } };
  const claims = new Map(
    [claim('new'), claim('early', { storageClassName: 'early' }), claim('manual', { storageClassName: 'manual' }), claim('single', { accessModes: ['ReadWriteOncePod'], volumeName: 'near' }, bound), claim('away', { volumeName: 'far' }, bound)].map((one) => [one.metadata.name, one]),
  );
  const classes: Record<string, JsonObject> = {
    late: { volumeBindingMode: 'WaitForFirstConsumer', provisioner: 'p' },
    early: { volumeBindingMode: 'Immediate', provisioner: 'p' },
    manual: { volumeBindingMode: 'WaitForFirstConsumer', provisioner: 'kubernetes.io/no-provisioner' },
  };
  const volume = (name: string, spec: JsonObject): KubeObject => ({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec });
  const storage = {
    claim: (_namespace: string, name: string) => claims.get(name),
    storageClass: (name: string) => (classes[name] === undefined ? undefined : ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name }, ...classes[name] } as KubeObject)),
    volumes: () => [volume('near', {}), volume('far', far)],
  };
  const user = (name: string, claimName: string, on?: string) => pod(name, { ...(on === undefined ? {} : { on }), spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] } });
  const told = (claimName: string, others: readonly KubeObject[] = []) => outcome([...others, user('p', claimName)], { storage })[0]!;
  assert.equal(told('new'), 'claim ');
  assert.match(told('absent'), /1 persistentvolumeclaim "absent" not found.*It mounts the PersistentVolumeClaim absent, which does not exist\.$/);
  assert.match(told('early'), /1 pod has unbound immediate PersistentVolumeClaims.*`kubectl describe pvc early -n default` says why/);
  assert.match(told('manual'), /1 node\(s\) didn't find available persistent volumes to bind/);
  assert.match(told('away'), /1 node\(s\) didn't match PersistentVolume's node affinity/);
  assert.equal(told('single'), 'p → box');
  assert.match(told('single', [user('first', 'single', 'box')]), /ReadWriteOncePod access mode.*default\/first uses the claim single, which is for one Pod at a time/);
});

test('a Pod of higher priority displaces as few as possible, none of the same priority, and waits until they are gone', () => {
  const [low, lower, same] = [pod('low', { requests: { cpu: '1' }, on: 'box', priority: 1 }), pod('lower', { requests: { cpu: '1' }, on: 'box' }), pod('same', { requests: { memory: '3Gi' }, on: 'box', priority: 9 })];
  const urgent = pod('urgent', { requests: { cpu: '1' }, priority: 9 });
  assert.deepEqual(outcome([low, lower, same, urgent]), ['urgent displaces lower']);
  const leaving = pod('lower', { requests: { cpu: '1' }, on: 'box', isLeaving: true });
  const late = pod('late', { requests: { cpu: '1' }, priority: 1 });
  assert.deepEqual(outcome([low, leaving, urgent, late]).map((line) => line.slice(0, 25)), ['urgent displaces ', 'late: 0/1 nodes are avail'], 'nobody takes the room that is made');
  assert.match(outcome([low, lower, pod('polite', { requests: { cpu: '1' }, priority: 9, spec: { preemptionPolicy: 'Never' } })])[0]!, /^polite: .*Insufficient cpu/);
  assert.match(outcome([low, lower, same, pod('big', { requests: { memory: '3Gi' }, priority: 9 })])[0]!, /^big: .*No preemption victims found/);
});

test('disruption budgets are broken last', () => {
  const budget: KubeObject = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'b', namespace: 'default' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'kept' } } } };
  const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  const kept = pod('kept', { requests: { cpu: '1' }, on: 'box', labels: { app: 'kept' }, status: ready });
  const free = pod('free', { requests: { cpu: '1' }, on: 'box', priority: 3, status: ready });
  const urgent = (cpu: string) => pod('urgent', { requests: { cpu }, priority: 9 });
  assert.deepEqual(outcome([kept, free, urgent('1')], { budgets: [budget] }), ['urgent displaces free']);
  assert.deepEqual(outcome([kept, free, urgent('1')]), ['urgent displaces kept']);
  assert.deepEqual(outcome([kept, free, urgent('2')], { budgets: [budget] }), ['urgent displaces kept+free']);
  const loose: KubeObject = { ...budget, spec: { ...budget.spec, minAvailable: 0 } };
  assert.deepEqual(outcome([kept, free, urgent('1')], { budgets: [loose] }), ['urgent displaces kept']);
  assert.deepEqual(outcome([kept, free, urgent('1')], { budgets: [{ ...loose, status: { disruptionsAllowed: 0 } }] }), ['urgent displaces free'], 'it knows of Pods that are not there now');
});

test('a budget that allows one Pod to go allows no second one', () => {
  const budget: KubeObject = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'b', namespace: 'default' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'kept' } } } };
  const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  const small = (name: string, labels: Record<string, string> = {}) => pod(name, { requests: { cpu: '500m' }, on: 'box', labels, status: ready });
  const pods = [small('free'), small('other'), small('a', { app: 'kept' }), small('b', { app: 'kept' })];
  const urgent = pod('urgent', { requests: { cpu: '1' }, priority: 9 });
  assert.deepEqual(outcome([...pods, urgent]), ['urgent displaces a+b'], 'the youngest');
  assert.deepEqual(outcome([...pods, urgent], { budgets: [budget] }), ['urgent displaces other+b']);
});

test('the Pods of a group start together or not at all', () => {
  const group = { countMinOf: (gang: string) => (gang === 'default/g' ? 3 : undefined) };
  const member = (name: string, cpu: string) => pod(name, { requests: { cpu }, labels: { [GANG_LABEL]: 'g' } });
  const volcano = pod('c', { requests: { cpu: '500m' }, annotations: { [GANG_ANNOTATION]: 'g' } });
  assert.deepEqual(outcome([member('a', '500m'), member('b', '1'), volcano], group), ['a → box', 'b → box', 'c → box']);
  const tooLarge = outcome([member('a', '500m'), member('b', '1'), member('c', '1'), pod('other', { requests: { cpu: '2' } })], group);
  assert.match(tooLarge[0]!, /^a: 0\/1 nodes .* The 3 Pods of its group default\/g start together or not at all, and 2 fit now: it asks for 1 CPU; /);
  assert.equal(tooLarge.at(-1), 'other → box', 'a group that does not fit holds nothing');
  assert.match(outcome([member('a', '1'), member('b', '1')], group)[0]!, /of which 2 of 3 exist\.$/);
  const begun = pod('a', { requests: { cpu: '500m' }, on: 'box', labels: { [GANG_LABEL]: 'g' } });
  assert.deepEqual(outcome([begun, pod('older', { requests: { cpu: '1500m' } }), member('b', '500m'), member('c', '1')], group).slice(0, 2), ['b → box', 'c → box'], 'one that has begun goes first');
  const low = pod('low', { requests: { cpu: '1' }, on: 'box' });
  const urgent = ['a', 'b', 'c'].map((name) => pod(name, { requests: { cpu: '600m' }, priority: 5, labels: { [GANG_LABEL]: 'g' } }));
  assert.deepEqual(outcome([low, ...urgent], group), ['a+b+c displaces low']);
  assert.deepEqual(outcome([member('a', '500m')]), ['a → box'], 'a group that does not exist keeps nobody');
  const owned = (one: KubeObject): KubeObject => ({ ...one, metadata: { ...one.metadata, ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'Training', name: 't', uid: 't', controller: true }] } });
  const done = pod('d', { requests: { cpu: '1' }, on: 'box', labels: { [GANG_LABEL]: 'g' }, status: { phase: 'Succeeded' } });
  assert.deepEqual(outcome([owned(done), begun, member('c', '1')], group), ['c → box'], 'who is made again does not wait for those that have done their work');
  assert.match(outcome([done, begun, member('c', '1')], group)[0]!, /of which 2 of 3 exist\.$/);
  const mixed = [pod('a', { requests: { cpu: '1500m' }, priority: 9, labels: { [GANG_LABEL]: 'g' } }), pod('b', { requests: { cpu: '500m' }, labels: { [GANG_LABEL]: 'g' } })];
  const between = outcome([...mixed, pod('between', { requests: { cpu: '500m' }, priority: 5 })], { countMinOf: () => 2 });
  assert.deepEqual([between[0], between[1], between[2]?.slice(0, 8)], ['a → box', 'b → box', 'between:'], 'nobody is displaced who has just got its place');
});

test('with overcommit what asks for more than the machine counts as half of it; GPUs are never scaled down', () => {
  const lenient = { leniency: { isOvercommitOn: true, isGpuOptional: false } };
  const [huge] = decide([pod('busy', { requests: { cpu: '1' }, on: 'box' }), pod('huge', { requests: { cpu: '8', memory: '1Gi' } })], lenient);
  assert.ok(huge?.kind === 'bind');
  assert.deepEqual(huge.notes, [{ reason: 'Overcommitted', message: 'it asks for 8 CPUs and this machine has 2 CPUs: counted as 1 CPU, it takes what is free (--overcommit)' }]);
  assert.deepEqual(outcome([pod('huge', { requests: { cpu: '8' }, on: 'box' }), pod('next', { requests: { cpu: '1' } })], lenient), ['next → box'], 'it counts the same when it runs');
  const gang = [1, 2, 3, 4].map((index) => pod(`g${index}`, { requests: { cpu: '1' }, labels: { [GANG_LABEL]: 'g' } }));
  assert.equal(outcome(gang, { ...lenient, countMinOf: () => 4 }).filter((line) => line.includes('→')).length, 4);
  const accelerated = pod('accelerated', { requests: { 'nvidia.com/gpu': '4' } });
  assert.match(outcome([accelerated], lenient)[0]!, /Insufficient nvidia\.com\/gpu/);
  const [fallback] = decide([accelerated], { leniency: { isOvercommitOn: true, isGpuOptional: true } });
  assert.ok(fallback?.kind === 'bind');
  assert.equal(fallback.notes[0]?.reason, 'GpuFallback');
});
