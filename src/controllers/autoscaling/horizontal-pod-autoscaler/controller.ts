// The autoscaler controller: keeps targets between the bounds of their HorizontalPodAutoscalers, and says that nothing is measured.
import { Failure, jsonEquals, type KubeObject, type ResourceType } from '../../../base/mod.ts';
import { fieldOf, numberAt, textAt } from '../../../api/mod.ts';
import { AUTOSCALERS, DEPLOYMENTS, keyOf, REPLICA_SETS, splitKey, STATEFUL_SETS, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';
import { writeStatus } from '../../owned-writes.ts';
import { planAutoscaler, type ScaleTarget } from './plan.ts';

const TARGETS: Readonly<Record<string, ResourceType>> = { Deployment: DEPLOYMENTS, ReplicaSet: REPLICA_SETS, StatefulSet: STATEFUL_SETS };

export function createAutoscalerController(ports: ControllerPorts): Controller {
  const autoscalers = ports.informers.of(AUTOSCALERS);
  return createController(ports, {
    name: 'autoscaler',
    concurrency: 2,
    reconcile: async (key) => {
      const { namespace, name } = splitKey(key);
      const autoscaler = autoscalers.get(namespace, name);
      if (autoscaler !== undefined && autoscaler.metadata.deletionTimestamp === undefined) await reconcile(ports, autoscaler);
      return DONE;
    },
    follow(queue) {
      autoscalers.onChange(({ object }) => queue.add(keyOf(object)));
      for (const [kind, type] of Object.entries(TARGETS)) {
        ports.informers.of(type).onChange(({ object, previous }) => {
          if (previous !== undefined && jsonEquals(scaleOf(object), scaleOf(previous))) return;
          for (const autoscaler of autoscalers.list(object.metadata.namespace)) {
            const { kind: wantedKind, name } = targetOf(autoscaler);
            if (wantedKind === kind && name === object.metadata.name) queue.add(keyOf(autoscaler));
          }
        });
      }
    },
  });
}

async function reconcile(ports: ControllerPorts, autoscaler: KubeObject): Promise<void> {
  const { status, rescale } = planAutoscaler(autoscaler, findTarget(ports, autoscaler), ports.clock.now());
  if (rescale !== undefined) {
    const { kind, name } = targetOf(autoscaler);
    const ref = { type: TARGETS[kind]!, namespace: autoscaler.metadata.namespace, name };
    const outcome = await ports.api.patch(ref, 'merge', { spec: { replicas: rescale.replicas } }, { subresource: 'scale' });
    if (!outcome.ok) throw new Failure(outcome.status.reason, outcome.status.message);
    ports.events.record(autoscaler, { type: 'Normal', reason: 'SuccessfulRescale', message: `New size: ${rescale.replicas}; reason: ${rescale.reason}` });
  }
  if (status !== undefined) await writeStatus(ports, AUTOSCALERS, autoscaler, status);
}

function findTarget({ informers }: ControllerPorts, autoscaler: KubeObject): ScaleTarget {
  const { apiVersion, kind, name } = targetOf(autoscaler);
  const type = apiVersion === 'apps/v1' ? TARGETS[kind] : undefined;
  if (type === undefined) return { kind: 'missing', reason: `${apiVersion} ${kind} is not scaled here; scaleTargetRef may name a Deployment, StatefulSet or ReplicaSet of apps/v1` };
  const found = informers.of(type).get(autoscaler.metadata.namespace, name);
  return found === undefined ? { kind: 'missing', reason: `${type.resource}.${type.group} "${name}" not found` } : { kind: 'found', ...scaleOf(found) };
}

function scaleOf(target: KubeObject): { readonly wanted: number; readonly current: number } {
  return { wanted: numberAt(target, 'spec', 'replicas'), current: numberAt(target, 'status', 'replicas') };
}

function targetOf(autoscaler: KubeObject): { readonly apiVersion: string; readonly kind: string; readonly name: string } {
  const target = fieldOf(autoscaler, 'spec', 'scaleTargetRef');
  return { apiVersion: textAt(target, '', 'apiVersion'), kind: textAt(target, '', 'kind'), name: textAt(target, '', 'name') };
}
