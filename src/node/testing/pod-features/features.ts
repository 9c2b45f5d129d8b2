// The features of Pods, each with a tiny Pod that shows it. What throws does not hold; its message becomes a note below the table.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fieldOf } from '../../../api/mod.ts';
import { objectsOf, until, type KubeObject } from '../../../base/mod.ts';
import { boundClaim } from '../bound-claim.ts';
import { containerStatus, must, stateOf, terminated, waitingReason } from '../node-world.ts';
import { exec, feature, HOLD, isStarted, mount, QUICK, type Area } from './feature.ts';
import { NETWORK } from './network.ts';
import { PROBES } from './probes.ts';

const LIFE: Area = {
  title: 'Life',
  features: [
    feature('command, args with $(VAR), working directory', (lab) =>
      lab.prints('/tmp a b\n', 'command', '', { command: ['sh', '-c', 'echo "$PWD $0 $1"'], args: ['a', '$(B)'], workingDir: '/tmp', env: [{ name: 'B', value: 'b' }] })),
    feature('exit code, reason, termination message', async (lab) => {
      await lab.start('ending', 'echo why > /dev/termination-log; exit 7', {}, { restartPolicy: 'Never' });
      const { exitCode, reason, message } = terminated(await lab.world.ended('ending'));
      assert.deepEqual([exitCode, reason, message], [7, 'Error', 'why\n']);
    }),
    feature('terminationMessagePolicy File: no lines of the log', async (lab) => {
      await lab.start('mute', 'echo why; exit 7');
      assert.equal(terminated(await lab.world.ended('mute'))['message'], undefined);
    }),
    feature('FallbackToLogsOnError', async (lab) => {
      await lab.start('spoken', 'echo why; exit 7', { terminationMessagePolicy: 'FallbackToLogsOnError' });
      assert.equal(String(terminated(await lab.world.ended('spoken'))['message']).trim(), 'why');
    }),
    feature('restart policy, lastState', async (lab) => {
      await lab.start('again', 'test -e /v/once || { touch /v/once; exit 3; }', mount('v', '/v'), { restartPolicy: 'OnFailure', volumes: [{ name: 'v', emptyDir: {} }] });
      const status = containerStatus(await lab.world.ended('again'));
      assert.equal(status['restartCount'], 1);
    }),
    feature('restartPolicy and restartPolicyRules of a container', async (lab) => {
      const once = { ...lab.container('exit 1'), name: 'once', restartPolicy: 'Never' };
      const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
      const main = lab.container('test -e /v/once && exit 7; touch /v/once; exit 42', { restartPolicy: 'Never', restartPolicyRules, ...mount('v', '/v') });
      await lab.start('ruled', '', {}, { restartPolicy: 'Always', containers: [main, once], volumes: [{ name: 'v', emptyDir: {} }] });
      const pod = await lab.world.ended('ruled');
      const told = objectsOf(pod.status?.['containerStatuses']).map((status) => `${String(status['name'])} ${String(status['restartCount'])} ${String(stateOf(status, 'terminated')?.['exitCode'])}`);
      assert.deepEqual([pod.status?.['phase'], told], ['Failed', ['main 1 7', 'once 0 1']]);
    }),
    feature('back-off: CrashLoopBackOff', async (lab) => {
      await lab.start('crashing', 'exit 3', {}, { restartPolicy: 'Always' });
      await lab.world.until('crashing', 'its back-off', (pod) => waitingReason(pod) === 'CrashLoopBackOff');
      await lab.world.delete('crashing', 0);
    }),
    feature('init container that fails: the Pod fails', async (lab) => {
      await lab.start('unready', 'true', {}, { initContainers: [{ ...lab.container('exit 4'), name: 'init' }] });
      const pod = await lab.world.ended('unready');
      assert.deepEqual([pod.status?.['phase'], terminated(pod, 'init')['exitCode']], ['Failed', 4]);
    }),
    feature('init containers, several containers', (lab) =>
      lab.prints('first\n', 'inits', 'cat /v/x', mount('v', '/v'), { volumes: [{ name: 'v', emptyDir: {} }], initContainers: [{ ...lab.container('echo first > /v/x'), name: 'init', ...mount('v', '/v') }] })),
    feature('sidecars among init containers: started in order, ended last, the first one at the very end', async (lab) => {
      const sidecar = (name: string) => {
        const script = `echo ${name} >> /v/order; touch /v/${name}; trap "echo end of ${name} >> /v/order; cat /v/order; exit 0" TERM; while true; do sleep 0.1; done`;
        return { ...lab.container(script, mount('v', '/v')), name, restartPolicy: 'Always', startupProbe: { ...exec('sh', '-c', `test -e /v/${name}`), ...QUICK, failureThreshold: 20 } };
      };
      const setup = { ...lab.container('echo setup >> /v/order', mount('v', '/v')), name: 'setup' };
      await lab.start('sides', 'echo main >> /v/order', mount('v', '/v'), { terminationGracePeriodSeconds: 20, volumes: [{ name: 'v', emptyDir: {} }], initContainers: [sidecar('first'), setup, sidecar('second')] });
      const pod = await lab.world.ended('sides');
      assert.equal(await lab.log(pod, { container: 'first' }), 'first\nsetup\nsecond\nmain\nend of second\nend of first\n');
    }),
    feature('a sidecar that ends starts again, and is of no weight for how the Pod ends', async (lab) => {
      const sidecar = { ...lab.container('exit 3'), name: 'side', restartPolicy: 'Always' };
      await lab.start('weak', 'until test -e /tmp/go; do sleep 0.1; done', {}, { initContainers: [sidecar] });
      const pod = await lab.world.until('weak', 'a restart of its sidecar', (one) => one.status?.['phase'] === 'Running' && Number(containerStatus(one, 'side')['restartCount']) > 0);
      await until('its end to be asked for', async () => (await lab.exec(pod, ['touch', '/tmp/go'], undefined, 'main')).code === 0);
      assert.equal((await lab.world.ended('weak')).status?.['phase'], 'Succeeded');
    }),
    feature('postStart and preStop', async (lab) => {
      const pod = await lab.start('hooks', 'trap "cat /tmp/order; exit 0" TERM; while true; do sleep 0.1; done', { lifecycle: { postStart: exec('sh', '-c', 'echo hello >> /tmp/order'), preStop: exec('sh', '-c', 'echo bye >> /tmp/order') } });
      await lab.world.until('hooks', 'started', (one) => one.status?.['phase'] === 'Running' && isStarted(one));
      await lab.world.delete('hooks', 20);
      await lab.world.gone('hooks');
      assert.equal(await lab.log(pod, {}), 'hello\nbye\n');
    }),
    feature('postStart that fails ends the container', async (lab) => {
      await lab.start('unhooked', HOLD, { lifecycle: { postStart: exec('sh', '-c', 'exit 3') } });
      await lab.world.event('unhooked', 'FailedPostStartHook');
      assert.equal((await lab.world.ended('unhooked')).status?.['phase'], 'Succeeded', 'its program takes SIGTERM well');
    }),
    feature('a new image for a running Pod', async (lab) => {
      await lab.start('renewed', HOLD, {}, { restartPolicy: 'Never' });
      await lab.world.running('renewed');
      await lab.setImage('renewed');
      const pod = await lab.world.until('renewed', 'its second start', (one) => containerStatus(one)['restartCount'] === 1 && isStarted(one));
      assert.equal(containerStatus(pod)['image'], lab.otherImage);
      await lab.drop('renewed');
    }),
    feature('readinessGates', async (lab) => {
      await lab.start('gated', HOLD, {}, { readinessGates: [{ conditionType: 'example.com/open' }] });
      const conditionOf = (type: string) => (pod: KubeObject) => new RegExp(`"type":"${type}","status":"True"`).test(JSON.stringify(pod.status?.['conditions'] ?? []));
      const closed = await lab.world.until('gated', 'its containers ready', conditionOf('ContainersReady'));
      assert.equal(conditionOf('Ready')(closed), false);
      await lab.setCondition('gated', 'example.com/open');
      await lab.world.until('gated', 'ready', conditionOf('Ready'));
      await lab.drop('gated');
    }),
    feature('lifecycle.stopSignal', async (lab) => {
      const pod = await lab.start('quitting', 'trap "echo quit; exit 0" QUIT; echo up; while true; do sleep 0.1; done', { lifecycle: { stopSignal: 'SIGQUIT' } }, { os: { name: 'linux' }, terminationGracePeriodSeconds: 20 });
      await lab.world.printed('quitting', 'up');
      await lab.world.delete('quitting', 20);
      await lab.world.gone('quitting');
      assert.equal(await lab.log(pod, {}), 'up\nquit\n');
    }),
    feature('activeDeadlineSeconds', async (lab) => {
      await lab.start('deadline', HOLD, {}, { activeDeadlineSeconds: 1 });
      assert.equal((await lab.world.ended('deadline')).status?.['reason'], 'DeadlineExceeded');
    }),
    feature('grace, then SIGKILL', async (lab) => {
      await lab.start('deaf', 'trap "" TERM; while true; do sleep 0.1; done');
      await lab.world.running('deaf');
      await lab.world.delete('deaf', 1);
      await lab.world.gone('deaf');
    }),
  ],
};

