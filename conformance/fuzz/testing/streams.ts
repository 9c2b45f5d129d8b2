// Bytes of connections and files: frames of SPDY and WebSocket, lines of the supervisor, logs that containers wrote.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair, type Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Failure, silentLog, systemClock } from '../../../src/base/mod.ts';
import { openLogs } from '../../../src/logs/mod.ts';
import { connectSupervisor, findPython, openConnection, PROTOCOL_VERSION } from '../../../src/node/testing/entrances.ts';
import { SpdyConnection, webSocketStreams } from '../../../src/server/testing/entrances.ts';
import type { Entrance } from '../entrance.ts';

const ANSWER_MS_MAX = 30_000;

/** A connection whose other end sends the bytes and closes. */
function socketOf(input: Buffer): Duplex {
  const [client, server] = duplexPair();
  client.on('error', () => undefined).resume();
  client.end(input);
  return server;
}

const CONTROL = (kind: number) => Buffer.from([0x80, 3, 0, kind, 0, 0, 0, 0]).toString('latin1');

export const spdyEntrance: Entrance = {
  name: 'spdy',
  words: [CONTROL(1), CONTROL(2), CONTROL(3), CONTROL(4), CONTROL(6), CONTROL(7), CONTROL(9), '\0\0\0\x01', '\xff\xff\xff\xff', '\x7f\xff\xff\xff', '\x78\xbb'],
  open: () =>
    Promise.resolve({
      async attempt(input) {
        let count = 0;
        const connection = new SpdyConnection(socketOf(input), (stream) => {
          count++;
          stream.on('error', () => undefined).resume();
          stream.end('answer');
        });
        await connection.closed;
        return count > 0 ? 'taken' : 'refused';
      },
      close: () => Promise.resolve(),
    }),
};

export const webSocketEntrance: Entrance = {
  name: 'web-socket',
  words: ['\x82\x85\0\0\0\0', '\x81\x85\0\0\0\0', '\x88\x82\0\0\0\0', '\x89\x80\0\0\0\0', '\x82\xfe\x01\0\0\0\0\0', '\x82\xff\0\0\0\0\0\x01\0\0', '\x04{"Width":80,"Height":24}', '\xff\0', '\0'],
  async open() {
    const server = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: 1024 * 1024 });
    return {
      attempt: (input) =>
        new Promise((resolve) => {
          const headers = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==' };
          const socket = Object.assign(socketOf(input), { setTimeout: () => undefined, setNoDelay: () => undefined });
          server.handleUpgrade({ method: 'GET', headers, url: '/' } as never, socket, Buffer.alloc(0), (webSocket) => {
            let byteCount = 0;
            webSocket.on('error', () => webSocket.terminate());
            const streams = webSocketStreams(webSocket, { hasStdin: true });
            streams.onResize(() => byteCount++);
            streams.stdin?.on('data', (chunk: Buffer) => (byteCount += chunk.length)).on('error', () => undefined);
            void streams.closed.then(() => resolve(byteCount > 0 ? 'taken' : 'refused'));
            socket.once('end', () => setImmediate(() => webSocket.terminate()));
          });
        }),
      close: async () => server.close(),
    };
  },
};

const HELLO = JSON.stringify({ reply: 1, value: { protocol: PROTOCOL_VERSION, version: 'x', pid: 1, instanceId: 'x', bootId: 'x', sandbox: false, reason: '', canSetUser: false, runningCount: 0 } });

/** What a supervisor says to the server: the answer to `hello`, then the input, then nothing more. */
export const supervisorEntrance: Entrance = {
  name: 'supervisor',
  words: ['{"reply":2,"value":', '{"reply":2,"failure":', '{"event":"exited"', '"failure":{"reason":', '\n', 'null', '[]', '"exit":{', 'parent-exited', 'imported', '"modules":'],
  async open() {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
    const path = join(directory, 'socket');
    let next = Buffer.alloc(0);
    const server: Server = createServer((socket: Socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(Buffer.concat([next, Buffer.from('\n')])));
    });
    await new Promise<void>((resolve) => {
      server.listen(path, resolve);
    });
    return {
      async attempt(input) {
        next = Buffer.concat([Buffer.from(`${HELLO}\n`), input]);
        try {
          const connection = await openConnection(path, { clock: systemClock, log: silentLog });
          const lost = new Promise<void>((resolve) => connection.onLost(resolve));
          connection.onExit(() => undefined);
          await connection.list().catch((error: unknown) => {
            if (!(error instanceof Failure)) throw error;
          });
          await lost;
          return 'taken';
        } catch (error) {
          if (error instanceof Failure) return 'refused';
          throw error;
        }
      },
      close: async () => {
        server.close();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  },
};

const LOG_OPTIONS = [{}, { timestamps: true }, { tailLines: 2 }, { limitBytes: 10 }, { sinceMs: 1_700_000_000_000 }] as const;

export const logEntrance: Entrance = {
  name: 'log',
  words: ['2026-11-29T12:00:00.000000001Z stdout F ', '2026-11-29T12:00:00.000000001Z stderr P ', '\n', '\r', ' F ', ' P ', '\xff\xfe', '\0', '9999-99-99T99:99:99Z stdout F x\n'],
  async open() {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
    const logs = openLogs({ directory, clock: systemClock, log: silentLog });
    const key = { podUid: 'pod', container: 'main', restart: 0 };
    const file = await logs.fileFor(key);
    return {
      async attempt(input) {
        writeFileSync(file, input);
        let byteCount = 0;
        for (const options of LOG_OPTIONS) for await (const chunk of logs.read(key, options)) byteCount += chunk.length;
        for await (const _ of logs.search(key, '[a-z]+', { limit: 5 })) byteCount++;
        for await (const _ of logs.lines(key, { tailLines: 3 })) byteCount++;
        return byteCount > 0 ? 'taken' : 'refused';
      },
      close: async () => rmSync(directory, { recursive: true, force: true }),
    };
  },
};

const GREETING = `${JSON.stringify({ id: 987_654_321, type: 'list', request: {} })}\n`;

/** What a client says to the supervisor, a real one. Nothing in the corpus starts a program. */
export const supervisorRequestsEntrance: Entrance = {
  name: 'supervisor-requests',
  words: ['{"id":1,"type":"', '"request":{', '"podUid":', '"signal"', '"kill-pod"', '"entrance"', '"stats"', '"remove-pod"', '\n', '\0', '{}', '[]', '1e400', 'NaN'],
  async open() {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
    const supervisor = await connectSupervisor({ dataDir: directory, python: await findPython(), log: silentLog, clock: systemClock });
    const { socket: path } = JSON.parse(readFileSync(join(directory, 'supervisor', 'supervisor.json'), 'utf8')) as { socket: string };
    return {
      async attempt(input) {
        // It ends when it is told to, which is no fault of the input.
        if (input.includes('shutdown') || input.includes('start-')) return 'refused';
        const socket = connect(path);
        socket.on('error', () => undefined).resume();
        socket.end(input);
        await once(socket, 'close', { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
        const witness = connect(path);
        witness.write(GREETING);
        const [answer] = (await once(witness, 'data', { signal: AbortSignal.timeout(ANSWER_MS_MAX) })) as [Buffer];
        witness.destroy();
        if (!answer.toString().startsWith('{"reply": 987654321') && !answer.toString().startsWith('{"reply":987654321')) throw new Error(`the supervisor says ${answer.toString().slice(0, 200)}`);
        return 'taken';
      },
      async close() {
        await supervisor.shutdown({ force: true }).catch(() => undefined);
        supervisor.close();
        rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
      },
    };
  },
};
