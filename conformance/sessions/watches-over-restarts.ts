// Clients that watch while the server is killed and started again: each must see every write once, in order.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { until } from '../../src/base/mod.ts';
import type { Installation } from '../../sim/installation.ts';

/** Follows the ConfigMaps of the namespace; says `synced`, then `TYPE name value` for each event, until `end` is deleted. */
export interface WatchingClient {
  readonly name: string;
  readonly lines: () => readonly string[];
  stop(): void;
  /** Resolves when it has ended, with its exit code and what it complained of. */
  readonly ended: Promise<{ readonly code: number | null; readonly complaints: string }>;
}

const NAMESPACE = 'restarts';
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const PATIENCE_MS = 60_000;
const RETRY_MS = 50;
const LAST_LINE = 'DELETED end -';

export async function prepareRestarts(installation: Installation): Promise<void> {
  await installation.request('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  // The one that every namespace has must not come while the clients look.
  await until('the namespace to be complete', () => installation.request('GET', `${CONFIG_MAPS}/kube-root-ca.crt`).then(() => true, () => false), { timeoutMs: PATIENCE_MS });
}

export function startWatchingProgram(name: string, program: readonly string[]): WatchingClient {
  const child = spawn(program[0]!, program.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let complaints = '';
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-4_000)));
  return { name, lines: () => lines, stop: () => child.kill(), ended: once(child, 'close').then(([code]) => ({ code: code as number | null, complaints })) };
}

/** The plainest client there is: a watch over HTTP, opened again from the last resource version. */
export function startPlainWatch(installation: Installation): WatchingClient {
  const lines: string[] = [];
  const end = new AbortController();
  return { name: 'plain HTTP', lines: () => lines, stop: () => end.abort(), ended: follow(installation, lines, end.signal).then(() => ({ code: 0, complaints: '' })) };
}

interface ConfigMapLine {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly data?: { readonly value?: string };
}

async function follow(installation: Installation, lines: string[], signal: AbortSignal): Promise<void> {
  let { resourceVersion } = (await installation.request<{ metadata: { resourceVersion: string } }>('GET', CONFIG_MAPS)).metadata;
  lines.push('synced');
  /** Whether there is more to come. */
  const take = (line: string) => {
    const { type, object } = JSON.parse(line) as { type: string; object: ConfigMapLine };
    resourceVersion = object.metadata.resourceVersion;
    lines.push(`${type} ${object.metadata.name} ${object.data?.value ?? '-'}`);
    return lines.at(-1) !== LAST_LINE;
  };
  while (!signal.aborted && lines.at(-1) !== LAST_LINE) {
    await readLines(new URL(`${CONFIG_MAPS}?watch=true&resourceVersion=${resourceVersion}`, installation.url), take, signal);
    // The server is away, or has just come back.
    if (lines.at(-1) !== LAST_LINE) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Resolves when the stream ends or breaks, or `take` has had enough; what is cut in the middle of a line is no line. */
function readLines(url: URL, take: (line: string) => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const outgoing = get(url, { agent: false, signal }, (response) => {
      let rest = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const parts = (rest + chunk).split('\n');
        rest = parts.pop()!;
        if (!parts.every(take)) outgoing.destroy();
      });
      response.on('error', () => undefined).once('close', resolve);
    });
    outgoing.on('error', () => resolve());
  });
}

/** Writes and kills in turn; resolves with what every client should have said. */
export async function writeOverRestarts(installation: Installation, clients: readonly WatchingClient[], roundCount: number): Promise<readonly string[]> {
  const expected = ['synced'];
  const write = async (type: string, name: string, value: string) => {
    const body = { metadata: { name }, ...(value === '-' ? {} : { data: { value } }) };
    if (type === 'ADDED') await installation.request('POST', CONFIG_MAPS, body);
    else if (type === 'MODIFIED') await installation.request('PUT', `${CONFIG_MAPS}/${name}`, body);
    else await installation.request('DELETE', `${CONFIG_MAPS}/${name}`);
    expected.push(`${type} ${name} ${value}`);
  };
  await until('all clients to look', () => clients.every((client) => client.lines().length > 0), { timeoutMs: PATIENCE_MS });
  for (let round = 0; round < roundCount; round++) {
    await write('ADDED', `kept-${round}`, 'a');
    await write('ADDED', `gone-${round}`, 'a');
    await write('MODIFIED', `kept-${round}`, 'b');
    // At once: what was just acknowledged may not have reached anybody yet.
    await installation.kill('SIGKILL');
    await installation.start();
    await write('MODIFIED', `kept-${round}`, 'c');
    await write('DELETED', `gone-${round}`, 'a');
  }
  await write('ADDED', 'end', '-');
  await write('DELETED', 'end', '-');
  return expected;
}
