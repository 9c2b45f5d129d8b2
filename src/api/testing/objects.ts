// For tests of kinds: objects as the server would make them, and what is said of them.
import { deepFreeze, type KubeObject } from '../../base/mod.ts';
import { apiVersionOf, type KindDefinition } from '../kind.ts';
import { applyDefaults } from '../schema/defaults.ts';
import { validateObject } from '../validation.ts';

export const NOW_MS = Date.parse('2026-01-01T00:10:00Z');

/** Defaulted and prepared as a new object. */
export function created(kind: KindDefinition, members: object, metadata: object = {}): KubeObject {
  const namespace = kind.isNamespaced ? { namespace: 'default' } : {};
  const named = { name: 'x', uid: 'u-1', creationTimestamp: '2026-01-01T00:00:00Z', ...namespace, ...metadata };
  const defaulted = applyDefaults(kind, deepFreeze({ apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: named, ...members } as KubeObject));
  return deepFreeze(kind.prepareForCreate?.(defaulted, NOW_MS) ?? defaulted);
}

/** `Required spec.selector`, one for each cause. */
export function complaints(kind: KindDefinition, object: KubeObject, old?: KubeObject): readonly string[] {
  return validateObject(kind, object, old).map(({ reason, field }) => `${reason?.slice('FieldValue'.length)} ${field}`);
}

/** The object with another spec. */
export function withSpec(object: KubeObject, spec: object): KubeObject {
  return { ...object, spec: { ...object.spec, ...spec } };
}
