// Programs of several Pods that find each other by name: a torch.distributed Job, mpirun. Skipped by name where a program is
// missing (Debian: apt install python3-torch openmpi-bin), or where Pods can't have addresses.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { kubectlPath, noKubectl } from '../../src/server/testing/kubectl.ts';
import { until } from '../../src/base/mod.ts';
import { installationWithKubectl } from './support/kubectl.ts';
import { networkProblem } from './support/network-problem.ts';

const problem = noKubectl || networkProblem();
const skip = problem === '' ? false : problem;
const noTorch = existsSync('/usr/lib/python3/dist-packages/torch') ? false : '/usr/bin/python3 has no torch (Debian: apt install python3-torch)';
const noMpi = existsSync('/usr/bin/mpirun') ? false : 'mpirun is not installed (Debian: apt install openmpi-bin)';

const RING = `
apiVersion: v1
kind: Service
metadata: {name: ring}
spec: {clusterIP: None, publishNotReadyAddresses: true, selector: {job-name: ring}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: ring}
spec:
  completions: 2
  parallelism: 2
  completionMode: Indexed
  backoffLimit: 0
  template:
    spec:
      subdomain: ring
      restartPolicy: Never
      containers:
      - name: main
        image: busybox
        command: [/usr/bin/python3, -c]
        args:
        - |
          import os, datetime, torch, torch.distributed as dist
          dist.init_process_group('gloo', rank=int(os.environ['JOB_COMPLETION_INDEX']), world_size=2, timeout=datetime.timedelta(seconds=90))
          mine = torch.full((1000,), float(dist.get_rank() + 1))
          dist.all_reduce(mine)
          print('rank', dist.get_rank(), 'of', dist.get_world_size(), 'sum', mine[0].item(), flush=True)
          dist.destroy_process_group()
        env: [{name: MASTER_ADDR, value: ring-0.ring}, {name: MASTER_PORT, value: '29500'}, {name: OMP_NUM_THREADS, value: '1'}]
`;

/** As the MPI operator does without ssh: the launcher starts its daemons in the workers through the API. */
const MPI = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: launcher}
rules:
- {apiGroups: [''], resources: [pods], verbs: [get]}
- {apiGroups: [''], resources: [pods/exec], verbs: [create, get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: launcher}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: launcher}
subjects: [{kind: ServiceAccount, name: default}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: launcher}
data:
  hostfile: "worker-0 slots=1\\nworker-1 slots=1\\n"
  kubexec.sh: |
    #!/bin/sh
    pod=$1; shift
    exec ${kubectlPath} exec "$pod" -- /bin/sh -c "$*"
---
apiVersion: v1
kind: Service
metadata: {name: worker}
spec: {clusterIP: None, selector: {app: worker}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: worker}
spec:
  replicas: 2
  podManagementPolicy: Parallel
  serviceName: worker
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec:
      terminationGracePeriodSeconds: 0
      volumes: [{name: config, configMap: {name: launcher, defaultMode: 365}}]
      containers: [{name: main, image: busybox, command: [sleep, '1000'], volumeMounts: [{name: config, mountPath: /etc/mpi}]}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: launcher}
spec:
  backoffLimit: 0
  template:
    spec:
      hostname: launcher
      subdomain: worker
      restartPolicy: Never
      volumes: [{name: config, configMap: {name: launcher, defaultMode: 365}}]
      containers:
      - name: main
        image: busybox
        volumeMounts: [{name: config, mountPath: /etc/mpi}]
        env:
        - {name: OMPI_MCA_plm_rsh_agent, value: /etc/mpi/kubexec.sh}
        - {name: OMPI_MCA_orte_keep_fqdn_hostnames, value: 'true'}
        - {name: OMPI_ALLOW_RUN_AS_ROOT, value: '1'}
        - {name: OMPI_ALLOW_RUN_AS_ROOT_CONFIRM, value: '1'}
        command: [mpirun, -np, '2', --hostfile, /etc/mpi/hostfile, sh, -c, 'echo "rank $OMPI_COMM_WORLD_RANK of $OMPI_COMM_WORLD_SIZE on $(hostname)"']
`;

const { kubectl } = installationWithKubectl(skip);

async function ended(job: string): Promise<string> {
  const condition = await until(`the end of Job ${job}`, async () => {
    const types = await kubectl.ok(`get job ${job} -o jsonpath={.status.conditions[*].type}`);
    return /Complete|Failed/.exec(types)?.[0];
  }, { timeoutMs: 120_000, intervalMs: 200 });
  const log = await kubectl.ok(`logs -l job-name=${job} --tail=-1`);
  assert.equal(condition, 'Complete', `${log}\n${await kubectl.ok(`describe pods -l job-name=${job}`)}`);
  return log;
}

test('torch.distributed: two replicas of a Job meet at a name of their headless Service', { skip: skip || noTorch }, async () => {
  await kubectl.ok('apply -f -', RING);
  assert.deepEqual((await ended('ring')).trim().split('\n').filter((line) => line.startsWith('rank')).toSorted(), ['rank 0 of 2 sum 3.0', 'rank 1 of 2 sum 3.0']);
});

test('mpirun starts its ranks in two Pods, through the API in place of ssh', { skip: skip || noMpi }, async () => {
  await kubectl.ok('apply -f -', MPI.replace('spec:\n  backoffLimit: 0\n', 'spec:\n  suspend: true\n  backoffLimit: 0\n'));
  assert.match(await kubectl.ok('rollout status statefulset/worker --timeout=25s'), /roll out complete/);
  await kubectl.ok('patch job launcher -p {"spec":{"suspend":false}}');
  assert.deepEqual((await ended('launcher')).trim().split('\n').toSorted(), ['rank 0 of 2 on worker-0', 'rank 1 of 2 on worker-1']);
});
