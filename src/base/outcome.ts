// Expected outcomes of the verbs, as a union: the caller must look before it uses the value.
import type { Status } from './kube.ts';

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly status: Status };

export function success<T>(value: T): Outcome<T> {
  return { ok: true, value };
}
