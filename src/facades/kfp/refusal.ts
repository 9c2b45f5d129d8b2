// Refused requests: a gRPC code by which clients tell them apart, a sentence that names the field, and the two bodies in
// which the REST API of KFP answers them.
import { Failure } from '../../base/mod.ts';
import type { WebResponse } from '../../web/mod.ts';

/** Code and HTTP status of each reason (google.rpc.Code, and the mapping of grpc-gateway). */
const CODES = {
  InvalidArgument: { code: 3, status: 400 },
  NotFound: { code: 5, status: 404 },
  AlreadyExists: { code: 6, status: 409 },
  ResourceExhausted: { code: 8, status: 429 },
  FailedPrecondition: { code: 9, status: 400 },
  Unimplemented: { code: 12, status: 501 },
  Internal: { code: 13, status: 500 },
  Unavailable: { code: 14, status: 503 },
} as const;
export type RefusalReason = keyof typeof CODES;

/** Failures of other rooms that a client caused or should learn of. */
const REASONS_OF_OTHER_ROOMS: Readonly<Record<string, RefusalReason>> = {
  UnknownField: 'InvalidArgument',
  TooManyPredicates: 'InvalidArgument',
  InvalidUri: 'InvalidArgument',
  BodyIncomplete: 'InvalidArgument',
  StorageReadOnly: 'Unavailable',
  StorageClosed: 'Unavailable',
};

/** Statuses that grpc-gateway has no code for. */
const STATUSES_OF_OTHER_ROOMS: Readonly<Record<string, number>> = { BodyTooLarge: 413, StorageFull: 507 };

/** What a handler throws to refuse a request; thrown inside a write it also leaves nothing behind. */
export function refusal(reason: RefusalReason, message: string): Failure {
  return new Failure(reason, message);
}

export function invalid(message: string): Failure {
  return refusal('InvalidArgument', message);
}

export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

/** Undefined when the error is no answer to a client: then something is wrong in Slipway itself. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Failure)) return undefined;
  const reason = Object.hasOwn(CODES, error.reason) ? (error.reason as RefusalReason) : REASONS_OF_OTHER_ROOMS[error.reason];
  if (reason !== undefined) return { ...CODES[reason], message: error.message };
  const status = STATUSES_OF_OTHER_ROOMS[error.reason];
  return status === undefined ? undefined : { status, code: CODES.ResourceExhausted.code, message: error.message };
}

/** `error` repeats the message as grpc-gateway does; the Python client shows the whole body. */
export function refusalResponse({ status, code, message }: Refusal): WebResponse {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.Status', code, message }];
  return jsonResponse({ error: message, code, message, details }, status);
}

/** The upload endpoints have a body of their own. */
export function uploadRefusalResponse({ status, message }: Refusal): WebResponse {
  return jsonResponse({ error_message: message, error_details: message }, status);
}

export function jsonResponse(body: object, status = 200): WebResponse {
  return jsonTextResponse(JSON.stringify(body), status);
}

export function jsonTextResponse(body: string, status = 200): WebResponse {
  return { status, headers: { 'content-type': 'application/json' }, body };
}
