// The refusals of the Kubernetes API in its own words; clients and people match on these texts.
import { failureStatus, type ResourceType, type Status, type StatusCause } from '../base/mod.ts';
import { invalidStatus, resourceName, type KindDefinition } from '../api/mod.ts';

export type Refusal = { readonly ok: false; readonly status: Status };

export function refuse(status: Status): Refusal {
  return { ok: false, status };
}

export function badRequest(message: string): Refusal {
  return refuse(failureStatus('BadRequest', message));
}

export function notFound(type: ResourceType, name: string): Refusal {
  return refuse(failureStatus('NotFound', `${resourceName(type)} "${name}" not found`, detailsOf(type, name)));
}

export function alreadyExists(type: ResourceType, name: string): Refusal {
  return refuse(failureStatus('AlreadyExists', `${resourceName(type)} "${name}" already exists`, detailsOf(type, name)));
}

export function conflict(type: ResourceType, name: string, why: string): Refusal {
  const message = `Operation cannot be fulfilled on ${resourceName(type)} "${name}": ${why}`;
  return refuse(failureStatus('Conflict', message, detailsOf(type, name)));
}

export const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

export function forbidden(type: ResourceType, name: string, why: string, causes?: readonly StatusCause[]): Refusal {
  const subject = name === '' ? resourceName(type) : `${resourceName(type)} "${name}"`;
  const details = { ...detailsOf(type, name), ...(causes === undefined ? {} : { causes }) };
  return refuse(failureStatus('Forbidden', `${subject} is forbidden: ${why}`, details));
}

/** 422 with one cause per field. */
export function invalidObject(kind: Pick<KindDefinition, 'group' | 'kind'>, name: string, causes: readonly StatusCause[]): Refusal {
  return refuse(invalidStatus(kind, name, causes));
}

export function methodNotSupported(type: ResourceType, verb: string): Refusal {
  const message = `${verb} is not supported on resources of kind "${resourceName(type)}"`;
  return refuse(failureStatus('MethodNotAllowed', message, { ...groupOf(type), kind: type.resource }));
}

/** The path names a group, version or resource that is not served. */
export function noSuchResource(): Refusal {
  return refuse(failureStatus('NotFound', 'the server could not find the requested resource', {}));
}

export function expired(message: string): Refusal {
  return refuse(failureStatus('Expired', message));
}

export function tooLargeResourceVersion(wanted: number, current: number): Refusal {
  return refuse(
    failureStatus('Timeout', `Too large resource version: ${wanted}, current: ${current}`, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    }),
  );
}

function detailsOf(type: ResourceType, name: string): NonNullable<Status['details']> {
  return { ...(name === '' ? {} : { name }), ...groupOf(type), kind: type.resource };
}

function groupOf(type: { readonly group: string }): { group?: string } {
  return type.group === '' ? {} : { group: type.group };
}
