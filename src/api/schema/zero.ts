// What Go makes of a null where its type has none: the zero value.
import type { Json } from '../../base/mod.ts';
import type { KindSchema } from '../kind.ts';
import { resolveSchema } from './definitions.ts';

/** Null where a schema does not take it. */
export function isRefusedNull(schema: KindSchema, value: unknown): boolean {
  return value === null && schema.nullable !== true && schema['x-kubernetes-preserve-unknown-fields'] !== true;
}

/** Undefined where Go has null again: lists, times. */
export function zeroOf(schema: KindSchema): Json | undefined {
  const { type, format } = resolveSchema(schema);
  switch (type) {
    case 'string':
      return format === 'quantity' ? '0' : format === undefined || format === 'byte' ? '' : undefined;
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'object':
      return {};
    default:
      return undefined;
  }
}
