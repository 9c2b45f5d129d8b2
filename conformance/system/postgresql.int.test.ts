// A StatefulSet of PostgreSQL whose rows survive its Pods and the set itself: real program, real kubectl.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { noKubectl } from '../../src/server/testing/kubectl.ts';
import { primaryUidOf } from './support/machine-user.ts';
import { Installation } from '../../sim/installation.ts';
import { Kubectl } from './support/kubectl.ts';

const programs = findPrograms('/usr/lib/postgresql');
const skip = noKubectl !== false ? noKubectl : programs === undefined ? 'PostgreSQL is not installed' : false;

/** Debian has one directory for each version. */
function findPrograms(directory: string): string | undefined {
  if (!existsSync(directory)) return undefined;
  return readdirSync(directory).map((version) => join(directory, version, 'bin')).find((path) => existsSync(join(path, 'initdb')));
}

/** PostgreSQL refuses root and users whom the machine does not know. */
const uid = userInfo().uid === 0 ? primaryUidOf('nobody') : userInfo().uid;

const DATABASE = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: database}
spec:
  serviceName: database
  selector: {matchLabels: {app: database}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  template:
    metadata: {labels: {app: database}}
    spec:
      securityContext: {runAsUser: ${uid}, runAsNonRoot: true}
      containers:
      - name: main
        image: busybox
        env:
        - {name: PATH, value: '${programs}:/usr/bin:/bin'}
        - {name: PGDATA, value: /data/main}
        command:
        - sh
        - -ec
        - |
          test -s "$PGDATA/PG_VERSION" || initdb --username=slipway --auth=trust --no-sync
          exec postgres -k /tmp -c listen_addresses= -c fsync=off
        readinessProbe: {exec: {command: [pg_isready, -h, /tmp]}, periodSeconds: 1, timeoutSeconds: 20, failureThreshold: 60}
        volumeMounts: [{name: data, mountPath: /data}]
`;

test('rows survive the Pod that wrote them, and the StatefulSet', { skip }, async (t) => {
  const installation = new Installation();
  const kubectl = new Kubectl(installation);
  t.after(async () => {
    kubectl.remove();
    await installation.remove();
  });
  await installation.start();
  const sql = (statement: string) => kubectl.start(['exec', 'database-0', '--', 'psql', '-h', '/tmp', '-U', 'slipway', '-d', 'postgres', '-Atc', statement]).done;
  const rows = async () => (await sql('select string_agg(word, $$ $$ order by id) from kept')).stdout;

  await kubectl.ok('apply -f -', DATABASE);
  await kubectl.ok('rollout status statefulset/database --timeout=25s');
  assert.equal((await sql('create table kept (id serial, word text); insert into kept (word) values ($$first$$)')).code, 0);
  await kubectl.ok('delete pod database-0 --timeout=25s');
  await kubectl.ok('rollout status statefulset/database --timeout=25s');
  assert.equal(await rows(), 'first\n');
  assert.equal((await sql('insert into kept (word) values ($$second$$)')).code, 0);
  await kubectl.ok('delete statefulset database --cascade=foreground --timeout=25s');
  await kubectl.ok('apply -f -', DATABASE);
  await kubectl.ok('rollout status statefulset/database --timeout=25s');
  assert.equal(await rows(), 'first second\n');
  assert.match(await kubectl.ok('logs database-0'), /ready to accept connections/);
});
