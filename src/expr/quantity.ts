// Kubernetes quantities: `500m`, `1.5Gi`, `2e3` (k8s.io/apimachinery pkg/api/resource). The canonical text is the one that
// a Kubernetes API server stores: no fraction, the largest suffix that keeps it so.
import { parsed, refused, type Parsed } from './parsed.ts';

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  /** The value in units of 1e-9; finer fractions are rounded away from zero. */
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

const NANOS_PER_UNIT = 10n ** 9n;
/** Larger binary values are taken as this, as upstream does. */
const NANOS_MAX = (2n ** 63n - 1n) * NANOS_PER_UNIT;
const TEXT_LENGTH_MAX = 128;
/** Larger decimal exponents are taken as this one. */
const EXPONENT_MAX = 60;
const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?$/;
const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

export function parseQuantity(text: string | number): Parsed<Quantity> {
  const match = String(text).length <= TEXT_LENGTH_MAX ? QUANTITY.exec(String(text).trim()) : null;
  const [, sign, whole = '', fraction = '', suffix = ''] = match ?? [];
  if (match === null || whole + fraction === '') {
    return refused(`quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`);
  }
  const binaryPower = BINARY_SUFFIXES.indexOf(suffix);
  const isBinary = binaryPower > 0;
  const isExponent = /^[eE][+-]?\d/.test(suffix);
  const format: QuantityFormat = isBinary ? 'BinarySI' : isExponent ? 'DecimalExponent' : 'DecimalSI';
  const exponent = isBinary ? 0 : isExponent ? Number(suffix.slice(1)) : 3 * (DECIMAL_SUFFIXES.indexOf(suffix) - 3);
  const shift = clamp(exponent, EXPONENT_MAX) - fraction.length + 9;
  const digits = BigInt(whole + fraction) * (isBinary ? 1024n ** BigInt(binaryPower) : 1n);
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : divideUp(digits, 10n ** BigInt(-shift));
  const capped = isBinary && magnitude > NANOS_MAX ? NANOS_MAX : magnitude;
  return parsed({ nanos: sign === '-' ? -capped : capped, format });
}

export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0';
  const isFraction = nanos % NANOS_PER_UNIT !== 0n;
  const isBelowKibi = absolute(nanos) < 1024n * NANOS_PER_UNIT;
  if (format === 'BinarySI' && !isFraction && !isBelowKibi) {
    const [mantissa, power] = factorOut(nanos / NANOS_PER_UNIT, 1024n, BINARY_SUFFIXES.length - 1);
    return `${mantissa}${BINARY_SUFFIXES[power]}`;
  }
  const isExponent = format === 'DecimalExponent';
  const [mantissa, power] = factorOut(nanos, 1000n, isExponent ? Infinity : DECIMAL_SUFFIXES.length - 1);
  if (!isExponent) return `${mantissa}${DECIMAL_SUFFIXES[power]}`;
  return power === 3 ? `${mantissa}` : `${mantissa}e${3 * power - 9}`;
}

/** The canonical text; undefined when the text is no quantity. */
export function normaliseQuantity(text: string | number): string | undefined {
  const quantity = parseQuantity(text);
  return quantity.ok ? formatQuantity(quantity.value) : undefined;
}

/** Rounds away from zero to thousandths, as upstream does with resource lists. */
export function roundUpToMilli({ nanos, format }: Quantity): Quantity {
  const rounded = divideUp(absolute(nanos), 10n ** 6n) * 10n ** 6n;
  return { nanos: nanos < 0n ? -rounded : rounded, format };
}

export function compareQuantities(a: Quantity, b: Quantity): -1 | 0 | 1 {
  return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
}

/** The value as a float, for example bytes or cores. */
export function quantityToNumber({ nanos }: Quantity): number {
  return Number(nanos / NANOS_PER_UNIT) + Number(nanos % NANOS_PER_UNIT) / 1e9;
}

function factorOut(value: bigint, base: bigint, powerMax: number): [bigint, number] {
  let power = 0;
  let mantissa = value;
  for (; power < powerMax && mantissa % base === 0n; power++) mantissa /= base;
  return [mantissa, power];
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function clamp(value: number, max: number): number {
  return Math.min(Math.max(value, -max), max);
}
