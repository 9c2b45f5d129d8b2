// The refusal of an apply that would change what others own, in upstream's words.
import { failureStatus, type StatusCause } from '../../base/mod.ts';
import { refuse, type Refusal } from '../refusals.ts';
import { pathsOf, type FieldTree } from './field-tree.ts';
import type { Manager } from './managers.ts';

export interface Conflict {
  readonly manager: Manager;
  readonly fields: FieldTree;
}

export function applyConflict(conflicts: readonly Conflict[]): Refusal {
  const byManager = conflicts
    .map(({ manager, fields }) => ({ name: nameOf(manager), paths: pathsOf(fields).toSorted() }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const causes: StatusCause[] = byManager.flatMap(({ name, paths }) =>
    paths.map((field) => ({ reason: 'FieldManagerConflict', message: `conflict with ${name}`, field })),
  );
  const [only] = causes;
  const lines = byManager.flatMap(({ name, paths }) => [`conflicts with ${name}:`, ...paths.map((path) => `- ${path}`)]);
  const message =
    causes.length === 1 ? `Apply failed with 1 conflict: ${only!.message}: ${only!.field!}` : `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`;
  return refuse(failureStatus('Conflict', message, { causes }));
}

function nameOf({ name, subresource, operation, apiVersion, time }: Manager): string {
  const quoted = JSON.stringify(name);
  const place = subresource === undefined ? quoted : `${quoted} with subresource ${JSON.stringify(subresource)}`;
  if (operation === 'Apply') return place;
  return time === undefined ? `${place} using ${apiVersion}` : `${place} using ${apiVersion} at ${time}`;
}
