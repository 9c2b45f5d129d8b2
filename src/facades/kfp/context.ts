// What the handlers of this dialect work with, and how one of them becomes a route.
import type { Clock, Log, Rng } from '../../base/mod.ts';
import type { Blobs } from '../../blobs/mod.ts';
import type { Logs } from '../../logs/mod.ts';
import type { Records, Run, RunSnapshot, Task } from '../../records/mod.ts';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { readJson } from './request-message.ts';
import { refusalOf, refusalResponse, type Refusal } from './refusal.ts';

/** What a `:retry` changes; decided by the engine, which alone knows which tasks must run again. */
export type RetryPlan =
  | {
      readonly ok: true;
      readonly run: Run;
      readonly tasks: readonly Task[];
      readonly deletedTaskIds: readonly string[];
    }
  | { readonly ok: false; readonly message: string };

export interface KfpOptions {
  readonly records: Records;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Log;
  /** Undefined: log requests answer that there are no logs. */
  readonly logs?: Logs;
  /** Undefined: artifact bytes can't be read. */
  readonly blobs?: Blobs;
  readonly planRetry: (snapshot: RunSnapshot, nowMs: number) => RetryPlan;
  /** Downloads a pipeline package named by a client. Undefined: such requests are refused. */
  readonly fetchPackage?: (url: string, options: { readonly signal: AbortSignal }) => Promise<Uint8Array>;
  readonly version: { readonly tag: string; readonly commit: string };
}

/** Single-user mode: every row has the empty namespace, and the namespaces that clients send are ignored. */
export const NAMESPACE = '';

/** Bodies without a pipeline in them. */
const BODY_BYTES_MAX = 1024 * 1024;
/** Bodies with a pipeline; as large as the official server's uploads. */
export const PIPELINE_BODY_BYTES_MAX = 32 * 1024 * 1024;

export interface KfpRouteSettings {
  readonly bodyBytesMax?: number;
  readonly refuse?: (refusal: Refusal) => WebResponse;
}

/** A route that answers what its handler throws as a refusal; other errors are faults of ours and go on. */
export function kfpRoute(
  method: Route['method'],
  path: string,
  handle: (request: WebRequest) => WebResponse | Promise<WebResponse>,
  { bodyBytesMax = BODY_BYTES_MAX, refuse = refusalResponse }: KfpRouteSettings = {},
): Route {
  return {
    method,
    path,
    origin: 'api',
    authorization: { kind: 'user' },
    bodyBytesMax,
    handle: async (request) => {
      try {
        return await handle(request);
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === undefined) throw error;
        return refuse(refusal);
      }
    },
  };
}

export async function readJsonBody(request: WebRequest): Promise<ReturnType<typeof readJson>> {
  return readJson(await request.body());
}

/** A path parameter; the route table guarantees it. */
export function pathParameter(request: WebRequest, name: string): string {
  return request.params[name] ?? '';
}
