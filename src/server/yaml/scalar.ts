// What a scalar of YAML stands for, as sigs.k8s.io/yaml has it, by which Kubernetes reads all YAML (go.yaml.in/yaml/v2 resolve.go):
// YAML 1.1 without numbers to base 60, times stay texts. Pure.
import { Failure } from '../../base/mod.ts';
import { goFormatFloat } from '../../expr/mod.ts';

/** A double between whole numbers keeps apart what becomes a different key: `1` and `1.0`, `1e3` and `1000`. */
export type Scalar =
  | { readonly kind: 'null' }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number };

const STANDARD_PREFIX = 'tag:yaml.org,2002:';
const NULL: Scalar = { kind: 'null' };

const BY_WORD: ReadonlyMap<string, Scalar> = new Map([
  ...inCases(['y', 'yes', 'true', 'on'], { kind: 'bool', value: true }),
  ...inCases(['n', 'no', 'false', 'off'], { kind: 'bool', value: false }),
  ...inCases(['~', 'null', ''], NULL),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, Scalar] => [word, { kind: 'float', value: Number.NaN }]),
  ...inCases(['.inf', '+.inf'], { kind: 'float', value: Infinity }),
  ...inCases(['-.inf'], { kind: 'float', value: -Infinity }),
]);

/** In small letters, in capitals, and with the first letter as one. */
function inCases(words: readonly string[], scalar: Scalar): [string, Scalar][] {
  return words.flatMap((word) => [word, word.toUpperCase(), word.replace(/[a-z]/, (letter) => letter.toUpperCase())]).map((word) => [word, scalar]);
}

const WHOLE = /^([-+]?)(0[xX][\dA-Fa-f]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9]\d*)$/;
const FLOAT = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;
/** What begins with a dot goes another way, on which underscores are left in. */
const FLOAT_FROM_DOT = /^\.\d+(_\d+)*([eE][-+]?\d+(_\d+)*)?$/;
const [INT64_MIN, INT64_MAX, UINT64_MAX] = [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 64n - 1n];

/** A plain scalar without a tag. */
export function plainScalar(text: string): Scalar {
  const word = BY_WORD.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  if (first === DOT) return (FLOAT_FROM_DOT.test(text) ? finite(text.replaceAll('_', '')) : undefined) ?? { kind: 'text', value: text };
  const mayBeNumber = first === PLUS || first === MINUS || (first >= ZERO && first <= NINE);
  return (mayBeNumber ? numberOf(text.replaceAll('_', '')) : undefined) ?? { kind: 'text', value: text };
}

const [PLUS, MINUS, DOT, ZERO, NINE] = [0x2b, 0x2d, 0x2e, 0x30, 0x39];

function numberOf(text: string): Scalar | undefined {
  const [, sign = '', digits] = WHOLE.exec(text) ?? [];
  if (digits !== undefined) {
    const magnitude = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
    const value = sign === '-' ? -magnitude : magnitude;
    if (value >= INT64_MIN && value <= (sign === '' ? UINT64_MAX : INT64_MAX)) return { kind: 'int', value };
  }
  return FLOAT.test(text) ? finite(text) : undefined;
}

/** Beyond the range of doubles a number is a text. */
function finite(text: string): Scalar | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? { kind: 'float', value } : undefined;
}

/** A scalar with a tag, plain or quoted. Throws Failure `BadYaml` when the tag does not fit. Tags of others mean nothing: a text. */
export function taggedScalar(text: string, tag: string): Scalar {
  if (!tag.startsWith(STANDARD_PREFIX)) return { kind: 'text', value: text };
  const name = tag.slice(STANDARD_PREFIX.length);
  const scalar = plainScalar(text);
  switch (name) {
    case 'str':
      return { kind: 'text', value: text };
    case 'binary':
      return { kind: 'text', value: decodedText(text) };
    case 'timestamp':
      if (/^\d{4}-\d{1,2}-\d{1,2}/.test(text)) return { kind: 'text', value: text };
      break;
    case 'float':
      if (scalar.kind === 'int') return { kind: 'float', value: Number(scalar.value) };
      if (scalar.kind === 'float') return scalar;
      break;
    case 'bool':
    case 'int':
    case 'null':
      if (scalar.kind === name) return scalar;
      break;
    default:
      return { kind: 'text', value: text };
  }
  throw new Failure('BadYaml', `cannot decode \`${text}\` as a !!${name}`);
}

function decodedText(text: string): string {
  const base64 = text.replaceAll(/[\r\n]/g, '');
  if (base64.length % 4 !== 0 || !/^[A-Za-z\d+/]*={0,2}$/.test(base64)) throw new Failure('BadYaml', '!!binary value contains invalid base64 data');
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** The value in JSON, which has no infinities. */
export function jsonOf(scalar: Scalar): string | number | boolean | null {
  switch (scalar.kind) {
    case 'null':
      return null;
    case 'int':
      return Number(scalar.value);
    case 'float':
      if (Number.isFinite(scalar.value)) return scalar.value;
      throw new Failure('BadYaml', `unsupported value: ${goFormatFloat(scalar.value, 'g')}`);
    default:
      return scalar.value;
  }
}

/** The name of a member. Throws Failure `BadYaml` for what can be none: null, whole numbers of more than 63 bits. */
export function keyOf(scalar: Scalar): string {
  switch (scalar.kind) {
    case 'text':
      return scalar.value;
    case 'bool':
      return String(scalar.value);
    case 'int':
      if (scalar.value <= INT64_MAX) return String(scalar.value);
      break;
    case 'float':
      return floatKey(scalar.value);
    default:
  }
  throw new Failure('BadYaml', scalar.kind === 'null' ? 'a key is null; quote it' : `the key ${String(scalar.value)} is too large a number; quote it`);
}

/** With the digits of a float of 32 bits. */
function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const single = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(single.toPrecision(digits));
    if (Math.fround(shorter) === single) return goFormatFloat(shorter, 'g');
  }
  return goFormatFloat(Number(single.toPrecision(9)), 'g');
}