const STREAMS: Area = {
  title: 'Streams',
  features: [
    feature('logs: tail, since, timestamps, previous', async (lab) => {
      const pod = await lab.start('logging', 'test -e /v/once && { echo second; sleep 1000; }; touch /v/once; echo one; echo two; exit 3', mount('v', '/v'), { restartPolicy: 'OnFailure', volumes: [{ name: 'v', emptyDir: {} }] });
      await lab.world.printed('logging', 'second');
      assert.equal(await lab.log(pod, { previous: true, tailLines: 1 }), 'two\n');
      assert.match(await lab.log(pod, { timestamps: true }), /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d) second\n$/);
      assert.equal(await lab.log(pod, { sinceTime: '2100-01-01T00:00:00Z' }), '');
      await lab.world.delete('logging', 0);
    }),
    feature('exec: output, input, exit code', async (lab) => {
      const pod = await lab.start('executing', HOLD);
      await lab.world.running('executing');
      assert.deepEqual(await lab.exec(pod, ['sh', '-c', 'cat; exit 4'], 'in'), { code: 4, output: 'in' });
      await lab.world.delete('executing', 0);
    }),
    feature('logs: follow, limitBytes', async (lab) => {
      const pod = await lab.start('followed', 'echo one; sleep 0.5; echo two');
      await lab.world.printed('followed', 'one');
      assert.equal(await lab.log(pod, { follow: true }), 'one\ntwo\n');
      assert.equal(await lab.log(pod, { limitBytes: 3 }), 'one');
    }),
    feature('cp: an archive in and out', async (lab) => {
      const pod = await lab.start('copied', HOLD);
      await lab.world.running('copied');
      await lab.exec(pod, ['sh', '-c', 'mkdir -p /tmp/in && echo x > /tmp/in/f']);
      const { code, output } = await lab.exec(pod, ['sh', '-c', 'tar cf - -C /tmp in | tar tf -']);
      assert.deepEqual([code, output], [0, 'in/\nin/f\n']);
      await lab.world.delete('copied', 0);
    }),
    feature('attach', async (lab) => {
      const pod = await lab.start('attached', 'while true; do echo tick; sleep 0.1; done');
      await lab.world.running('attached');
      const session = must(await lab.world.kubelet().attach(pod, { hasStdin: false }));
      let output = '';
      session.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await until('its output', () => output.includes('tick'));
      session.close();
      await lab.world.delete('attached', 0);
    }),
    feature('stdin, stdinOnce', async (lab) => {
      const pod = await lab.start('reading', 'cat', { stdin: true, stdinOnce: true });
      await lab.world.running('reading');
      const session = must(await lab.world.kubelet().attach(pod, { hasStdin: true }));
      session.stdout.resume();
      session.stdin.end('typed\n');
      await lab.world.ended('reading');
      assert.equal(await lab.log(pod, {}), 'typed\n');
      session.close();
    }),
    feature('tty', (lab) => lab.prints('terminal\r\n', 'terminal', 'test -t 0 && test -t 1 && echo terminal', { stdin: true, tty: true })),
  ],
};

