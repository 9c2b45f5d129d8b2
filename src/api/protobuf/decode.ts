// Request bodies of type application/vnd.kubernetes.protobuf: what kubectl 1.32 and newer send for typed calls. Only reading:
// every client that sends protobuf also accepts JSON. The wire reader is loaded with the first such body.
import { describeError, isJsonObject, type JsonObject } from '../../base/mod.ts';

export const PROTOBUF_MEDIA_TYPE = 'application/vnd.kubernetes.protobuf';

export type DecodedProtobuf =
  /** `object` has apiVersion and kind, as a JSON body would. */
  | { readonly ok: true; readonly apiVersion: string; readonly kind: string; readonly object: JsonObject }
  | { readonly ok: false; readonly message: string };

/** `k8s` and a zero byte. */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];

/** Never throws: a body that can't be read is an outcome with a sentence. */
export async function decodeProtobuf(bytes: Uint8Array): Promise<DecodedProtobuf> {
  if (!MAGIC.every((byte, index) => bytes[index] === byte)) return { ok: false, message: 'the body is not protobuf as Kubernetes frames it' };
  const [{ readEnvelope, readMessage, wireReader }, { messageOfKind }] = await Promise.all([import('./read-message.ts'), import('./wire-table.ts')]);
  try {
    const envelope = readEnvelope(wireReader(bytes.subarray(MAGIC.length)));
    const type = readEnvelope(wireReader(envelope.get(1) ?? new Uint8Array()));
    const apiVersion = textOf(type.get(1));
    const kind = textOf(type.get(2));
    const messageName = messageOfKind(apiVersion, kind);
    if (messageName === undefined) return { ok: false, message: `no protobuf form of kind "${kind}" in version "${apiVersion}" is known; send it as JSON` };
    const raw = envelope.get(2) ?? new Uint8Array();
    const members = readMessage(wireReader(raw), raw.length, messageName);
    return { ok: true, apiVersion, kind, object: isJsonObject(members) ? { apiVersion, kind, ...members } : { apiVersion, kind } };
  } catch (error) {
    return { ok: false, message: `the protobuf body can not be read: ${describeError(error)}` };
  }
}

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}
