// The port that Slipway would listen on.
import { createServer } from 'node:net';
import type { Finding } from '../../node/mod.ts';

export async function checkPort(host: string, port: number, isSlipwayThere: (url: string) => Promise<boolean>): Promise<Finding> {
  const subject = 'port';
  const code = await tryListen(host, port);
  if (code === undefined) return { subject, verdict: 'good', observation: `${host}:${port} is free` };
  const url = `http://${host}:${port}`;
  if (code === 'EADDRINUSE' && (await isSlipwayThere(url))) return { subject, verdict: 'good', observation: `Slipway runs at ${url}` };
  const observation = code === 'EADDRINUSE' ? `${host}:${port} is taken by another program` : `${host}:${port} can not be listened on (${code})`;
  return { subject, verdict: 'lacking', observation, nextStep: 'start with another one: slipway up --port 8081' };
}

/** Undefined when it worked, else the error's code. */
function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}
