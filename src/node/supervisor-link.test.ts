import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, silentLog, systemClock, until } from '../base/mod.ts';
import { SupervisorLink } from './supervisor-link.ts';
import type { ListedContainer, Supervisor } from './supervisor/protocol.ts';

/** Supervisors that can be made to fail; only what the link asks for is there. */
class Faults {
  readonly supervisors: { lose: () => void; isClosed: boolean }[] = [];
  connectFailures = 0;
  states: ListedContainer['state'][] = [];
  readonly connected: number[] = [];
  readyCount = 0;
  onConnected: (index: number) => Promise<void> = () => Promise.resolve();

  readonly link = new SupervisorLink({
    connect: () => this.#connect(),
    onExit: () => undefined,
    onConnected: async (_supervisor, { containers }) => {
      this.connected.push(containers.length);
      await this.onConnected(this.supervisors.length - 1);
    },
    onReady: () => void this.readyCount++,
    clock: systemClock,
    log: silentLog,
  });

  async #connect(): Promise<Supervisor> {
    if (this.connectFailures-- > 0) throw new Failure('SupervisorUnavailable', 'no Python');
    const listeners: (() => void)[] = [];
    const entry = { lose: () => listeners.forEach((listener) => listener()), isClosed: false };
    this.supervisors.push(entry);
    return {
      hello: { pid: this.supervisors.length },
      onExit: () => () => undefined,
      onLost: (listener: () => void) => void listeners.push(listener),
      list: async () => ({ containers: this.states.splice(0, 1).map((state) => ({ state })), parents: [] }),
      close: () => void (entry.isClosed = true),
    } as unknown as Supervisor;
  }
}

test('the first connection must work', async () => {
  const faults = new Faults();
  faults.connectFailures = 1;
  await assert.rejects(faults.link.start(), { reason: 'SupervisorUnavailable' });
  assert.throws(() => faults.link.supervisor, { reason: 'SupervisorLost' });
});

test('a lost connection is followed by the next, however often that fails', async () => {
  const faults = new Faults();
  await faults.link.start();
  faults.connectFailures = 2;
  faults.supervisors[0]!.lose();
  assert.equal(faults.link.current, undefined);
  await until('the next connection', () => faults.link.current !== undefined);
  assert.equal(faults.supervisors.length, 2);
  assert.equal(faults.readyCount, 2);
  await faults.link.stop();
  assert.equal(faults.supervisors[1]!.isClosed, true);
});

test('a supervisor that goes while it is taken over is not taken for a living one', async () => {
  const faults = new Faults();
  await faults.link.start();
  faults.onConnected = async (index) => {
    if (index === 1) faults.supervisors[1]!.lose();
  };
  faults.supervisors[0]!.lose();
  await until('the third connection', () => faults.link.current !== undefined);
  assert.equal(faults.supervisors.length, 3);
  assert.equal(faults.supervisors[1]!.isClosed, true);
  await faults.link.stop();
});

test('what is in the middle of its start is waited for', async () => {
  const faults = new Faults();
  faults.states = ['starting', 'starting', 'running'];
  await faults.link.start();
  assert.deepEqual(faults.connected, [1]);
  assert.deepEqual(faults.states, []);
  await faults.link.stop();
});

test('after a stop nothing is connected any more', async () => {
  const faults = new Faults();
  await faults.link.start();
  faults.connectFailures = Number.POSITIVE_INFINITY;
  faults.supervisors[0]!.lose();
  await faults.link.stop();
  assert.equal(faults.link.current, undefined);
  assert.equal(faults.supervisors.length, 1);
});
