// Reading a whole request body under a limit.
import type { IncomingMessage } from 'node:http';
import { Failure } from '../base/mod.ts';

/** Throws Failure `BodyTooLarge` as soon as the limit is passed, and `BodyIncomplete` when the client went away. */
export async function readBody(stream: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const declared = Number(stream.headers['content-length'] ?? 0);
  if (declared > bytesMax) throw tooLarge(bytesMax);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > bytesMax) throw tooLarge(bytesMax);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('BodyIncomplete', 'the request ended before its body did', { cause: error });
  }
  return Buffer.concat(chunks);
}

function tooLarge(bytesMax: number): Failure {
  return new Failure('BodyTooLarge', `the request body is larger than ${bytesMax} bytes`);
}
