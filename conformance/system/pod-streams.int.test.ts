// Commands in running containers, their streams and files, and connections to their ports: with the real kubectl and the
// Kubernetes client of Python. Skipped where there is no kubectl.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Installation } from '../../sim/installation.ts';
import { Kubectl, kubectlPath } from './support/kubectl.ts';

const skip = kubectlPath === undefined ? 'kubectl is not on PATH' : false;

const PODS = `
apiVersion: v1
kind: Pod
metadata: {name: box}
spec:
  hostname: boxhost
  terminationGracePeriodSeconds: 0
  containers:
  - name: main
    image: busybox:1.36
    workingDir: /tmp
    env: [{name: GREETING, value: hello}]
    command: [sh, -c, 'echo mine > /tmp/own; sleep 1000']
---
apiVersion: v1
kind: Pod
metadata: {name: done}
spec:
  restartPolicy: Never
  containers: [{name: main, image: busybox, command: ['true']}]
`;

let installation: Installation;
let kubectl: Kubectl;
const folder = mkdtempSync(join(tmpdir(), 'slipway-streams-'));

before(async () => {
  if (skip !== false) return;
  installation = new Installation();
  kubectl = new Kubectl(installation);
  await installation.start();
  await kubectl.ok('apply -f -', PODS);
  await kubectl.ok('wait --for=condition=Ready pod/box --timeout=30s');
  await kubectl.ok('wait --for=jsonpath={.status.phase}=Succeeded pod/done --timeout=30s');
});

after(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (skip !== false) return;
  kubectl.remove();
  await installation.remove();
});

const run = (parameters: readonly string[], input?: string) => kubectl.start(parameters, input).done;
const inBox = (script: string) => ['exec', 'box', '--', 'sh', '-c', script];

test('a command sees what the container sees: environment, directory, files, name, processes', { skip }, async () => {
  const script = 'echo "$GREETING $PWD $(cat own) $(hostname)"; echo aside >&2; test "$(ps -e -o comm= | grep -c sleep)" = 1';
  const { code, stdout, stderr } = await run(inBox(script));
  assert.deepEqual([code, stdout, stderr], [0, 'hello /tmp mine boxhost\n', 'aside\n']);
});

test('exit codes, a signal, a program that does not exist', { skip }, async () => {
  assert.equal((await run(inBox('exit 7'))).code, 7);
  assert.equal((await run(inBox('kill -TERM $$'))).code, 143);
  const missing = await run(['exec', 'box', '--', 'no-such-program']);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /exec: "no-such-program": executable file not found in \$PATH/);
});

test('a megabyte through stdin and back, and the end of it', { skip }, async () => {
  const text = 'Slipway carries bytes.\n'.repeat(45_000);
  const { code, stdout } = await run(['exec', '-i', 'box', '--', 'cat'], text);
  assert.equal(code, 0);
  assert.equal(stdout === text, true);
});

test('what can not be: no such Pod or container, one that has ended', { skip }, async () => {
  assert.match((await run(['exec', 'nobody', '--', 'true'])).stderr, /pods "nobody" not found/);
  assert.match((await run(['exec', 'done', '--', 'true'])).stderr, /completed|not.*running|has ended/);
});
