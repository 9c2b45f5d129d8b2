// The two PriorityClasses that every Kubernetes has.
import { PRIORITY_CLASSES } from '../../../api/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { createDefaultObjectsController, type DefaultObject } from '../../default-objects.ts';

export function createSystemPriorityClassesController(ports: ControllerPorts): Controller {
  return createDefaultObjectsController(ports, 'system-priority-classes', [
    priorityClass('system-node-critical', 2_000_001_000, 'For Pods without which a node does not work.'),
    priorityClass('system-cluster-critical', 2_000_000_000, 'For Pods without which the cluster does not work, on whatever node.'),
  ]);
}

function priorityClass(name: string, value: number, description: string): DefaultObject {
  return { type: PRIORITY_CLASSES, object: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, description } };
}
