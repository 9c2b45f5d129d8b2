// create: name and namespace decided inside the commit, so that two creations of one name can't both succeed.
import { isJsonObject, type KubeObject, type Outcome, type WriteOptions } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { StoredObject, StoreWriter } from '../../store/mod.ts';
import { commit, type ServerContext } from '../context.ts';
import { keyOf } from '../keys.ts';
import { alreadyExists } from '../refusals.ts';
import { refuseDefinition } from '../write/definition-names.ts';
import { generatedName } from '../write/metadata.ts';
import { ensureAccount, ensureNamespace, furnishNamespace } from '../write/first-use.ts';
import { isNamespaceKind, refuseNamespace } from '../write/namespace-lifecycle.ts';
import { atItsPace } from '../write/pace.ts';
import { draftSteps, finishSteps } from '../write/prepare-new.ts';
import { storeObject } from '../write/store-object.ts';
import { consultOnNew } from '../webhooks/consultation.ts';
import { isConverted, outcomeShownAs, toStoredForm } from './stored-form.ts';

/** Other suffixes tried when a generated name is taken. */
const GENERATED_NAME_TRY_COUNT_MAX = 8;

export async function createObject(
  context: ServerContext,
  kind: KindDefinition,
  namespace: string | undefined,
  body: unknown,
  options: WriteOptions,
): Promise<Outcome<StoredObject>> {
  if (isConverted(kind)) {
    const stored = toStoredForm(kind, body, options);
    return stored.ok ? outcomeShownAs(kind, await createObject(context, kind.storedAs.kind, namespace, stored.value, options)) : stored;
  }
  const draft = await atItsPace(context, kind, options, draftSteps(context, kind, namespace, body, options));
  if (!draft.ok) return draft;
  const isAsked = context.webhooks.concern({ kind, operation: 'CREATE' });
  const prepared = isAsked ? await consultOnNew(context, kind, draft.value, options) : await atItsPace(context, kind, options, finishSteps(kind, context.clock.now(), draft.value));
  if (!prepared.ok) return prepared;
  const isNameGenerated = !hasName(body);
  return commit(context, options.dryRun, (writer) => decideCreate(context, writer, kind, prepared.value, isNameGenerated));
}

function hasName(body: unknown): boolean {
  const metadata = isJsonObject(body) ? body['metadata'] : undefined;
  return isJsonObject(metadata) && typeof metadata['name'] === 'string' && metadata['name'] !== '';
}

export function decideCreate(
  context: ServerContext,
  writer: StoreWriter,
  kind: KindDefinition,
  wanted: KubeObject,
  isNameGenerated: boolean,
): Outcome<StoredObject> {
  const { name, namespace } = wanted.metadata;
  const leaving = refuseDefinition(writer, kind);
  if (leaving !== undefined) return leaving;
  if (namespace !== undefined) {
    const refusal = refuseNamespace(context, writer, kind, { name, namespace });
    if (refusal !== undefined) return refusal;
  }
  const object = withFreeName(context, writer, kind, wanted, isNameGenerated);
  if (object === undefined) return alreadyExists(kind, name);
  if (namespace !== undefined) {
    const ensured = ensureNamespace(context, writer, namespace);
    if (!ensured.ok) return ensured;
    ensureAccount(context, writer, kind, object);
  }
  const stored = storeObject(context, writer, kind, { key: keyOf(kind, namespace, object.metadata.name), object });
  if (stored.ok && isNamespaceKind(kind)) furnishNamespace(context, writer, object.metadata.name);
  return stored;
}

/** The object itself when its name is free; with another suffix when the name was generated; undefined when it is taken. */
function withFreeName(
  context: ServerContext,
  writer: StoreWriter,
  kind: KindDefinition,
  wanted: KubeObject,
  isNameGenerated: boolean,
): KubeObject | undefined {
  const { namespace, generateName = '' } = wanted.metadata;
  let { name } = wanted.metadata;
  for (let tries = 0; writer.get(keyOf(kind, namespace, name)) !== undefined; tries++) {
    if (!isNameGenerated || tries >= GENERATED_NAME_TRY_COUNT_MAX) return undefined;
    name = generatedName(context, generateName);
  }
  return name === wanted.metadata.name ? wanted : { ...wanted, metadata: { ...wanted.metadata, name } };
}
