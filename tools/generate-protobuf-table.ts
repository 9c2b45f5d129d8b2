// Writes src/api/generated/protobuf-table.json: how the Kubernetes types lie on the wire (field numbers and types) and what their
// JSON is called; facts only. It reads the struct tags of the Go modules, the one place that says all of it: number, JSON
// name, inlining, and whether a zero means "not set" (plain value with omitempty) or zero (pointer).
//
//   go mod download -json k8s.io/api@v0.36.0 k8s.io/apimachinery@v0.36.0
//   node tools/generate-protobuf-table.ts path/to/k8s.io/api@v0.36.0 path/to/k8s.io/apimachinery@v0.36.0
//
// A message is written as `NUMBER NAME TYPE` per field, separated by commas. TYPE is a scalar (string, int, bool, double,
// bytes), a special type (Time, MicroTime, Quantity, IntOrString, Raw) or a message; before it `[]` means repeated, `{}` a map with text
// keys, `!` that a zero is kept. The NAME `.` means that the members belong to the message around it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OUTPUT = new URL('../src/api/generated/protobuf-table.json', import.meta.url);

const API_PACKAGES = [
  'admissionregistration/v1',
  'apps/v1',
  'authentication/v1',
  'authorization/v1',
  'autoscaling/v1',
  'autoscaling/v2',
  'batch/v1',
  'coordination/v1',
  'core/v1',
  'discovery/v1',
  'events/v1',
  'networking/v1',
  'policy/v1',
  'rbac/v1',
  'scheduling/v1',
  'storage/v1',
];
const META_PACKAGE = 'meta/v1';
/** Group names that are not their folder's name. */
const GROUP_BY_FOLDER: Readonly<Record<string, string>> = {
  admissionregistration: 'admissionregistration.k8s.io',
  authentication: 'authentication.k8s.io',
  authorization: 'authorization.k8s.io',
  coordination: 'coordination.k8s.io',
  core: '',
  discovery: 'discovery.k8s.io',
  events: 'events.k8s.io',
  networking: 'networking.k8s.io',
  rbac: 'rbac.authorization.k8s.io',
  scheduling: 'scheduling.k8s.io',
  storage: 'storage.k8s.io',
};
/** Types of other packages by the name that they are imported under. */
const SPECIAL_TYPES: Readonly<Record<string, string>> = {
  'metav1.Time': 'Time',
  'meta/v1.Time': 'Time',
  'metav1.MicroTime': 'MicroTime',
  'meta/v1.MicroTime': 'MicroTime',
  'meta/v1.FieldsV1': 'Fields',
  'resource.Quantity': 'Quantity',
  'intstr.IntOrString': 'IntOrString',
  'runtime.RawExtension': 'Raw',
  'types.UID': 'string',
  'types.NodeName': 'string',
};
const PACKAGE_BY_ALIAS: Readonly<Record<string, string>> = { metav1: META_PACKAGE, v1: 'core/v1', corev1: 'core/v1', apiv1: 'core/v1' };
const SCALARS: Readonly<Record<string, string>> = { string: 'string', bool: 'bool', int32: 'int', int64: 'int', uint32: 'int', uint64: 'int', float64: 'double', '[]byte': 'bytes' };

interface Field {
  readonly number: number;
  readonly name: string;
  readonly goType: string;
  readonly isOmittable: boolean;
}

interface Package {
  readonly structs: ReadonlyMap<string, readonly Field[]>;
  readonly kinds: readonly string[];
  /** `type X string`, `type X []string`, `type X map[…]…` */
  readonly aliases: ReadonlyMap<string, string>;
}

