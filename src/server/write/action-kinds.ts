// Bodies of subresources that store nothing of their own; they are read as objects are (`decodeObject`).
import type { KindDefinition } from '../../api/mod.ts';

type ActionKind = Pick<KindDefinition, 'group' | 'version' | 'kind' | 'schema'>;

export const BINDING = actionKind('', 'Binding', 'core');
export const EVICTION = actionKind('policy', 'Eviction');
export const TOKEN_REQUEST = actionKind('authentication.k8s.io', 'TokenRequest');

function actionKind(group: string, kind: string, folder = group.replace('.k8s.io', '')): ActionKind {
  return { group, version: 'v1', kind, schema: { $ref: `io.k8s.api.${folder}.v1.${kind}` } };
}
