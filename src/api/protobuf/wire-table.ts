// The table of how Kubernetes types lie on the wire, parsed message by message on first use. Its format is told in
// tools/generate-protobuf-table.ts.
import table from '../generated/protobuf-table.json' with { type: 'json' };
import { assert } from '../../base/mod.ts';

export type WireShape = 'single' | 'list' | 'map';

export interface WireField {
  /** Undefined when the members belong to the message around it. */
  readonly name: string | undefined;
  readonly shape: WireShape;
  /** A scalar, a special type, or the name of a message (it has a slash). */
  readonly type: string;
  readonly keepsZero: boolean;
}

export type WireMessage = ReadonlyMap<number, WireField>;

const KINDS: Readonly<Record<string, string>> = table.kinds;
const MESSAGES: Readonly<Record<string, string>> = table.messages;
const parsedMessages = new Map<string, WireMessage>();

/** Name of the message of a kind; DeleteOptions come under the apiVersion of whatever is deleted. */
export function messageOfKind(apiVersion: string, kind: string): string | undefined {
  const key = kind === 'DeleteOptions' ? 'v1/DeleteOptions' : `${apiVersion}/${kind}`;
  return Object.hasOwn(KINDS, key) ? KINDS[key] : undefined;
}

export function wireMessage(name: string): WireMessage {
  const message = findWireMessage(name);
  assert(message !== undefined, `no wire message ${name}`);
  return message;
}

/** Undefined for types that never travel as protobuf. */
export function findWireMessage(name: string): WireMessage | undefined {
  const known = parsedMessages.get(name);
  if (known !== undefined) return known;
  const text = Object.hasOwn(MESSAGES, name) ? MESSAGES[name] : undefined;
  if (text === undefined) return undefined;
  const message = new Map(text.split(',').map(parseField));
  parsedMessages.set(name, message);
  return message;
}

function parseField(text: string): readonly [number, WireField] {
  const match = /^(\d+) (\S+) (!?)(\[\]|\{\})?(\S+)$/.exec(text);
  assert(match !== null, `a wire field reads "${text}"`);
  const [, number, name, zeroMark, shapeMark, type] = match;
  const shape = shapeMark === '[]' ? 'list' : shapeMark === '{}' ? 'map' : 'single';
  return [Number(number), { name: name === '.' ? undefined : name, shape, type: type!, keepsZero: zeroMark === '!' }];
}
