// Whether a document is already as a write would leave it, found out in one walk that makes nothing. What the house itself writes is, and most of
// what clients send: then it need not be checked for types, searched for unknown members and copied without them, a walk each.
import { oncePer, type Json } from '../../base/mod.ts';
import { normaliseQuantity } from '../../expr/mod.ts';
import type { KindDefinition, KindSchema } from '../kind.ts';
import { isBase64, withoutLineBreaks } from './base64.ts';
import { typeComplaint } from './check.ts';
import { ANYTHING, memberSchema, objectSchema, resolveSchema } from './definitions.ts';
import { DEPTH_MAX } from './depth.ts';
import { isZero, omittedZeroes } from './omitted-zeroes.ts';
import { normaliseTime } from './time.ts';

/** True: `checkTypes` and `findUnknownFields` have nothing to say, and `pruneUnknown` would give an equal object. False says nothing. */
export function isCanonical(kind: Pick<KindDefinition, 'schema' | 'custom'>, object: unknown): boolean {
  return kind.custom === undefined && fits(shapeOf(objectSchema(kind)), object, DEPTH_MAX);
}

/** A schema prepared for the walk. */
interface Shape {
  readonly schema: KindSchema;
  readonly takesLists: boolean;
  readonly takesObjects: boolean;
  readonly items: Member;
  /** Those that the schema declares. */
  readonly members: ReadonlyMap<string, Member>;
  /** What any other may be; undefined when there is none. */
  readonly others: Member | undefined;
}

interface Member {
  readonly schema: KindSchema;
  /** A zero is left out. */
  readonly omitsZero: boolean;
  /** Schemas contain themselves: made when it is first met. */
  shape?: Shape;
}

function shapeOf(schema: KindSchema): Shape {
  return resolvedShapeOf(resolveSchema(schema));
}

const resolvedShapeOf = oncePer((schema: KindSchema): Shape => {
  const omitted = omittedZeroes(schema);
  const others = memberSchema(schema, '');
  return {
    schema,
    takesLists: typeComplaint(schema, []) === undefined,
    takesObjects: typeComplaint(schema, {}) === undefined,
    items: { schema: schema.items ?? ANYTHING, omitsZero: false },
    members: new Map(Object.entries(schema.properties ?? {}).map(([name, member]) => [name, { schema: member, omitsZero: omitted.has(name) }])),
    others: others === undefined ? undefined : { schema: others, omitsZero: false },
  };
});

function fits(shape: Shape, value: unknown, levels: number): boolean {
  if (levels < 0) return false;
  if (typeof value !== 'object') return value !== undefined && scalarFits(shape.schema, value);
  if (value === null) return false;
  if (Array.isArray(value)) {
    if (!shape.takesLists) return false;
    for (const item of value) if (!memberFits(shape.items, item, levels)) return false;
    return true;
  }
  if (!shape.takesObjects) return false;
  for (const name in value) {
    const member = shape.members.get(name) ?? shape.others;
    if (member === undefined || !memberFits(member, (value as Record<string, unknown>)[name], levels)) return false;
  }
  return true;
}

function memberFits(member: Member, value: unknown, levels: number): boolean {
  if (member.omitsZero && isZero(value as Json)) return false;
  member.shape ??= shapeOf(member.schema);
  return fits(member.shape, value, levels - 1);
}

function scalarFits(schema: KindSchema, value: unknown): boolean {
  switch (schema.format) {
    case 'quantity':
      return typeof value === 'string' && normaliseQuantity(value) === value;
    case 'date-time':
      return typeof value === 'string' && isTime(value);
    case 'micro-time':
      return typeof value === 'string' && normaliseTime(value, 'microseconds') === value;
    case 'byte':
      return typeof value === 'string' && withoutLineBreaks(value) === value && isBase64(value);
    default:
      return typeComplaint(schema, value) === undefined;
  }
}

/** Of the last moment that was met: an object and its neighbours name the same few. */
let lastTime = '';

function isTime(text: string): boolean {
  if (text === lastTime) return true;
  if (normaliseTime(text, 'seconds') !== text) return false;
  lastTime = text;
  return true;
}
