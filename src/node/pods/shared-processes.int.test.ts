// Pods whose containers see each other's processes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { countProcesses, NodeWorld, shellContainer, terminated } from '../testing/node-world.ts';

let world: NodeWorld;
before(async () => {
  world = await new NodeWorld().start();
});
after(() => world.close());

const HOLD = 'trap "exit 0" TERM; while true; do sleep 0.05; done';
/** Sends a signal to the other one as soon as it is seen. */
const HUNT = 'until test -e /v/up; do sleep 0.05; done; until pid=$(grep -l "[m]arker-of-prey" /proc/[0-9]*/cmdline 2>/dev/null); do sleep 0.05; done; kill -USR1 $(echo $pid | tr -dc "0-9 ") 2>/dev/null; true';

test('one container signals another one; the end of one is not the end of the others', async () => {
  const more = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
  const prey = shellContainer('prey', ': marker-of-prey; trap "echo struck; exit 5" USR1; touch /v/up; while true; do sleep 0.05; done', more);
  await world.create('pair', { shareProcessNamespace: true, volumes: [{ name: 'v', emptyDir: {} }], containers: [prey, shellContainer('hunter', HUNT, more)] });
  const pod = await world.ended('pair');
  assert.equal(terminated(pod, 'prey')['exitCode'], 5);
  assert.equal(terminated(pod, 'hunter')['exitCode'], 0);
  assert.match(await world.log(pod, { container: 'prey' }), /struck/); // the shell may say more, of the child that the signal hit
});

test('a restarted container finds the namespace of before, also after a restart of the server; nothing is left', async () => {
  const pod = await world.create('staying', {
    shareProcessNamespace: true,
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 1,
    containers: [shellContainer('main', `: marker-of-stay; ${HOLD}`), shellContainer('other', HOLD)],
  });
  await world.running('staying');
  await world.restart();
  await world.runIn(pod, 'main', 'kill $(grep -l "[m]arker-of-stay" /proc/[0-9]*/cmdline | tr -dc "0-9 ")');
  await world.until('staying', 'the restart', (one) => JSON.stringify(one.status).includes('"restartCount":1'));
  await world.running('staying');
  await world.runIn(pod, 'other', 'test "$(grep -l "[m]arker-of-stay" /proc/[0-9]*/cmdline | grep -c .)" = 1');
  await world.delete('staying', 1);
  await world.gone('staying');
  assert.equal(await countProcesses('marker-of-stay'), 0);
});
