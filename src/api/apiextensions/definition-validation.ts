import type { KubeObject, StatusCause } from '../../base/mod.ts';

export function validateDefinition(_definition: KubeObject, _old: KubeObject | undefined): readonly StatusCause[] {
  return [];
}