const CONFIG: Area = {
  title: 'Configuration',
  features: [
    feature('env from fields and resources', (lab) =>
      lab.prints('envs default 250 v\n', 'envs', 'echo "$NAME $SPACE $CPU $LABEL"', {
        resources: { limits: { cpu: '250m' } },
        env: [
          { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'SPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
          { name: 'LABEL', valueFrom: { fieldRef: { fieldPath: "metadata.labels['l']" } } },
        ],
      }, {}, { labels: { l: 'v' } })),
    feature('env from ConfigMaps and Secrets', async (lab) => {
      await lab.put('configmaps', 'ConfigMap', 'colors', { data: { COLOR: 'blue' } });
      await lab.put('secrets', 'Secret', 'words', { stringData: { word: 's3cret' } });
      await lab.prints('blue s3cret\n', 'sources', 'echo "$COLOR $WORD"', { envFrom: [{ configMapRef: { name: 'colors' } }], env: [{ name: 'WORD', valueFrom: { secretKeyRef: { name: 'words', key: 'word' } } }] });
    }),
    feature('ConfigMap, Secret, downwardAPI, projected volumes', async (lab) => {
      await lab.put('configmaps', 'ConfigMap', 'files', { data: { a: 'A' } });
      await lab.put('secrets', 'Secret', 'secrets', { stringData: { b: 'B' } });
      const sources = [{ configMap: { name: 'files' } }, { secret: { name: 'secrets' } }, { downwardAPI: { items: [{ path: 'deep/name', fieldRef: { fieldPath: 'metadata.name' } }] } }, { serviceAccountToken: { path: 'token' } }];
      await lab.prints(/^ABprojecting\n.+/, 'projecting', 'cat /all/a /all/b /all/deep/name; echo; head -c 10 /all/token', mount('all', '/all'), { volumes: [{ name: 'all', projected: { sources } }] });
    }),
    feature('projected token: audience, expiry', async (lab) => {
      const sources = [{ serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 3600 } }];
      const script = 'sed "s/^[^.]*[.]//; s/[.].*//" /t/token | tr "_-" "/+" | { cat; echo ==; } | tr -d "\\n" | base64 -d 2>/dev/null | head -c 2000';
      await lab.prints(/"aud":\["vault"\].*"exp":\d+/, 'vaulted', script, mount('t', '/t'), { volumes: [{ name: 't', projected: { sources } }] });
    }),
    feature('downwardAPI: labels that change, resources', async (lab) => {
      const items = [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }, { path: 'memory', resourceFieldRef: { containerName: 'main', resource: 'limits.memory', divisor: '1Mi' } }];
      await lab.start('relabelled', 'cat /d/labels /d/memory; echo; until grep -q new /d/labels; do sleep 0.1; done', { ...mount('d', '/d'), resources: { limits: { memory: '64Mi' } } }, { volumes: [{ name: 'd', downwardAPI: { items } }] }, { labels: { state: 'old' } });
      await lab.world.printed('relabelled', 'state="old"64');
      await lab.patch('pods', 'relabelled', { metadata: { labels: { state: 'new' } } });
      assert.equal((await lab.world.ended('relabelled')).status?.['phase'], 'Succeeded');
    }),
    feature('envFrom with a prefix, optional references', async (lab) => {
      await lab.put('configmaps', 'ConfigMap', 'prefixed', { data: { COLOR: 'green', 'dotted.key': 'd' } });
      const optional = { name: 'absent', optional: true };
      await lab.prints('green d none\n', 'prefixing', 'echo "$MY_COLOR $(tr "\\0" "\\n" < /proc/$$/environ | sed -n "s/^MY_dotted.key=//p") ${ABSENT:-none}"', {
        envFrom: [{ prefix: 'MY_', configMapRef: { name: 'prefixed' } }, { secretRef: optional }],
        env: [{ name: 'ABSENT', valueFrom: { configMapKeyRef: { ...optional, key: 'k' } } }],
      });
    }),
    feature('changes of ConfigMaps reach running Pods', async (lab) => {
      await lab.put('configmaps', 'ConfigMap', 'live', { data: { a: 'old' } });
      await lab.start('living', 'echo up; until grep -q new /cfg/a; do sleep 0.1; done; echo changed', mount('cfg', '/cfg'), { volumes: [{ name: 'cfg', configMap: { name: 'live' } }] });
      await lab.world.printed('living', 'up');
      await lab.patch('configmaps', 'live', { data: { a: 'new' } });
      assert.equal((await lab.world.ended('living')).status?.['phase'], 'Succeeded');
    }),
    feature('a missing ConfigMap is waited for', async (lab) => {
      await lab.start('patient', 'echo "$COLOR"', { env: [{ name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'late', key: 'COLOR' } } }] });
      await lab.world.until('patient', 'to wait', (pod) => waitingReason(pod) === 'CreateContainerConfigError');
      await lab.put('configmaps', 'ConfigMap', 'late', { data: { COLOR: 'red' } });
      assert.equal(await lab.log(await lab.world.ended('patient'), {}), 'red\n');
    }),
    feature('QoS class', async (lab) => {
      const amounts = { cpu: '100m', memory: '64Mi' };
      const pod = await lab.start('guaranteed', 'true', { resources: { limits: amounts, requests: amounts } });
      assert.equal((await lab.world.ended(pod.metadata.name)).status?.['qosClass'], 'Guaranteed');
    }),
    feature('service account token and API address', (lab) =>
      lab.prints(/^default 127\.0\.0\.1|^default \d/, 'account', 'cat /var/run/secrets/kubernetes.io/serviceaccount/namespace; test -s /var/run/secrets/kubernetes.io/serviceaccount/token && echo " $KUBERNETES_SERVICE_HOST"')),
  ],
};

