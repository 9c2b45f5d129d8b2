// deletecollection: every object of a list, deleted as if one by one, in one commit per chunk.
import { success, type DeleteOptions, type Outcome } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { StoredObject } from '../../store/mod.ts';
import { commit, type ServerContext } from '../context.ts';
import { decideDelete, deleteObject, type Deletion } from './delete.ts';
import { prepareToShow } from '../write/converting.ts';
import { shownAs } from './stored-form.ts';
import { listObjects, type ListPage, type ListQuery } from './list.ts';

/** Objects deleted in one commit. */
const CHUNK_OBJECT_COUNT = 100;

/** Those that went meanwhile are no failure; as upstream, those that a precondition or admission spares are one, after the others went. */
function failureIn(deletions: readonly Outcome<Deletion>[]): Outcome<never> | undefined {
  return deletions.find((deletion) => !deletion.ok && deletion.status.reason !== 'NotFound') as Outcome<never> | undefined;
}

/** The page of objects as they stand afterwards. Objects that went meanwhile are left out. */
export async function deleteCollection(
  context: ServerContext,
  kind: KindDefinition,
  namespace: string | undefined,
  query: ListQuery,
  options: DeleteOptions,
): Promise<Outcome<ListPage>> {
  const page = await listObjects(context, kind, namespace, query);
  if (!page.ok) return page;
  const entries: StoredObject[] = [];
  if (context.webhooks.concern({ kind: kind.storedAs?.kind ?? kind, operation: 'DELETE' })) {
    for (const { object } of page.value.entries) {
      const deletion = await deleteObject(context, kind, object.metadata, options);
      const failure = failureIn([deletion]);
      if (failure !== undefined) return failure;
      if (deletion.ok) entries.push(deletion.value.entry);
    }
    return success({ ...page.value, entries });
  }
  for (let start = 0; start < page.value.entries.length; start += CHUNK_OBJECT_COUNT) {
    const chunk = page.value.entries.slice(start, start + CHUNK_OBJECT_COUNT);
    const deletions = await commit(context, options.dryRun, (writer) =>
      chunk.map(({ object }) => decideDelete(context, writer, kind, object.metadata, options)),
    );
    const failure = failureIn(deletions);
    if (failure !== undefined) return failure;
    const gone = deletions.flatMap((deletion) => (deletion.ok ? [deletion.value.entry] : []));
    await prepareToShow(context, kind, gone);
    entries.push(...gone.map((entry) => shownAs(kind, entry)));
  }
  return success({ ...page.value, entries });
}
