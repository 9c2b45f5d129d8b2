// The one file of a multipart/form-data body.
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { IncomingHttpHeaders } from 'node:http';
import { describeError, Failure } from '../../base/mod.ts';
import { invalid } from './refusal.ts';

/** As the official server. */
export const UPLOAD_BYTES_MAX = 32 * 1024 * 1024;
/** What the form itself may add. */
export const FORM_BYTES_MAX = 64 * 1024;
const PART_COUNT_MAX = 16;
const HEADER_COUNT_MAX = 64;
const FILE_NAME_CHARS_MAX = 255;

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The file of the field `fieldName`. Throws a refusal when the body is no form or has not exactly one such file. */
export async function readUploadedFile(headers: IncomingHttpHeaders, body: Buffer, fieldName: string): Promise<UploadedFile> {
  const contentType = headers['content-type'];
  if (contentType === undefined || !/^multipart\/form-data\b/i.test(contentType)) {
    throw invalid(`the body must be multipart/form-data with the file in the field ${fieldName}`);
  }
  const files = await readFiles({ ...headers, 'content-type': contentType }, body, fieldName);
  const [file] = files;
  if (file === undefined) throw invalid(`the form has no file in the field ${fieldName}`);
  if (files.length > 1) throw invalid(`the form has more than one file in the field ${fieldName}`);
  if (file.name.length > FILE_NAME_CHARS_MAX) throw invalid(`${fieldName}: the file name is longer than ${FILE_NAME_CHARS_MAX} characters`);
  return file;
}

type FormHeaders = IncomingHttpHeaders & { readonly 'content-type': string };

function readFiles(headers: FormHeaders, body: Buffer, fieldName: string): Promise<readonly UploadedFile[]> {
  return new Promise((resolve, reject) => {
    const files: Promise<UploadedFile>[] = [];
    const parser = createParser(headers);
    parser.on('file', (field, stream, name) => {
      // A part that does not end fails its stream, also one that nobody wants to have.
      if (field !== fieldName) return stream.on('error', (error) => reject(unreadable(error))).resume();
      const file = collect(stream).then((bytes) => ({ name: name ?? '', bytes }));
      file.catch(reject);
      files.push(file);
    });
    for (const event of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      parser.once(event, () => reject(invalid(`the form has more than ${PART_COUNT_MAX} parts`)));
    }
    parser.once('error', (error: unknown) => reject(unreadable(error)));
    parser.once('finish', () => resolve(Promise.all(files)));
    parser.end(body);
  });
}

function createParser(headers: FormHeaders): BusboyInstance {
  const limits = {
    fileSize: UPLOAD_BYTES_MAX,
    files: PART_COUNT_MAX,
    fields: PART_COUNT_MAX,
    parts: PART_COUNT_MAX,
    headerPairs: HEADER_COUNT_MAX,
  };
  try {
    return new Busboy({ headers, limits });
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(error: unknown): Failure {
  return invalid(`the form cannot be read: ${describeError(error)}`);
}

async function collect(stream: BusboyFileStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk); // Without an encoding a stream gives buffers.
  } catch (error) {
    throw unreadable(error);
  }
  if (stream.truncated) throw new Failure('BodyTooLarge', `the file is larger than ${UPLOAD_BYTES_MAX} bytes`);
  return Buffer.concat(chunks);
}
