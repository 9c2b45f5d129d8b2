// Which objects a list, a watch or a deleteCollection is about: label selector, field selector.
import { success, type KubeObject, type Outcome } from '../base/mod.ts';
import type { KindDefinition } from '../api/mod.ts';
import { parseFieldSelector, parseLabelSelector } from '../expr/mod.ts';
import { badRequest } from './refusals.ts';

export interface Selection {
  /** False when everything matches, so that callers can skip looking. */
  readonly isSelective: boolean;
  matches(object: KubeObject): boolean;
}

const EVERYTHING: Selection = { isSelective: false, matches: () => true };

export function parseSelection(
  kind: KindDefinition,
  texts: { readonly labelSelector?: string | undefined; readonly fieldSelector?: string | undefined },
): Outcome<Selection> {
  const { labelSelector = '', fieldSelector = '' } = texts;
  if (labelSelector === '' && fieldSelector === '') return success(EVERYTHING);
  const labels = parseLabelSelector(labelSelector);
  if (!labels.ok) return badRequest(labels.message);
  const fields = parseFieldSelector(fieldSelector);
  if (!fields.ok) return badRequest(fields.message);
  const unknown = fields.value.terms.find(({ field }) => valueOfField(kind, field) === undefined);
  if (unknown !== undefined) return badRequest(`field label not supported: ${unknown.field}`);
  return success({
    isSelective: true,
    matches: (object) =>
      labels.value.matches(object.metadata.labels) && fields.value.matches((field) => valueOfField(kind, field)!(object)),
  });
}

function valueOfField(kind: KindDefinition, field: string): ((object: KubeObject) => string) | undefined {
  if (field === 'metadata.name') return (object) => object.metadata.name;
  if (field === 'metadata.namespace' && kind.isNamespaced) return (object) => object.metadata.namespace ?? '';
  const select = Object.hasOwn(kind.fieldSelectors, field) ? kind.fieldSelectors[field] : undefined;
  const form = kind.storedAs;
  return select === undefined || form === undefined ? select : (object) => select(form.fromStored(object));
}
