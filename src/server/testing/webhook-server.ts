// A webhook as users run them: an HTTPS server with an authority of its own, which answers what the test says.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { testCertificate } from './test-certificate.ts';

export interface WebhookServer {
  readonly url: string;
  readonly port: number;
  /** base64 of PEM, as configurations have it. */
  readonly caBundle: string;
  /** The requests of the reviews that came, in their order. */
  readonly asked: JsonObject[];
}

/** What `response` of the review says, the uid excepted; or something else altogether. */
export type WebhookAnswer = (request: JsonObject, response: ServerResponse) => JsonObject | undefined | Promise<JsonObject | undefined>;

/** Of admission or conversion; gone after the test. */
export async function webhookServer(context: TestContext, answer: WebhookAnswer): Promise<WebhookServer> {
  const made = await testCertificate('webhook of a test', ['127.0.0.1', 'hook.default.svc']);
  const asked: JsonObject[] = [];
  const server = createServer({ key: made.key, cert: made.certificate }, (message, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
      const review = JSON.parse(Buffer.concat(chunks).toString()) as JsonObject;
      const request = review['request'] as JsonObject;
      asked.push(request);
      const verdict = await answer(request, response);
      if (verdict === undefined) return;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ kind: review['kind'], apiVersion: review['apiVersion'], response: { uid: request['uid'], ...verdict } }));
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  context.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/`, port, caBundle: Buffer.from(made.certificate).toString('base64'), asked };
}

/** A response that changes the object. */
export function patchResponse(...operations: readonly object[]): JsonObject {
  return { allowed: true, patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(operations)).toString('base64') };
}
