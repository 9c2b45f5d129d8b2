// Numbers as Go writes them. KFP's driver and launcher are Go programs, so this text reaches users' commands, files and
// cache keys; JavaScript's own differs (1e-7 against 1e-07, 1e21 against 1e+21).

/** How strconv.FormatFloat(x, format, -1, 64) writes a float: the shortest digits that read back as the same number. */
export function goFormatFloat(x: number, format: 'e' | 'f' | 'g'): string {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? '+Inf' : '-Inf';
  const sign = x < 0 || Object.is(x, -0) ? '-' : '';
  const { digits, exponent } = shortestDigits(Math.abs(x));
  const isScientific =
    format === 'e' || (format === 'g' && (exponent < G_EXPONENT_MIN || exponent >= G_EXPONENT_LIMIT));
  return sign + (isScientific ? scientific(digits, exponent) : positional(digits, exponent));
}

/** The text KFP substitutes for a number: integers plain, everything else as Go's %g. */
export function goNumberText(x: number): string {
  if (Number.isInteger(x) && x >= -INT64_LIMIT && x < INT64_LIMIT) return BigInt(x).toString();
  return goFormatFloat(x, 'g');
}

/** The number text of Go's encoding/json: JavaScript's, except that negative zero keeps its sign. */
export function goJsonNumber(x: number): string {
  return Object.is(x, -0) ? '-0' : String(x);
}

/** 2^63: beyond it Go's conversion to int64 does not give the number back. */
const INT64_LIMIT = 2 ** 63;
/** %g with the shortest precision writes an exponent below and from these decimal exponents on. */
const G_EXPONENT_MIN = -4;
const G_EXPONENT_LIMIT = 6;

interface Decimal {
  /** Significant digits, no leading or trailing zeros except for "0" itself. */
  readonly digits: string;
  /** Decimal exponent of the first digit. */
  readonly exponent: number;
}

function shortestDigits(x: number): Decimal {
  const [mantissa = '0', exponent = '0'] = x.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) };
}

function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const magnitude = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits.slice(0, 1)}${fraction}e${exponent < 0 ? '-' : '+'}${magnitude}`;
}

function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const integerLength = exponent + 1;
  if (digits.length <= integerLength) return digits.padEnd(integerLength, '0');
  return `${digits.slice(0, integerLength)}.${digits.slice(integerLength)}`;
}