const VOLUMES: Area = {
  title: 'Volumes',
  features: [
    feature('emptyDir', (lab) => lab.prints('x\n', 'empty', 'echo x > /v/x; cat /v/x', mount('v', '/v'), { volumes: [{ name: 'v', emptyDir: {} }] })),
    feature('emptyDir in memory', (lab) => lab.prints('tmpfs\n', 'memory', 'stat -f -c %T /v', mount('v', '/v'), { volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] })),
    feature('emptyDir in memory with a size limit', async (lab) => {
      await lab.start('brimming', 'head -c 3000000 /dev/zero > /v/x; sleep 1000', mount('v', '/v'), { volumes: [{ name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }] });
      assert.equal((await lab.world.ended('brimming')).status?.['reason'], 'Evicted');
    }),
    feature('emptyDir with a size limit', async (lab) => {
      await lab.start('filling', 'head -c 3000000 /dev/zero > /v/x; sleep 1000', mount('v', '/v'), { volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }] });
      assert.equal((await lab.world.ended('filling')).status?.['reason'], 'Evicted');
    }),
    feature('PersistentVolumeClaim that outlives its Pods', async (lab) => {
      await boundClaim(lab.world.api, 'kept');
      const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'kept' } }];
      await lab.prints('', 'claimer', 'echo kept > /v/x', mount('v', '/v'), { volumes });
      await lab.prints('kept\n', 'reclaimer', 'cat /v/x', mount('v', '/v'), { volumes });
    }),
    feature('hostPath', async (lab) => {
      const directory = mkdtempSync(join(tmpdir(), 'slipway-pods-'));
      try {
        writeFileSync(join(directory, 'x'), 'host\n');
        await lab.prints('host\n', 'hosting', 'cat /h/x', mount('h', '/h'), { volumes: [{ name: 'h', hostPath: { path: directory } }] });
      } finally {
        rmSync(directory, { recursive: true });
      }
    }),
    feature('subPath and subPathExpr', (lab) =>
      lab.prints('x\nx\n', 'parts', 'echo x > /part/f; cat /whole/a/f /expr/f', { env: [{ name: 'A', value: 'a' }], volumeMounts: [{ name: 'v', mountPath: '/whole' }, { name: 'v', mountPath: '/part', subPath: 'a' }, { name: 'v', mountPath: '/expr', subPathExpr: '$(A)' }] }, { volumes: [{ name: 'v', emptyDir: {} }] })),
    feature('subPath that leaves its volume, subPathExpr without its variable: CreateContainerConfigError', async (lab) => {
      const volumes = [{ name: 'v', emptyDir: {} }];
      await lab.start('escaping', 'true', { volumeMounts: [{ name: 'v', mountPath: '/v', subPathExpr: '$(UP)' }], env: [{ name: 'UP', value: '..' }] }, { volumes });
      await lab.start('unnamed', 'true', { volumeMounts: [{ name: 'v', mountPath: '/v', subPathExpr: '$(NOBODY)' }] }, { volumes });
      for (const name of ['escaping', 'unnamed']) await lab.world.until(name, 'the refusal', (pod) => waitingReason(pod) === 'CreateContainerConfigError');
      await lab.drop('escaping', 'unnamed');
    }),
    feature('readOnly mounts', (lab) => lab.prints('refused\n', 'readonly', 'touch /v/x 2>/dev/null || echo refused', mount('v', '/v', { readOnly: true }), { volumes: [{ name: 'v', emptyDir: {} }] })),
  ],
};

