// What a pipeline asks for that a laptop without a container engine does not have, read off its executors.
import { isJsonObject, type JsonObject } from '../../src/base/mod.ts';
import type { ExpectedEnd } from './expectations.ts';
import { objectAt } from './sample-parameters.ts';

/** Images that run as what they are, by the last part of their name. */
const RUNNABLE_IMAGE = /(^|\/)(python|python-3\d+|alpine|busybox|bash|ubuntu|debian|createpvc|deletepvc)([:@]|$)/;

/** The first need found; undefined for a pipeline that should simply run. */
export function needOf(pipeline: JsonObject): ExpectedEnd | undefined {
  for (const executor of Object.values(objectAt(objectAt(pipeline, 'deploymentSpec'), 'executors'))) {
    const need = isJsonObject(executor) ? needOfExecutor(executor) : undefined;
    if (need !== undefined) return need;
  }
  return undefined;
}

function needOfExecutor(executor: JsonObject): ExpectedEnd | undefined {
  const container = objectAt(executor, 'container');
  const accelerator = objectAt(objectAt(container, 'resources'), 'accelerator');
  if (Object.keys(accelerator).length > 0) return { kind: 'needs', what: 'an accelerator', mentions: ['accelerator', 'GPU'] };
  const { image } = container;
  if (typeof image !== 'string' || image.includes('{{') || RUNNABLE_IMAGE.test(image)) return undefined;
  return { kind: 'needs', what: `the image ${image}`, mentions: [image] };
}
