// The KFP dialect (and what a test adds) alone on a port of its own: real HTTP, real records, no engine. For tests.
import { Failure, silentLog, systemClock, systemRng } from '../../base/mod.ts';
import { openRecords, type Records } from '../../records/mod.ts';
import { openDatabase } from '../../sql/mod.ts';
import type { Route } from '../../web/mod.ts';
import { listen } from '../../web/testing/listen.ts';
import type { KfpOptions } from '../kfp/context.ts';
import { createKfpRoutes } from '../kfp/routes.ts';

export interface FacadeServer extends AsyncDisposable {
  readonly url: string;
  readonly records: Records;
  /** Errors that no refusal was made of: a test expects none. */
  readonly faults: readonly unknown[];
}

export async function startFacadeServer(overrides: Partial<KfpOptions> = {}, moreRoutes: (records: Records) => readonly Route[] = () => []): Promise<FacadeServer> {
  const database = openDatabase({ path: ':memory:', log: silentLog, synchronous: 'OFF' });
  const records = openRecords({ database, log: silentLog });
  const routes = [
    ...moreRoutes(records),
    ...createKfpRoutes({
      records,
      clock: systemClock,
      rng: systemRng,
      log: silentLog,
      planRetry: () => ({ ok: false, message: 'there is no engine here' }),
      version: { tag: '0.0.0', commit: 'none' },
      ...overrides,
    }),
  ];
  const faults: unknown[] = [];
  const { origin, close } = await listen({
    routes,
    authenticate: () => ({ user: 'tester', groups: [] }),
    onError(error, response) {
      const isRefusedBody = error instanceof Failure && error.reason.startsWith('Body');
      if (!response.destroyed && !isRefusedBody) faults.push(error);
      if (!response.headersSent) response.writeHead(isRefusedBody ? 413 : 500, { connection: 'close' });
      response.end();
    },
  });
  return {
    url: origin,
    records,
    faults,
    async [Symbol.asyncDispose]() {
      await close();
      await database.close();
    },
  };
}