const SECURITY: Area = {
  title: 'Security and walls',
  features: [
    feature('a process namespace of its own', (lab) => lab.prints(/^[1-9]\d?\n$/, 'alone', 'ls /proc | grep -c "^[0-9]"')),
    feature('hostname', (lab) => lab.prints('named\n', 'host', 'hostname', {}, { hostname: 'named' })),
    feature('runAsUser, runAsGroup', (lab) => lab.prints('61234 61235\n', 'user', 'echo "$(id -u) $(id -g)"', {}, { securityContext: { runAsUser: 61_234, runAsGroup: 61_235 } }), 'Only root can become another user: the container runs as the user of Slipway, and an event says so.'),
    feature('supplementalGroups, fsGroup', (lab) => lab.prints('61236\n', 'group', 'touch /v/x; stat -c %g /v/x', mount('v', '/v'), { securityContext: { fsGroup: 61_236 }, volumes: [{ name: 'v', emptyDir: {} }] }), 'Only root can give volumes away: they are open to every user instead.'),
    feature('runAsNonRoot: not as root', async (lab) => {
      await lab.start('root', 'test "$(id -u)" != 0', { securityContext: { runAsNonRoot: true, runAsUser: 0 } });
      await lab.world.until('root', 'the refusal', (pod) => waitingReason(pod) === 'CreateContainerConfigError' || pod.status?.['phase'] === 'Succeeded');
      await lab.world.delete('root', 0);
    }),
    feature('ephemeral container with a target', async (lab) => {
      await lab.start('visited', `: visited-one; ${HOLD}`);
      await lab.world.running('visited');
      const guest = { ...lab.container('grep -l "[v]isited-one" /proc/[0-9]*/cmdline 2>/dev/null | grep -c .'), name: 'guest', targetContainerName: 'main' };
      const ref = { type: { group: '', version: 'v1', resource: 'pods' }, namespace: 'default', name: 'visited' };
      must(await lab.world.api.patch(ref, 'strategic', { spec: { ephemeralContainers: [guest] } }, { subresource: 'ephemeralcontainers' }));
      const seen = await lab.world.until('visited', 'the end of the guest', (one) => JSON.stringify(one.status?.['ephemeralContainerStatuses'] ?? '').includes('terminated'));
      assert.match(await lab.log(seen, { container: 'guest' }), /^[1-9]/);
      await lab.world.delete('visited', 0);
    }),
    feature('ephemeral-storage limit: Evicted', async (lab) => {
      await lab.start('littering', 'head -c 30000000 /dev/zero > /v/x; sleep 1000', { ...mount('v', '/v'), resources: { limits: { 'ephemeral-storage': '4Mi' } } }, { volumes: [{ name: 'v', emptyDir: {} }] });
      assert.equal((await lab.world.ended('littering')).status?.['reason'], 'Evicted');
    }),
    feature('readOnlyRootFilesystem', (lab) => lab.prints('refused\n', 'fixed', 'touch /v/x; { touch /bin/slipway-test 2>/dev/null && rm /bin/slipway-test; } || echo refused', { ...mount('v', '/v'), securityContext: { readOnlyRootFilesystem: true } }, { volumes: [{ name: 'v', emptyDir: {} }] })),
    feature('shareProcessNamespace', (lab) => lab.prints(/^[1-9]/, 'sharing', 'sleep 0.5; grep -l "[s]leeper" /proc/[0-9]*/cmdline 2>/dev/null | grep -c .; true', {}, { shareProcessNamespace: true, initContainers: [{ ...lab.container(`: sleeper; ${HOLD}`), name: 'side', restartPolicy: 'Always' }] })),
    feature('memory limit: OOMKilled', async (lab) => {
      await lab.start('hungry', 'head -c 300000000 /dev/zero | tail -c 290000000 > /dev/null', { resources: { limits: { memory: '64Mi' } } });
      assert.equal(terminated(await lab.world.ended('hungry'))['reason'], 'OOMKilled');
    }),
    feature('limits that change while it runs (resize)', async (lab) => {
      await lab.start('growing', 'while ! test -e /tmp/go; do sleep 0.1; done; head -c 300000000 /dev/zero | tail -c 290000000 > /dev/null; sleep 3', { resources: { limits: { memory: '64Mi' }, requests: { memory: '10Mi' } } });
      const pod = await lab.world.running('growing');
      await lab.resize('growing', { limits: { memory: '600Mi' } });
      await lab.world.until('growing', 'its new limit', (one) => fieldOf(containerStatus(one), 'resources', 'limits', 'memory') === '600Mi');
      await lab.world.run(pod, 'touch /tmp/go');
      assert.equal(terminated(await lab.world.ended('growing'))['exitCode'], 0);
    }),
    feature('hostPID, hostIPC: it runs without them, and an event says so', async (lab) => {
      await lab.prints('apart\n', 'sharer', 'echo apart', {}, { hostPID: true, hostIPC: true });
      assert.match((await lab.world.event('sharer', 'HostNotShared')).message, /without hostPID.*without hostIPC/);
    }),
    feature('imagePullSecrets (a process needs no image)', async (lab) => {
      const { locked } = lab;
      if (locked !== undefined) await lab.put('secrets', 'Secret', 'registry', { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': JSON.stringify({ auths: { [locked.host]: { auth: locked.auth } } }) } });
      await lab.prints('pulled\n', 'entitled', 'echo pulled', locked === undefined ? {} : { image: locked.image }, { imagePullSecrets: [{ name: 'registry' }] });
    }),
    feature('taken up again by the next server', async (lab) => {
      const pod = await lab.start('staying', 'echo before; until test -e /tmp/go; do sleep 0.1; done; echo after; exit 5');
      await lab.world.printed('staying', 'before');
      await lab.world.restart();
      assert.equal((await lab.exec(pod, ['touch', '/tmp/go'])).code, 0);
      assert.equal(terminated(await lab.world.ended('staying'))['exitCode'], 5);
      assert.equal(await lab.log(pod, {}), 'before\nafter\n');
    }),
  ],
};

export const AREAS: readonly Area[] = [LIFE, PROBES, STREAMS, CONFIG, VOLUMES, NETWORK, SECURITY];
