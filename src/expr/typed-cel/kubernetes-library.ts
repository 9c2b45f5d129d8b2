// What Kubernetes adds to CEL (k8s.io/apiserver pkg/cel/library): URLs, quantities, IP addresses and networks, named formats, semver.
import { isDnsLabel, isDnsSubdomain, isLabelValue, isQualifiedName } from '../label-name.ts';
import { formatQuantity, parseQuantity, quantityToNumber, type Quantity } from '../quantity.ts';
import { fail } from './arithmetic.ts';
import type { FunctionTable } from './functions.ts';
import { declareNetworks } from './network-library.ts';
import { CelFormat, CelOptional, CelQuantity, CelSemver, CelTypeValue, CelUrl, compareValues, timestampOf } from './values.ts';

export function declareKubernetes(table: FunctionTable): void {
  declareUrls(table);
  declareQuantities(table);
  declareNetworks(table);
  declareFormats(table);
  declareSemvers(table);
}

/** As Go's url.ParseRequestURI: absolute, or a path. */
function urlOf(text: string): URL | undefined {
  if (text === '' || /[\u0000-\u0020]/.test(text)) return undefined;
  if (text.startsWith('/')) return URL.canParse(text, 'path://x') ? new URL(text, 'path://x') : undefined;
  return /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}

