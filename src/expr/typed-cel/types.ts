// The types of typed CEL: those of the language, and those that Kubernetes' libraries add. Pure.

export type CelType =
  | { readonly kind: PrimitiveKind }
  | { readonly kind: 'list'; readonly item: CelType }
  | { readonly kind: 'map'; readonly key: CelType; readonly value: CelType }
  | { readonly kind: 'optional'; readonly of: CelType }
  | ObjectType
  /** Stands for any type in a declaration; the same name is the same type. */
  | { readonly kind: 'parameter'; readonly name: string };

export type PrimitiveKind =
  | 'dyn'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration'
  | 'type'
  | 'quantity'
  | 'url'
  | 'ip'
  | 'cidr'
  | 'format'
  | 'semver'
  | 'authorizer'
  | 'pathcheck'
  | 'groupcheck'
  | 'resourcecheck'
  | 'decision';

export interface ObjectType {
  readonly kind: 'object';
  /** As upstream names it in messages. */
  readonly name: string;
  /** The type of a member, by the name that an expression uses; undefined when it has none. */
  field(name: string): CelType | undefined;
  /** Name of the member in JSON. */
  jsonName(name: string): string;
}

export const DYN: CelType = { kind: 'dyn' };
export const BOOL: CelType = { kind: 'bool' };
export const INT: CelType = { kind: 'int' };

/** As upstream writes them in messages. */
const TYPE_NAMES: Readonly<Record<PrimitiveKind, string>> = {
  dyn: 'dyn',
  null: 'null',
  bool: 'bool',
  int: 'int',
  uint: 'uint',
  double: 'double',
  string: 'string',
  bytes: 'bytes',
  timestamp: 'timestamp',
  duration: 'duration',
  type: 'type',
  quantity: 'kubernetes.Quantity',
  url: 'kubernetes.URL',
  ip: 'net.IP',
  cidr: 'net.CIDR',
  format: 'kubernetes.NamedFormat',
  semver: 'kubernetes.Semver',
  authorizer: 'kubernetes.authorization.Authorizer',
  pathcheck: 'kubernetes.authorization.PathCheck',
  groupcheck: 'kubernetes.authorization.GroupCheck',
  resourcecheck: 'kubernetes.authorization.ResourceCheck',
  decision: 'kubernetes.authorization.Decision',
};

export function typeName(type: CelType): string {
  switch (type.kind) {
    case 'list':
      return `list(${typeName(type.item)})`;
    case 'map':
      return `map(${typeName(type.key)}, ${typeName(type.value)})`;
    case 'optional':
      return `optional_type(${typeName(type.of)})`;
    case 'object':
    case 'parameter':
      return type.name;
    default:
      return TYPE_NAMES[type.kind];
  }
}

export type Bindings = Map<string, CelType>;

/** Whether a value of the type may stand where the other is declared; parameters of the declaration are bound. */
export function isAssignable(declared: CelType, given: CelType, bindings: Bindings): boolean {
  if (declared.kind === 'parameter') return bindParameter(declared.name, given, bindings);
  if (declared.kind === 'dyn' || given.kind === 'dyn') return true;
  if (declared.kind !== given.kind) {
    // Null may stand for what wraps a value.
    return given.kind === 'null' && ['object', 'timestamp', 'duration'].includes(declared.kind);
  }
  switch (declared.kind) {
    case 'list':
      return isAssignable(declared.item, (given as typeof declared).item, bindings);
    case 'map':
      return isAssignable(declared.key, (given as typeof declared).key, bindings) && isAssignable(declared.value, (given as typeof declared).value, bindings);
    case 'optional':
      return isAssignable(declared.of, (given as typeof declared).of, bindings);
    case 'object':
      return declared.name === (given as typeof declared).name;
    default:
      return true;
  }
}

function bindParameter(name: string, given: CelType, bindings: Bindings): boolean {
  const bound = bindings.get(name);
  if (bound === undefined || bound.kind === 'dyn') {
    bindings.set(name, bound ?? given);
    return true;
  }
  return isAssignable(bound, given, new Map()) || isAssignable(given, bound, new Map());
}

/** The type with its parameters replaced by what they were bound to. */
export function substitute(type: CelType, bindings: Bindings): CelType {
  switch (type.kind) {
    case 'parameter':
      return bindings.get(type.name) ?? DYN;
    case 'list':
      return { kind: 'list', item: substitute(type.item, bindings) };
    case 'map':
      return { kind: 'map', key: substitute(type.key, bindings), value: substitute(type.value, bindings) };
    case 'optional':
      return { kind: 'optional', of: substitute(type.of, bindings) };
    default:
      return type;
  }
}

/** One type for both; dyn when they have nothing in common. */
export function joined(a: CelType, b: CelType): CelType {
  if (a.kind === 'null' && b.kind !== 'null') return b;
  return isAssignable(a, b, new Map()) ? a : isAssignable(b, a, new Map()) ? b : DYN;
}