function main(): void {
  const [apiPath, machineryPath] = process.argv.slice(2);
  if (apiPath === undefined || machineryPath === undefined) {
    console.error('usage: node tools/generate-protobuf-table.ts path/to/k8s.io/api path/to/k8s.io/apimachinery');
    process.exitCode = 2;
    return;
  }
  const packages = new Map(API_PACKAGES.map((name) => [name, readPackage(join(apiPath, name, 'types.go'))] as const));
  packages.set(META_PACKAGE, readPackage(join(machineryPath, 'pkg/apis', META_PACKAGE, 'types.go')));
  const kinds: Record<string, string> = { 'v1/DeleteOptions': `${META_PACKAGE}.DeleteOptions` };
  for (const name of API_PACKAGES) {
    const [folder = '', version = ''] = name.split('/');
    const group = GROUP_BY_FOLDER[folder] ?? folder;
    for (const kind of packages.get(name)!.kinds) kinds[`${group === '' ? '' : `${group}/`}${version}/${kind}`] = `${name}.${kind}`;
  }
  const messages = describeReachable(packages, Object.values(kinds));
  const line = ([name, text]: [string, string]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`;
  const sorted = (record: Record<string, string>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)).map(line).join(',\n');
  writeFileSync(OUTPUT, `{"kinds":{\n${sorted(kinds)}\n},"messages":{\n${sorted(messages)}\n}}\n`);
  console.log(`${Object.keys(kinds).length} kinds, ${Object.keys(messages).length} messages`);
}

function readPackage(path: string): Package {
  const source = readFileSync(path, 'utf8');
  const structs = new Map<string, readonly Field[]>();
  const kinds: string[] = [];
  for (const [, name, body] of source.matchAll(/^type (\w+) struct \{\n(.*?)^\}/gms)) {
    structs.set(name!, [...body!.matchAll(/^\t(?:(\w+)[ \t]+)?([\w.*[\]]+)[ \t]+`([^`]*)`/gm)].flatMap(([, , goType, tags]) => readField(goType!, tags!)));
    const isKind = /^\t(?:metav1\.)?TypeMeta\b/m.test(body!) && !/^\t(?:metav1\.)?ListMeta\b/m.test(body!) && !name!.endsWith('Options');
    if (isKind) kinds.push(name!);
  }
  const aliases = new Map([...source.matchAll(/^type (\w+) ((?:\[\]|map\[\w+\])?[\w.]+)$/gm)].map(([, name, type]) => [name!, type!] as const));
  return { structs, kinds, aliases };
}

function readField(goType: string, tags: string): readonly Field[] {
  const protobuf = /protobuf:"([^"]*)"/.exec(tags)?.[1];
  const json = /json:"([^"]*)"/.exec(tags)?.[1];
  if (protobuf === undefined || json === undefined) return [];
  const [name = '', ...options] = json.split(',');
  const number = Number(protobuf.split(',')[1]);
  return [{ number, name: options.includes('inline') ? '.' : name, goType, isOmittable: options.includes('omitempty') }];
}

function describeReachable(packages: ReadonlyMap<string, Package>, roots: readonly string[]): Record<string, string> {
  const messages: Record<string, string> = {};
  const waiting = [...roots];
  for (let message = waiting.pop(); message !== undefined; message = waiting.pop()) {
    if (Object.hasOwn(messages, message)) continue;
    const [packageName, typeName] = message.split('.') as [string, string];
    const { structs, aliases } = packages.get(packageName)!;
    // A named list of words is a message with one repeated field, whose JSON is the list itself.
    const fields = aliases.get(typeName) === '[]string' ? [{ number: 1, name: '.', goType: '[]string', isOmittable: true }] : structs.get(typeName);
    if (fields === undefined) throw new Error(`no struct ${message}`);
    messages[message] = fields.map((field) => `${field.number} ${field.name} ${describeType(field, packageName, packages, waiting)}`).join(',');
  }
  return messages;
}

function describeType(field: Field, packageName: string, packages: ReadonlyMap<string, Package>, waiting: string[]): string {
  const isPointer = field.goType.startsWith('*');
  const type = resolveType(isPointer ? field.goType.slice(1) : field.goType, packageName, packages);
  const shape = /^(\[\]|\{\})?(.*)$/.exec(type)!;
  if (shape[2]!.includes('/')) waiting.push(shape[2]!);
  const keepsZero = shape[1] === undefined && (isPointer || !field.isOmittable) && Object.values(SCALARS).includes(shape[2]!);
  return keepsZero ? `!${type}` : type;
}

function resolveType(goType: string, packageName: string, packages: ReadonlyMap<string, Package>): string {
  if (SCALARS[goType] !== undefined) return SCALARS[goType];
  const list = /^\[\]\*?(.+)$/.exec(goType);
  if (list !== null) return `[]${resolveType(list[1]!, packageName, packages)}`;
  const map = /^map\[[\w.]+\](.+)$/.exec(goType);
  if (map !== null) return `{}${resolveType(map[1]!, packageName, packages)}`;
  const [first = '', second] = goType.split('.');
  const targetPackage = second === undefined ? packageName : (PACKAGE_BY_ALIAS[first] ?? '');
  const special = SPECIAL_TYPES[goType] ?? SPECIAL_TYPES[`${targetPackage}.${second ?? first}`];
  if (special !== undefined) return special;
  const target = packages.get(targetPackage);
  if (target === undefined) throw new Error(`no package for ${goType} in ${packageName}`);
  const alias = target.aliases.get(second ?? first);
  return alias === undefined || alias === '[]string' ? `${targetPackage}.${second ?? first}` : resolveType(alias, targetPackage, packages);
}

main();
