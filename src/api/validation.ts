// The whole check of an object: its metadata, the constraints of its schema, and the rules of its kind.
import { atOnce, type KubeObject, type StatusCause, type Steps } from '../base/mod.ts';
import type { KindDefinition } from './kind.ts';
import { validateMetadata } from './metadata-validation.ts';
import { validateSchema } from './schema/check.ts';
import { objectSchema } from './schema/definitions.ts';
import { customResourceSteps } from './structural/custom-resource.ts';

type ValidatedKind = Pick<KindDefinition, 'isNamespaced' | 'nameRule' | 'schema' | 'validate' | 'custom'>;

/** Causes in the order of the document; empty when the object may be stored. `old` is the stored object on update. */
export function validateObject(...subject: ValidatedObject): readonly StatusCause[] {
  return atOnce(validationSteps(...subject));
}

type ValidatedObject = Parameters<typeof validationSteps>;

/** The same for large objects and those with many rules, which take their time. */
export function* validationSteps(kind: ValidatedKind, object: KubeObject, old?: KubeObject, subresource?: string): Steps<readonly StatusCause[]> {
  if (kind.custom !== undefined) return [...validateMetadata(kind, object, old), ...(yield* customResourceSteps(kind, kind.custom, object, old))];
  const own = kind.schema.$ref === undefined ? validateSchema(objectSchema(kind), object) : [];
  yield;
  return [...validateMetadata(kind, object, old), ...own, ...(kind.validate?.(object, old, subresource) ?? [])];
}
