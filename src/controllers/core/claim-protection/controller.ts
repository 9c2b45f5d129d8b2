// The claim protection controller: a PersistentVolumeClaim that a Pod uses stays until the Pod has ended.
import { CLAIMS, PODS } from '../../../api/mod.ts';
import { Failure, type KubeObject } from '../../../base/mod.ts';
import { keyOf, splitKey, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';
import { claimsOf, planClaim, PROTECTION_FINALIZER, usesClaim } from './plan.ts';

export function createClaimProtectionController(ports: ControllerPorts): Controller {
  const claims = ports.informers.of(CLAIMS);
  const pods = ports.informers.of(PODS);
  return createController(ports, {
    name: 'claim-protection',
    concurrency: 4,
    reconcile: async (key) => {
      const { namespace, name } = splitKey(key);
      const claim = claims.get(namespace, name);
      if (claim === undefined) return DONE;
      switch (planClaim(claim, pods.list(namespace).some((pod) => usesClaim(pod, name)))) {
        case 'protect':
          await setFinalizers(ports, claim, [...(claim.metadata.finalizers ?? []), PROTECTION_FINALIZER]);
          return DONE;
        case 'release':
          // The cache may not know yet of a Pod that has just been made.
          if (!(await isUsedNow(ports, namespace, name))) await setFinalizers(ports, claim, (claim.metadata.finalizers ?? []).filter((finalizer) => finalizer !== PROTECTION_FINALIZER));
          return DONE;
        case 'nothing':
          return DONE;
      }
    },
    follow(queue) {
      claims.onChange(({ kind, object }) => {
        if (kind === 'upsert') queue.add(keyOf(object));
      });
      pods.onChange(({ object }) => {
        for (const name of claimsOf(object)) queue.add(`${object.metadata.namespace ?? ''}/${name}`);
      });
    },
  });
}

async function isUsedNow({ api }: ControllerPorts, namespace: string, claimName: string): Promise<boolean> {
  const outcome = await api.list(PODS, namespace);
  if (!outcome.ok) throw new Failure(outcome.status.reason, outcome.status.message);
  return outcome.value.items.some((pod) => usesClaim(pod, claimName));
}

/** A claim that changed meanwhile comes again. */
async function setFinalizers({ api }: ControllerPorts, { metadata }: KubeObject, finalizers: readonly string[]): Promise<void> {
  const { namespace, name, uid = '', resourceVersion = '' } = metadata;
  const change = { metadata: { uid, resourceVersion, finalizers: finalizers.length === 0 ? null : finalizers } };
  const outcome = await api.patch({ type: CLAIMS, namespace, name }, 'merge', change);
  if (outcome.ok || ['NotFound', 'Conflict'].includes(outcome.status.reason)) return;
  throw new Failure(outcome.status.reason, outcome.status.message);
}
