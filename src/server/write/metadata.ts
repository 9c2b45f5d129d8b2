// Object metadata: what a client may say, and what the server adds.
import { randomSuffix, toRfc3339, type ObjectMeta } from '../../base/mod.ts';
import type { KindDefinition } from '../../api/mod.ts';
import type { ServerContext } from '../context.ts';

/** generateName is cut, so that with its suffix it stays a DNS label. */
const GENERATED_BASE_CHARS_MAX = 58;

/** Metadata of a new object. Without a name it gets one from generateName; without both it stays nameless, which is invalid. */
export function metadataForCreate(context: ServerContext, kind: KindDefinition, given: ObjectMeta, namespace: string | undefined): ObjectMeta {
  const name = isGiven(given.name) ? given.name : isGiven(given.generateName) ? generatedName(context, given.generateName) : '';
  return {
    name,
    ...(isGiven(given.generateName) ? { generateName: given.generateName } : {}),
    ...(namespace === undefined ? {} : { namespace }),
    uid: context.rng.uuid(),
    ...(kind.hasGeneration ? { generation: 1 } : {}),
    creationTimestamp: toRfc3339(context.clock.now()),
    ...clientParts(given),
  };
}

/** Metadata of an update: identity, times, owners of fields and deletion stay as they are. `generation` is counted elsewhere. */
export function metadataForUpdate(given: ObjectMeta, current: ObjectMeta): ObjectMeta {
  const { labels: _l, annotations: _a, ownerReferences: _o, finalizers: _f, ...systemParts } = current;
  return { ...systemParts, ...clientParts(given) };
}

export function generatedName({ rng }: ServerContext, base: string): string {
  return base.slice(0, GENERATED_BASE_CHARS_MAX) + randomSuffix(rng);
}

/** Empty maps and lists are the same as none. */
function clientParts({ labels, annotations, ownerReferences, finalizers }: ObjectMeta): Partial<ObjectMeta> {
  return {
    ...(labels !== undefined && Object.keys(labels).length > 0 ? { labels } : {}),
    ...(annotations !== undefined && Object.keys(annotations).length > 0 ? { annotations } : {}),
    ...(ownerReferences !== undefined && ownerReferences.length > 0 ? { ownerReferences } : {}),
    ...(finalizers !== undefined && finalizers.length > 0 ? { finalizers: [...new Set(finalizers)] } : {}),
  };
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
