// Many watchers of one collection while somebody writes to it: writer and watchers are processes of their own, and the server tells
// through a diagnostics channel when each revision was durable. Beside it a bare server that sends the same bytes.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuMsOf, type MeasuredServer } from '../engine/measured-server.ts';
import type { BareServerTask } from './bare-server.ts';
import type { Target } from './raw-connection.ts';
import type { WatchersReport, WatchersTask } from './watchers.ts';
import type { WriterReport, WriterTask } from './writer.ts';

export interface FanOut {
  readonly watchers: number;
  readonly count: number;
  readonly perSecond: number;
  /** Of the collection; its objects are created there. */
  readonly path: string;
}

export interface FanOutFigures {
  readonly perSecond: number;
  /** Of all events that all watchers should have seen. */
  readonly arrivedShare: number;
  /** From the moment when the write was due. */
  readonly fromRequestMs: Percentiles;
  readonly fromCommitMs: Percentiles | undefined;
  /** The server's processor time for one event: to take it, and to tell it to all watchers. */
  readonly cpuUs: number;
  /** Without TLS, of one event to one watcher. */
  readonly eventBytes: number;
}

interface Percentiles {
  readonly median: number;
  readonly p99: number;
}

const CONNECTIONS = 32;
const TIMEOUT_MS = 120_000;
/** As src/server/http/watch-body.ts has it. */
const REST_MS = 2;

export async function measureFanOut(server: MeasuredServer, target: Target, fanOut: FanOut): Promise<FanOutFigures> {
  await server.watchDurableChanges();
  const { writes, watched, cpuMs } = await runClients(target, fanOut, server.installation.pid!);
  return figuresOf(fanOut, writes, watched, cpuMs, await server.durableChanges());
}

/** Two cores may be too few for all three processes: this says what the clients and Node itself take of them. */
export async function measureBareFanOut(dataDir: string, fanOut: FanOut, eventBytes: number): Promise<FanOutFigures> {
  const { key, certificate, authority } = JSON.parse(readFileSync(join(dataDir, 'certificates.json'), 'utf8')) as { key: string; certificate: string; authority: string };
  const bare = fork(new URL('bare-server.ts', import.meta.url));
  // The rest of the line is what the writer sends, and the frame around it.
  bare.send({ key, certificate, fillerChars: Math.max(0, eventBytes - 370), restMs: REST_MS } satisfies BareServerTask);
  const [{ port }] = (await once(bare, 'message')) as [{ port: number }];
  try {
    const { writes, watched, cpuMs } = await runClients({ port, authority, token: '' }, fanOut, bare.pid!);
    return figuresOf(fanOut, writes, watched, cpuMs, undefined);
  } finally {
    bare.kill();
  }
}

async function runClients(target: Target, { watchers, count, perSecond, path }: FanOut, pid: number) {
  const watching = fork(new URL('watchers.ts', import.meta.url), { serialization: 'advanced' });
  const writing = fork(new URL('writer.ts', import.meta.url));
  try {
    await ask(watching, { ...target, path: `${path}?watch=true&labelSelector=fan`, watchers, count, timeoutMs: TIMEOUT_MS } satisfies WatchersTask);
    const cpuBeforeMs = cpuMsOf(pid);
    const watched = once(watching, 'message') as Promise<[WatchersReport]>;
    const writes = (await ask(writing, { ...target, path, count, perSecond, connections: CONNECTIONS } satisfies WriterTask)) as WriterReport;
    const [arrivals] = await watched;
    return { writes, watched: arrivals, cpuMs: cpuMsOf(pid) - cpuBeforeMs };
  } finally {
    watching.kill();
    writing.kill();
  }
}

async function ask(child: ChildProcess, task: object): Promise<unknown> {
  child.send(task);
  const [answer] = (await once(child, 'message')) as [unknown];
  return answer;
}

function figuresOf({ watchers, count }: FanOut, { writes, elapsedMs }: WriterReport, { revisions, atMs, bytes }: WatchersReport, cpuMs: number, durableMs: ReadonlyMap<number, number> | undefined): FanOutFigures {
  const dueMs = new Map(writes.map((write) => [write.revision, write.dueMs]));
  const since = (from: ReadonlyMap<number, number>) => percentilesOf(revisions.map((revision, index) => atMs[index]! - (from.get(revision) ?? Number.NaN)));
  return {
    perSecond: count / (elapsedMs / 1000),
    arrivedShare: revisions.length / (watchers * count),
    fromRequestMs: since(dueMs),
    fromCommitMs: durableMs === undefined ? undefined : since(durableMs),
    cpuUs: (cpuMs * 1000) / count,
    eventBytes: bytes / revisions.length,
  };
}

function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99) };
}
