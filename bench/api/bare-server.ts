// The floor of the fan-out: a bare node:https server that parses and answers the same bodies and sends the same lines to all who
// watch, pieces put together as Slipway does; it stores nothing, checks nothing, and waits for no disk.
import { createServer } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BareServerTask {
  readonly key: string;
  readonly certificate: string;
  /** What the server adds to an object besides its revision. */
  readonly fillerChars: number;
  readonly restMs: number;
}

process.once('message', (task: BareServerTask) => {
  const watchers = new Set<ServerResponse>();
  let revision = 0;
  let lines = '';
  const flush = () => {
    const piece = Buffer.from(lines);
    lines = '';
    for (const watcher of watchers) watcher.write(piece);
  };
  const server = createServer({ key: task.key, cert: task.certificate, noDelay: true }, (request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      return void watchers.add(response);
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const object = JSON.parse(Buffer.concat(chunks).toString()) as { metadata: object };
      const text = JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: String(++revision), filler: 'x'.repeat(task.fillerChars) } });
      response.writeHead(201, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
      if (lines === '') setTimeout(flush, task.restMs);
      lines += `{"type":"ADDED","object":${text}}\n`;
    });
  });
  server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
});
