// autoscaling/v1 Scale: how many replicas an object wants and has; the `scale` subresource of whatever can be scaled.
import { assert, isJsonObject, type Json, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { AGE_COLUMN, NAME_COLUMN, integerColumn, numberAt } from '../columns.ts';
import { fieldOf, type KindDefinition, type ScaleRule } from '../kind.ts';
import { nonNegativeCauses } from '../number-validation.ts';
import { setOwn } from '../schema/own-member.ts';

/** Not a resource of its own: it is never listed and never stored. */
export const scaleKind: KindDefinition = {
  group: 'autoscaling',
  version: 'v1',
  resource: 'scales',
  kind: 'Scale',
  singular: 'scale',
  shortNames: [],
  categories: [],
  isNamespaced: true,
  verbs: [],
  subresources: [],
  schema: { $ref: 'io.k8s.api.autoscaling.v1.Scale' },
  hasGeneration: false,
  columns: [
    NAME_COLUMN,
    integerColumn('Desired', 'Replicas wanted.', (scale) => numberAt(scale, 'spec', 'replicas')),
    integerColumn('Available', 'Replicas there are.', (scale) => numberAt(scale, 'status', 'replicas')),
    AGE_COLUMN,
  ],
  fieldSelectors: {},
};

/** The Scale of an object whose kind can be scaled. */
export function scaleOf(kind: Pick<KindDefinition, 'scale'>, object: KubeObject): KubeObject {
  const rule = ruleOf(kind);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = rule.selector?.(object) ?? '';
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: { replicas: numberAt(object, ...rule.specReplicas) },
    status: { replicas: numberAt(object, ...rule.statusReplicas), ...(selector === '' ? {} : { selector }) },
  };
}

/** The object with the replicas that a Scale asks for. */
export function withScale(kind: Pick<KindDefinition, 'scale'>, object: KubeObject, scale: KubeObject): KubeObject {
  return withValue(object as unknown as Json, ruleOf(kind).specReplicas, numberAt(scale, 'spec', 'replicas')) as unknown as KubeObject;
}

export function scaleCauses(scale: KubeObject): readonly StatusCause[] {
  return nonNegativeCauses(fieldOf(scale, 'spec'), 'spec', ['replicas']);
}

function ruleOf({ scale }: Pick<KindDefinition, 'scale'>): ScaleRule {
  assert(scale !== undefined, 'the kind can not be scaled');
  return scale;
}

function withValue(parent: Json | undefined, [name, ...rest]: readonly string[], value: Json): Json {
  if (name === undefined) return value;
  const members: Record<string, Json> = { ...(isJsonObject(parent) ? parent : {}) } as Record<string, Json>;
  setOwn(members, name, withValue(fieldOf(parent, name), rest, value));
  return members;
}
