// Bounds of numbers, in upstream's order: the range of the format, multiples, minimum, maximum.
import type { StatusCause } from '../../base/mod.ts';
import { goNumberText } from '../../expr/mod.ts';
import { invalid } from '../causes.ts';
import type { KindSchema } from '../kind.ts';

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const INT64_BOUND = 2 ** 63;
const FLOAT32_MAX = 3.4028234663852886e38;

export function numberCauses(schema: KindSchema, value: number, path: string): readonly StatusCause[] {
  const field = path.startsWith('.') ? path.slice(1) : path;
  const causes: StatusCause[] = [];
  const range = rangeComplaint(schema, value, path);
  if (range !== undefined) causes.push(invalid('<nil>', '', range));
  const refuse = (text: string) => causes.push(invalid(field, value, `${path} in body should be ${text}`));
  const { multipleOf, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) refuse(`a multiple of ${goNumberText(multipleOf)}`);
  if (minimum !== undefined && (exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    refuse(`greater than ${exclusiveMinimum === true ? '' : 'or equal to '}${goNumberText(minimum)}`);
  }
  if (maximum !== undefined && (exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    refuse(`less than ${exclusiveMaximum === true ? '' : 'or equal to '}${goNumberText(maximum)}`);
  }
  return causes;
}

function isMultiple(value: number, factor: number): boolean {
  if (factor <= 0) return false;
  const quotient = factor < 1 ? (1 / factor) * value : value / factor;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

function rangeComplaint({ type, format }: KindSchema, value: number, path: string): string | undefined {
  if (type === 'integer') {
    const isInRange = format === 'int32' ? value >= INT32_MIN && value <= INT32_MAX : value >= -INT64_BOUND && value < INT64_BOUND;
    const isKnown = format === 'int32' || format === 'int64';
    if (isInRange && Number.isInteger(value)) return undefined;
    return isKnown ? `Checked value must be of type integer with format ${format} in ${path}` : `Checked value must be of type integer (default format) in ${path}`;
  }
  if (type === 'number' && format === 'float' && Math.abs(value) > FLOAT32_MAX) return `Checked value must be of type number with format float in ${path}`;
  return undefined;
}
