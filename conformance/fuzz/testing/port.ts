// The port itself: whatever bytes a connection brings, TLS or not, before there is any route; and the words by which callers say who they are.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtinKinds, SERVICE_ACCOUNTS } from '../../../src/api/mod.ts';
import { silentLog, systemClock, systemRng, type KubeObject } from '../../../src/base/mod.ts';
import { createGateway, ensureCertificates } from '../../../src/gateway/mod.ts';
import { allowEverything, createApiServer, createAuthentication, createServiceAccountTokens, createTokenAuthenticator, createTokenSigner, makeSigningKey } from '../../../src/server/mod.ts';
import { openDatabase } from '../../../src/sql/mod.ts';
import { openStore } from '../../../src/store/mod.ts';
import type { Route } from '../../../src/web/mod.ts';
import type { Entrance } from '../entrance.ts';

const OWNER = { user: 'owner', groups: ['system:masters'] };
/** The server waits 10 s for a first byte and 15 s for headers; a client that has said all that it will is let go at once. */
const CLOSED_MS_MAX = 20_000;
const FORESEEN_5XX = ['501', '503', '505'];

const ROUTES: readonly Route[] = (['api', 'content'] as const).map((origin): Route => ({
  method: '*',
  path: '/echo/{word}',
  origin,
  authorization: { kind: 'public', why: 'it is made for this' },
  bodyBytesMax: 1_000,
  handle: async (request) => ({ status: 200, body: `${request.method} ${request.params['word']} ${request.query.size} ${(await request.body()).length} ${request.identity.user}` }),
}));

/** The bytes of one connection; its client says nothing more then, and waits for the end. */
export const gatewayEntrance: Entrance = {
  name: 'gateway',
  words: ['\r\n', '\r\n\r\n', '\n', '\r', ' HTTP/1.1\r\n', 'Host: localhost\r\n', 'Host: artifact-x.localhost\r\n', 'Origin: null\r\n', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', '0\r\n\r\n', 'Connection: Upgrade\r\nUpgrade: websocket\r\n', 'Expect: 100-continue\r\n', 'Sec-Fetch-Site: cross-site\r\n', 'Authorization: Bearer ', '/echo/', '%2f', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03', '\0'],
  async open() {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
    const gateway = createGateway({
      host: '127.0.0.1',
      port: 0,
      routes: ROUTES,
      certificates: await ensureCertificates({ directory, hosts: ['localhost'], clock: systemClock }),
      allowedHosts: [],
      contentDomain: 'localhost',
      authenticate: createAuthentication({ authenticateToken: () => undefined, loopbackIdentity: OWNER }),
      isUser: () => true,
      clock: systemClock,
      log: silentLog,
    });
    const { port } = await gateway.start();
    return {
      async attempt(input) {
        const answer = (await exchange(port, input)).toString('latin1');
        const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status!);
        const bad = statuses.find((status) => status.startsWith('5') && !FORESEEN_5XX.includes(status));
        if (bad !== undefined) throw new Error(`answered ${bad}: ${answer.slice(0, 500)}`);
        return statuses[0] === '200' ? 'taken' : 'refused';
      },
      async close() {
        await gateway.stop();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  },
};

function exchange(port: number, input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.end(input));
    const timer = setTimeout(() => {
      reject(new Error('the server keeps a connection whose client has said everything'));
      socket.destroy();
    }, CLOSED_MS_MAX);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => undefined); // a reset is an end, too
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    });
  });
}

const TOKEN = 'token-of-the-owner-in-the-corpus-of-the-fuzzer';

/** An Authorization header; or claims, as JSON, which are signed by the server's own key before they come in. */
export const tokenEntrance: Entrance = {
  name: 'token',
  words: ['Bearer ', 'bearer  ', 'Basic ', '.', 'eyJhbGciOiJub25lIn0', '"sub":"system:serviceaccount:a:builder"', '"aud":', '"exp":', '"nbf":', '"kubernetes.io":', '"serviceaccount":', '"namespace":', '"uid":', '"pod":', '1e999', '\0', TOKEN],
  async open() {
    const database = openDatabase({ path: ':memory:', log: silentLog, synchronous: 'OFF' });
    const store = openStore({ database, clock: systemClock, log: silentLog });
    const server = createApiServer({ store, kinds: builtinKinds, authorize: allowEverything, clock: systemClock, rng: systemRng, log: silentLog, isAutoNamespace: true });
    await server.objectApi.create(SERVICE_ACCOUNTS, 'a', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'builder' } } as KubeObject);
    const signer = createTokenSigner(makeSigningKey());
    const tokens = createServiceAccountTokens({ store, signer, clock: systemClock, rng: systemRng });
    const authenticate = createAuthentication({ authenticateToken: createTokenAuthenticator(new Map([[TOKEN, OWNER]]), tokens), loopbackIdentity: OWNER });
    return {
      attempt(input) {
        const header = headerOf(input, (claims) => signer.sign(claims as never));
        const identities = [true, false].map((isTls) => authenticate({ headers: { authorization: header }, socket: { remoteAddress: '127.0.0.1' } as never }, isTls));
        return Promise.resolve(identities[0] === undefined ? 'refused' : 'taken');
      },
      async close() {
        store.close();
        await database.close();
      },
    };
  },
};

function headerOf(input: Buffer, sign: (claims: unknown) => string): string {
  const text = input.toString('utf8');
  try {
    return text.startsWith('{') ? `Bearer ${sign(JSON.parse(text))}` : input.toString('latin1');
  } catch {
    return input.toString('latin1');
  }
}
