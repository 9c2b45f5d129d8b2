// The endpoints controller: keeps Endpoints and EndpointSlices of Services with a selector.
import { ENDPOINT_SLICES, ENDPOINTS, PODS, SERVICES } from '../../../api/mod.ts';
import { Failure, jsonEquals, type Json, type KubeObject, type ResourceType } from '../../../base/mod.ts';
import { keyOf, splitKey, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';
import { controllerOf } from '../../owned-objects.ts';
import { SERVICE_NAME_LABEL, isSelected, planAddresses, selectorOf } from './plan.ts';

/** What is compared and written; the rest is the server's. */
const CONTENT = ['subsets', 'addressType', 'endpoints', 'ports'];

export function createEndpointsController(ports: ControllerPorts): Controller {
  const services = ports.informers.of(SERVICES);
  const pods = ports.informers.of(PODS);
  const endpoints = ports.informers.of(ENDPOINTS);
  const slices = ports.informers.of(ENDPOINT_SLICES);
  return createController(ports, {
    name: 'endpoints',
    concurrency: 4,
    reconcile: async (key) => {
      const { namespace, name } = splitKey(key);
      const service = services.get(namespace, name);
      const selector = service === undefined ? undefined : selectorOf(service);
      if (service === undefined || selector === undefined || service.metadata.deletionTimestamp !== undefined) return DONE;
      const wanted = planAddresses(service, pods.list(namespace).filter((pod) => isSelected(selector, pod)));
      await ensure(ports, ENDPOINTS, endpoints.get(namespace, name), wanted.endpoints);
      for (const slice of wanted.slices) await ensure(ports, ENDPOINT_SLICES, slices.get(namespace, slice.metadata.name), slice);
      const names = new Set(wanted.slices.map(({ metadata }) => metadata.name));
      const left = slices.list(namespace).filter((slice) => controllerOf(slice)?.uid === service.metadata.uid && !names.has(slice.metadata.name));
      for (const slice of left) await ports.api.delete({ type: ENDPOINT_SLICES, namespace, name: slice.metadata.name });
      return DONE;
    },
    follow(queue) {
      services.onChange(({ object }) => queue.add(keyOf(object)));
      pods.onChange(({ object, previous }) => {
        for (const service of services.list(object.metadata.namespace)) {
          const selector = selectorOf(service);
          if (selector !== undefined && [object, previous].some((pod) => pod !== undefined && isSelected(selector, pod))) queue.add(keyOf(service));
        }
      });
      endpoints.onChange(({ object }) => queue.add(keyOf(object)));
      slices.onChange(({ object }) => {
        const name = object.metadata.labels?.[SERVICE_NAME_LABEL];
        if (name !== undefined) queue.add(`${object.metadata.namespace ?? ''}/${name}`);
      });
    },
  });
}

async function ensure({ api }: ControllerPorts, type: ResourceType, existing: KubeObject | undefined, wanted: KubeObject): Promise<void> {
  if (existing !== undefined && isSame(existing, wanted)) return;
  const { namespace, name } = wanted.metadata;
  const { resourceVersion } = existing?.metadata ?? {};
  const outcome =
    resourceVersion === undefined
      ? await api.create(type, namespace, wanted)
      : await api.update({ type, namespace, name }, { ...wanted, metadata: { ...wanted.metadata, resourceVersion } });
  // The cache was behind, or the namespace goes: the next change brings another look.
  if (!outcome.ok && !['AlreadyExists', 'Conflict', 'NotFound', 'Forbidden'].includes(outcome.status.reason)) throw new Failure(outcome.status.reason, outcome.status.message);
}

function isSame(existing: KubeObject, wanted: KubeObject): boolean {
  return jsonEquals(existing.metadata.labels ?? {}, wanted.metadata.labels ?? {}) && CONTENT.every((member) => jsonEquals(existing[member] as Json | undefined, wanted[member] as Json | undefined));
}