function declareUrls(table: FunctionTable): void {
  const isPath = ({ url }: CelUrl) => url.protocol === 'path:';
  const rawAuthority = ({ text }: CelUrl) => /^[^:/?#]+:\/\/(?:[^@/?#]*@)?([^/?#]*)/.exec(text)?.[1] ?? '';
  const port = (each: CelUrl) => /:(\d*)$/.exec(rawAuthority(each))?.[1] ?? '';
  table
    .declare('url(string): url', (text: string) => {
      const url = urlOf(text);
      return url === undefined ? fail(`URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`) : new CelUrl(text, url);
    }, 'scan')
    .declare('isURL(string): bool', (text: string) => urlOf(text) !== undefined, 'scan')
    .declare('url.getScheme(): string', (each: CelUrl) => (isPath(each) ? '' : each.url.protocol.slice(0, -1)))
    .declare('url.getHost(): string', (each: CelUrl) => (isPath(each) ? '' : rawAuthority(each)))
    .declare('url.getHostname(): string', (each: CelUrl) => (isPath(each) ? '' : rawAuthority(each).replace(/:\d*$/, '').replace(/^\[|\]$/g, '')))
    .declare('url.getPort(): string', port)
    .declare('url.getEscapedPath(): string', (each: CelUrl) => (/^[^:/?#]+:\/\/[^/?#]*$/.test(each.text) ? '' : each.url.pathname))
    .declare('url.getQuery(): map<string, list<string>>', ({ url }: CelUrl) => {
      const names = [...new Set(url.searchParams.keys())];
      return new Map(names.map((name) => [name, url.searchParams.getAll(name)]));
    });
}

function declareQuantities(table: FunctionTable): void {
  const quantityOf = (text: string) => {
    const quantity = parseQuantity(text);
    return quantity.ok ? new CelQuantity(quantity.value) : fail(quantity.message);
  };
  const compared = (a: CelQuantity, b: CelQuantity) => compareValues(a, b)!;
  const isWhole = ({ quantity }: CelQuantity) => quantity.nanos % 1_000_000_000n === 0n;
  const moved = ({ quantity }: CelQuantity, nanos: bigint): CelQuantity => new CelQuantity({ ...quantity, nanos: quantity.nanos + nanos } satisfies Quantity);
  table
    .declare('quantity(string): quantity', quantityOf, 'scan')
    .declare('isQuantity(string): bool', (text: string) => parseQuantity(text).ok, 'scan')
    .declare('quantity.sign(): int', ({ quantity }: CelQuantity) => (quantity.nanos > 0n ? 1n : quantity.nanos < 0n ? -1n : 0n))
    .declare('quantity.isInteger(): bool', isWhole)
    .declare('quantity.asInteger(): int', (each: CelQuantity) => (isWhole(each) ? each.quantity.nanos / 1_000_000_000n : fail('cannot convert value to integer')))
    .declare('quantity.asApproximateFloat(): double', ({ quantity }: CelQuantity) => quantityToNumber(quantity))
    .declare('quantity.isGreaterThan(quantity): bool', (a: CelQuantity, b: CelQuantity) => compared(a, b) > 0)
    .declare('quantity.isLessThan(quantity): bool', (a: CelQuantity, b: CelQuantity) => compared(a, b) < 0)
    .declare('quantity.compareTo(quantity): int', (a: CelQuantity, b: CelQuantity) => BigInt(compared(a, b)))
    .declare('quantity.add(quantity): quantity', (a: CelQuantity, b: CelQuantity) => moved(a, b.quantity.nanos))
    .declare('quantity.add(int): quantity', (a: CelQuantity, b: bigint) => moved(a, b * 1_000_000_000n))
    .declare('quantity.sub(quantity): quantity', (a: CelQuantity, b: CelQuantity) => moved(a, -b.quantity.nanos))
    .declare('quantity.sub(int): quantity', (a: CelQuantity, b: bigint) => moved(a, -b * 1_000_000_000n))
    .declare('string(quantity): string', ({ quantity }: CelQuantity) => formatQuantity(quantity));
}

const LABEL = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const SUBDOMAIN = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const DNS1035 = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";

function validator(isValid: (text: string) => boolean, message: string): (text: string) => readonly string[] {
  return (text) => (isValid(text) ? [] : [message]);
}

const isDns1035 = (text: string) => text.length <= 63 && /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/.test(text);
/** A prefix of a name may end with a dash. */
const prefixOf = (isValid: (text: string) => boolean) => (text: string) => isValid(text.replace(/-$/, 'a'));

const FORMATS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  dns1123Label: validator(isDnsLabel, LABEL),
  dns1123Subdomain: validator(isDnsSubdomain, SUBDOMAIN),
  dns1035Label: validator(isDns1035, DNS1035),
  qualifiedName: validator(isQualifiedName, "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"),
  dns1123LabelPrefix: validator(prefixOf(isDnsLabel), LABEL),
  dns1123SubdomainPrefix: validator(prefixOf(isDnsSubdomain), SUBDOMAIN),
  dns1035LabelPrefix: validator(prefixOf(isDns1035), DNS1035),
  labelValue: validator(isLabelValue, "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"),
  uri: validator((text) => urlOf(text) !== undefined, 'invalid URI'),
  uuid: validator((text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text), 'does not match the UUID format'),
  byte: validator((text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text), 'invalid base64'),
  date: validator((text) => /^\d{4}-\d\d-\d\d$/.test(text) && Number.isFinite(Date.parse(text)), 'invalid date'),
  datetime: validator(isTime, 'invalid datetime'),
};

function isTime(text: string): boolean {
  try {
    return text.length > 10 && timestampOf(text) !== undefined;
  } catch {
    return false; // only a Failure for a text that is no time
  }
}

function declareFormats(table: FunctionTable): void {
  const formatOf = (name: string) => new CelFormat(name, FORMATS[name]!);
  table
    .declare('named(string): optional<format>', (name: string) => new CelOptional(Object.hasOwn(FORMATS, name) ? formatOf(name) : undefined))
    .declare('format.validate(string): optional<list<string>>', (format: CelFormat, text: string) => {
      const complaints = format.validate(text);
      return new CelOptional(complaints.length === 0 ? undefined : complaints);
    }, 'scan');
  for (const name of Object.keys(FORMATS)) table.declare(`${name}(): format`, () => formatOf(name));
}

function declareSemvers(table: FunctionTable): void {
  const parsed = (text: string) => {
    const [, major, minor, patch, prerelease = ''] = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text) ?? [];
    return major === undefined ? undefined : new CelSemver(BigInt(major), BigInt(minor!), BigInt(patch!), prerelease);
  };
  table
    .declare('semver(string): semver', (text: string) => parsed(text) ?? fail(`No Major.Minor.Patch elements found`), 'scan')
    .declare('isSemver(string): bool', (text: string) => parsed(text) !== undefined, 'scan')
    .declare('semver.major(): int', (each: CelSemver) => each.major)
    .declare('semver.minor(): int', (each: CelSemver) => each.minor)
    .declare('semver.patch(): int', (each: CelSemver) => each.patch)
    .declare('semver.isLessThan(semver): bool', (a: CelSemver, b: CelSemver) => compareValues(a, b)! < 0)
    .declare('semver.isGreaterThan(semver): bool', (a: CelSemver, b: CelSemver) => compareValues(a, b)! > 0)
    .declare('semver.compareTo(semver): int', (a: CelSemver, b: CelSemver) => BigInt(compareValues(a, b)!));
}

/** The names of types, which are values themselves. */
export const TYPE_VALUES: ReadonlyMap<string, CelTypeValue> = new Map(
  ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type', 'type'].map((name) => [name, new CelTypeValue(name)]),
);
