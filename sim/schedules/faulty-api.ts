// The verbs as an unlucky client meets them: late, in another order, refused, done but not answered; watches that break off, have
// lost what came last, tell an event twice, or have expired.
import { type ObjectApi, type Outcome, type Status, type WatchEvent } from '../../src/base/mod.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';

export function faultyApi(api: ObjectApi, life: Life, faults: Faults): ObjectApi {
  const wait = async () => {
    const delayMs = faults.delayMs();
    if (delayMs > 0) await life.clock.sleep(delayMs);
  };
  let [begunCount, lastAnswered] = [0, 0];
  const call = async <T>(verb: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> => {
    const number = ++begunCount;
    await wait();
    if (faults.strikes(`${verb} is refused`)) return { ok: false, status: trouble(503, 'ServiceUnavailable') };
    const outcome = await life.unlessOver(work());
    await wait();
    if (number < lastAnswered) faults.happened('an answer comes after a later one');
    lastAnswered = Math.max(lastAnswered, number);
    if (faults.strikes(`the answer to ${verb} is lost`)) return { ok: false, status: trouble(504, 'Timeout') };
    return outcome;
  };
  return {
    get: (...parameters) => call('get', () => api.get(...parameters)),
    list: (...parameters) => call('list', () => api.list(...parameters)),
    create: (...parameters) => call('create', () => api.create(...parameters)),
    update: (...parameters) => call('update', () => api.update(...parameters)),
    patch: (...parameters) => call('patch', () => api.patch(...parameters)),
    delete: (...parameters) => call('delete', () => api.delete(...parameters)),
    deleteCollection: (...parameters) => call('deleteCollection', () => api.deleteCollection(...parameters)),
    async watch(...parameters) {
      const outcome = await call('watch', () => api.watch(...parameters));
      return outcome.ok ? { ok: true, value: unluckyWatch(outcome.value, life, faults) } : outcome;
    },
  };
}

async function* unluckyWatch(events: AsyncIterable<WatchEvent>, life: Life, faults: Faults): AsyncIterable<WatchEvent> {
  for await (const event of events) {
    if (life.isOver) await new Promise(() => undefined);
    const delayMs = faults.delayMs();
    if (delayMs > 0) await life.clock.sleep(delayMs);
    if (faults.strikes('a watch breaks off and loses an event')) return;
    if (faults.strikes('a watch has expired')) {
      yield { type: 'ERROR', status: trouble(410, 'Expired') };
      return;
    }
    yield event;
    if (faults.strikes('a watch tells an event twice')) yield event;
  }
}

function trouble(code: number, reason: string): Status {
  return { apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Failure', code, reason, message: `${reason}: this is a simulated fault` } as Status;
}
