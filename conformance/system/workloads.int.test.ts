// The real kubectl with workloads whose Pods really run. Skipped where there is no kubectl.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noKubectl as skip } from '../../src/server/testing/kubectl.ts';
import { until } from '../../src/base/mod.ts';
import { installationWithKubectl } from './support/kubectl.ts';

const INDEXED = `
apiVersion: batch/v1
kind: Job
metadata: {name: shards}
spec:
  completions: 3
  parallelism: 2
  completionMode: Indexed
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: busybox, command: [sh, -c, 'echo "shard $JOB_COMPLETION_INDEX"']}]
`;

const FAILING = `
apiVersion: batch/v1
kind: Job
metadata: {name: failing}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: busybox, command: [sh, -c, 'exit 3']}]
`;

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: main, image: 'busybox:1.35', command: [sh, -c, 'trap "exit 0" TERM; while true; do sleep 0.1; done']}]
`;

const KEEPER = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: keeper}
spec:
  replicas: 2
  serviceName: keeper
  selector: {matchLabels: {app: keeper}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
  template:
    metadata: {labels: {app: keeper}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: 'busybox:1.35'
        command: [sh, -c, 'hostname >> /data/starts; trap "exit 0" TERM; while true; do sleep 0.1; done']
        volumeMounts: [{name: data, mountPath: /data}]
`;

const AGENT = `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: main, image: 'busybox:1.35', command: [sh, -c, 'trap "exit 0" TERM; while true; do sleep 0.1; done']}]
`;

const GROWING = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 1
  maxReplicas: 3
  metrics: [{type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Ki}}}]
