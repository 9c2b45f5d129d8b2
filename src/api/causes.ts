// Causes of a refused object, worded as Kubernetes words them (k8s.io/apimachinery util/validation/field), and the Status
// that carries them.
import { failureStatus, type ResourceType, type Status, type StatusCause } from '../base/mod.ts';

/** Longer values are cut in messages. */
const VALUE_LENGTH_MAX = 256;

export function required(field: string, detail?: string): StatusCause {
  return cause('FieldValueRequired', field, 'Required value', detail);
}

export function invalid(field: string, value: unknown, detail: string): StatusCause {
  return cause('FieldValueInvalid', field, `Invalid value: ${show(value)}`, detail);
}

export function typeInvalid(field: string, value: unknown, detail: string): StatusCause {
  return cause('FieldValueTypeInvalid', field, `Invalid value: ${show(value)}`, detail);
}

export function notSupported(field: string, value: unknown, supported: readonly unknown[]): StatusCause {
  return cause('FieldValueNotSupported', field, `Unsupported value: ${show(value)}`, `supported values: ${supported.map(show).join(', ')}`);
}

export function duplicate(field: string, value: unknown): StatusCause {
  return cause('FieldValueDuplicate', field, `Duplicate value: ${show(value)}`);
}

export function forbidden(field: string, detail: string): StatusCause {
  return cause('FieldValueForbidden', field, 'Forbidden', detail);
}

export function notFound(field: string, value: unknown): StatusCause {
  return cause('FieldValueNotFound', field, `Not found: ${show(value)}`);
}

export function tooLong(field: string, lengthMax: number): StatusCause {
  return cause('FieldValueTooLong', field, 'Too long', `may not be more than ${lengthMax} bytes`);
}

export function tooMany(field: string, count: number, countMax: number): StatusCause {
  return cause('FieldValueTooMany', field, `Too many: ${count}`, `must have at most ${countMax} items`);
}

/** An object or a list that is wrong as a whole, and too long to be shown. */
export function invalidWhole(field: string, detail: string): StatusCause {
  return cause('FieldValueInvalid', field, 'Invalid value', detail);
}

export function immutable(field: string, value: unknown): StatusCause {
  return invalid(field, value, 'field is immutable');
}

/** The 422 answer: `Pod "p1" is invalid: spec.containers[0].image: Required value`. */
export function invalidStatus(
  kind: Pick<ResourceType, 'group'> & { readonly kind: string },
  name: string,
  causes: readonly StatusCause[],
): Status {
  const lines = causes.map(({ field, message }) => (field === undefined ? message : `${field}: ${message}`));
  const qualifiedKind = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  // As Go's encoder does: what is empty is not written.
  const details = { ...(name === '' ? {} : { name: name.slice(0, VALUE_LENGTH_MAX) }), ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.kind, causes };
  return failureStatus('Invalid', `${qualifiedKind} ${show(name)} is invalid: ${text}`, details);
}

function cause(reason: string, field: string, message: string, detail?: string): StatusCause {
  return { reason, message: detail === undefined || detail === '' ? message : `${message}: ${detail}`, field };
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length <= VALUE_LENGTH_MAX ? text : `${text.slice(0, VALUE_LENGTH_MAX)}…`;
}
