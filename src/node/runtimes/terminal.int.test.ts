// What a program on a terminal finds.
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import type { KubeObject } from '../../base/mod.ts';
import { must, NodeWorld } from '../testing/node-world.ts';

let world: NodeWorld;
before(async () => {
  world = await new NodeWorld().start();
});
after(() => world.close());

async function typed(pod: KubeObject, tty: boolean): Promise<string> {
  const session = must(await world.kubelet().exec(pod, { command: ['sh', '-c', 'echo "<$(printenv TERM)>"'], tty, hasStdin: false }));
  session.stderr.resume();
  const printed = await text(session.stdout);
  session.close();
  return printed.trim();
}

test('a terminal has a type, unless the container names one; other commands have none', async () => {
  const script = 'echo "<$(printenv TERM)>"; sleep 1000';
  const plain = await world.shell('plain', script, { terminationGracePeriodSeconds: 0 });
  await world.shell('terminal', script, { terminationGracePeriodSeconds: 0 }, { tty: true, stdin: true });
  const own = await world.shell('own', script, { terminationGracePeriodSeconds: 0 }, { tty: true, env: [{ name: 'TERM', value: 'vt100' }] });
  await world.printed('plain', '<>');
  await world.printed('terminal', '<xterm>');
  await world.printed('own', '<vt100>');
  assert.deepEqual([await typed(plain, false), await typed(plain, true), await typed(own, true)], ['<>', '<xterm>', '<vt100>']);
});