`;

const { kubectl } = installationWithKubectl(skip);

test('a Job: create, wait, logs, describe, delete', { skip }, async () => {
  assert.equal(await kubectl.ok('create job hello --image=busybox -- echo hello'), 'job.batch/hello created\n');
  assert.match(await kubectl.ok('wait --for=condition=complete job/hello --timeout=20s'), /condition met/);
  assert.equal(await kubectl.ok('logs job/hello'), 'hello\n');
  assert.match(await kubectl.ok('get job hello'), /hello +Complete +1\/1 /);
  await until('the events', async () => {
    const described = await kubectl.ok('describe job hello');
    return /SuccessfulCreate/.test(described) && /Completed +\S+ +\S+ +Job completed/.test(described);
  });
  assert.equal(await kubectl.ok('delete job hello'), 'job.batch "hello" deleted\n');
  await until('its Pod to be gone', async () => (await kubectl.ok('get pods -l job-name=hello -o name')) === '');
});

test('an indexed Job, one that fails, and one that is suspended at first', { skip }, async () => {
  await kubectl.ok('apply -f -', INDEXED);
  assert.match(await kubectl.ok('wait --for=condition=complete job/shards --timeout=20s'), /condition met/);
  assert.equal(await kubectl.ok('get job shards -o jsonpath={.status.completedIndexes}'), '0-2');
  const lines = await kubectl.ok('logs -l job-name=shards --tail=-1');
  assert.deepEqual(lines.trim().split('\n').toSorted(), ['shard 0', 'shard 1', 'shard 2']);
  await kubectl.ok('apply -f -', FAILING);
  assert.match(await kubectl.ok('wait --for=condition=failed job/failing --timeout=20s'), /condition met/);
  assert.match(await kubectl.ok('describe job failing'), /BackoffLimitExceeded/);
  await kubectl.ok('apply -f -', FAILING.replaceAll('failing', 'later').replace('exit 3', 'exit 0').replace('spec:', 'spec:\n  suspend: true'));
  assert.match(await kubectl.ok('wait --for=condition=suspended job/later --timeout=20s'), /condition met/);
  await kubectl.ok('patch job later -p {"spec":{"suspend":false}}');
  assert.match(await kubectl.ok('wait --for=condition=complete job/later --timeout=20s'), /condition met/);
});

test('a Deployment: rollout status, set image, history, undo, scale, pause, delete', { skip }, async () => {
  assert.equal(await kubectl.ok('apply -f -', WEB), 'deployment.apps/web created\n');
  assert.match(await kubectl.ok('rollout status deployment/web --timeout=25s'), /successfully rolled out/);
  assert.match(await kubectl.ok('wait --for=condition=Available deployment/web --timeout=20s'), /condition met/);
  assert.match(await kubectl.ok('get deployment web'), /web +2\/2 +2 +2 /);
  await kubectl.ok('set image deployment/web main=busybox:1.36');
  assert.match(await kubectl.ok('rollout status deployment/web --timeout=25s'), /successfully rolled out/);
  assert.deepEqual((await kubectl.ok('rollout history deployment/web')).match(/^\d+/gm), ['1', '2']);
  assert.match(await kubectl.ok('rollout history deployment/web --revision=1'), /busybox:1\.35/);
  await kubectl.ok('rollout undo deployment/web');
  assert.match(await kubectl.ok('rollout status deployment/web --timeout=25s'), /successfully rolled out/);
  assert.equal(await kubectl.ok('get deployment web -o jsonpath={.spec.template.spec.containers[0].image}'), 'busybox:1.35');
  assert.deepEqual((await kubectl.ok('rollout history deployment/web')).match(/^\d+/gm), ['2', '3']);
  await kubectl.ok('scale deployment/web --replicas=3');
  assert.match(await kubectl.ok('wait --for=jsonpath={.status.availableReplicas}=3 deployment/web --timeout=20s'), /condition met/);
  await kubectl.ok('rollout pause deployment/web');
  await kubectl.ok('set image deployment/web main=busybox:1.36');
  await until('the pause to be told', async () => (await kubectl.ok('get deployment web -o jsonpath={.status.conditions[*].reason}')).includes('DeploymentPaused'));
  assert.equal(await kubectl.ok('get deployment web -o jsonpath={.status.updatedReplicas}'), '');
  await kubectl.ok('rollout resume deployment/web');
  assert.match(await kubectl.ok('rollout status deployment/web --timeout=25s'), /successfully rolled out/);
  await until('the events', async () => (await kubectl.ok('describe deployment web')).includes('ScalingReplicaSet'));
  await kubectl.ok('delete deployment web');
  await until('its Pods to be gone', async () => (await kubectl.ok('get pods,rs -l app=web -o name')) === '');
});

test('an autoscaler: a Deployment grows by what its Pods use', { skip }, async () => {
  await kubectl.ok('apply -f -', WEB);
  assert.match(await kubectl.ok('rollout status deployment/web --timeout=25s'), /successfully rolled out/);
  await kubectl.ok('apply -f -', GROWING);
  assert.match(await kubectl.ok('wait --for=jsonpath={.spec.replicas}=3 deployment/web --timeout=40s'), /condition met/);
  await until('its row', async () => /web +Deployment\/web +memory: \d+\w*\/1Ki +1 +3 +3 /.test(await kubectl.ok('get hpa web')));
  await until('the event', async () => /SuccessfulRescale .*New size: 3; reason: memory resource above target/.test(await kubectl.ok('describe hpa web')));
  await kubectl.ok('delete hpa,deployment web');
  await until('its Pods to be gone', async () => (await kubectl.ok('get pods,rs -l app=web -o name')) === '');
});

test('a StatefulSet: rollout status, what its members wrote survives them, set image, history, undo, scale, delete', { skip }, async () => {
  assert.equal(await kubectl.ok('apply -f -', KEEPER), 'statefulset.apps/keeper created\n');
  assert.match(await kubectl.ok('rollout status statefulset/keeper --timeout=25s'), /partitioned roll out complete: 2 new pods/);
  assert.match(await kubectl.ok('get statefulset keeper'), /keeper +2\/2 /);
  assert.match(await kubectl.ok('get pvc data-keeper-1'), /data-keeper-1 +Bound /);
  await kubectl.ok('set image statefulset/keeper main=busybox:1.36');
  assert.match(await kubectl.ok('rollout status statefulset/keeper --timeout=25s'), /partitioned roll out complete: 2 new pods/);
  assert.equal(await kubectl.ok('exec keeper-1 -- cat /data/starts'), 'keeper-1\nkeeper-1\n');
  assert.deepEqual((await kubectl.ok('rollout history statefulset/keeper')).match(/^\d+/gm), ['1', '2']);
  assert.match(await kubectl.ok('rollout history statefulset/keeper --revision=1'), /busybox:1\.35/);
  await kubectl.ok('rollout undo statefulset/keeper');
  assert.match(await kubectl.ok('rollout status statefulset/keeper --timeout=25s'), /partitioned roll out complete: 2 new pods/);
  assert.equal(await kubectl.ok('get pod keeper-0 -o jsonpath={.spec.containers[0].image}'), 'busybox:1.35');
  assert.deepEqual((await kubectl.ok('rollout history statefulset/keeper')).match(/^\d+/gm), ['2', '3']);
  await kubectl.ok('scale statefulset/keeper --replicas=1');
  await kubectl.ok('wait --for=delete pod/keeper-1 --timeout=20s');
  await kubectl.ok('rollout restart statefulset/keeper');
  assert.match(await kubectl.ok('rollout status statefulset/keeper --timeout=25s'), /partitioned roll out complete: 1 new pods/);
  await until('the events', async () => (await kubectl.ok('describe statefulset keeper')).includes('Create Claim data-keeper-1 Pod keeper-1 in StatefulSet keeper success'));
  await kubectl.ok('delete statefulset keeper');
  await until('its Pods to be gone', async () => (await kubectl.ok('get pods -l app=keeper -o name')) === '');
  assert.equal(await kubectl.ok('get pvc -l app=keeper -o name'), 'persistentvolumeclaim/data-keeper-0\npersistentvolumeclaim/data-keeper-1\n');
});

test('a DaemonSet: rollout status, set image, history, undo, delete', { skip }, async () => {
  assert.equal(await kubectl.ok('apply -f -', AGENT), 'daemonset.apps/agent created\n');
  assert.match(await kubectl.ok('rollout status daemonset/agent --timeout=25s'), /successfully rolled out/);
  assert.match(await kubectl.ok('get daemonset agent'), /agent +1 +1 +1 +1 +1 +<none> /);
  await kubectl.ok('set image daemonset/agent main=busybox:1.36');
  assert.match(await kubectl.ok('rollout status daemonset/agent --timeout=25s'), /successfully rolled out/);
  assert.deepEqual((await kubectl.ok('rollout history daemonset/agent')).match(/^\d+/gm), ['1', '2']);
  await kubectl.ok('rollout undo daemonset/agent');
  assert.match(await kubectl.ok('rollout status daemonset/agent --timeout=25s'), /successfully rolled out/);
  assert.equal(await kubectl.ok('get pods -l app=agent -o jsonpath={.items[*].spec.containers[0].image}'), 'busybox:1.35');
  await kubectl.ok('delete daemonset agent');
  await until('its Pods to be gone', async () => (await kubectl.ok('get pods,controllerrevisions -l app=agent -o name')) === '');
});

test('a CronJob: it strikes, its Job runs, kubectl makes one more of it, and it takes all along', { skip }, async () => {
  const template = 'jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox, command: [echo, tick]}]}}}}';
  await kubectl.ok('apply -f -', `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: tick}\nspec: {schedule: "@every 1s", concurrencyPolicy: Forbid, ${template}}\n`);
  assert.match(await kubectl.ok('wait --for=jsonpath={.status.lastSuccessfulTime} cronjob/tick --timeout=20s'), /condition met/);
  assert.match(await kubectl.ok('get cronjob tick'), /tick +@every 1s +<none> +False /);
  await kubectl.ok('create job once-more --from=cronjob/tick');
  assert.match(await kubectl.ok('wait --for=condition=complete job/once-more --timeout=20s'), /condition met/);
  assert.equal(await kubectl.ok('logs job/once-more'), 'tick\n');
  await kubectl.ok('delete cronjob tick');
  await until('its Jobs and Pods to be gone', async () => !/tick|once-more/.test(await kubectl.ok('get jobs,pods -o name')));
});
