// apps/v1 ControllerRevision: a state that a workload had, kept to return to.
import { isJsonObject, jsonEquals, type KubeObject, type StatusCause } from '../../base/mod.ts';
import { builtinKind } from '../builtin-kind.ts';
import { immutable, invalid, required } from '../causes.ts';
import { AGE_COLUMN, NAME_COLUMN, numberAt, textColumn } from '../columns.ts';
import type { KindDefinition } from '../kind.ts';

export const controllerRevisionKind: KindDefinition = builtinKind('apps/v1/controllerrevisions', {
  validate,
  columns: [
    NAME_COLUMN,
    textColumn('Controller', 'The workload that it belongs to.', controller),
    textColumn('Revision', 'Number of the revision.', (revision) => numberAt(revision, 'revision')),
    AGE_COLUMN,
  ],
});

function validate(revision: KubeObject, old: KubeObject | undefined): readonly StatusCause[] {
  const content = revision['data'];
  return [
    ...(numberAt(revision, 'revision') < 0 ? [invalid('revision', revision['revision'], 'must be greater than or equal to 0')] : []),
    ...(old === undefined && !isJsonObject(content) ? [required('data', content === undefined ? 'data is mandatory' : 'data must be a valid JSON object')] : []),
    ...(old !== undefined && !jsonEquals(content, old['data']) ? [immutable('data', content)] : []),
  ];
}

/** `statefulset.apps/web` */
function controller({ metadata }: KubeObject): string {
  const owner = metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (owner === undefined) return '<none>';
  const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : '';
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}
