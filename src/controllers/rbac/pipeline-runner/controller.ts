// What the account of pipeline steps may do, in their own namespace alone. It is given when the account comes, which the first step
// makes; rules that somebody changed stay.
import { PIPELINE_ACCOUNT, ROLE_BINDINGS, ROLES, SERVICE_ACCOUNTS } from '../../../api/mod.ts';
import { Failure, type KubeObject, type ResourceType } from '../../../base/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';

const RBAC = 'rbac.authorization.k8s.io';

/**
 * Custom resources of Kubeflow and of what it works with, and snapshots; as pipeline-runner of Kubeflow Pipelines
 * (manifests/kustomize/base/pipeline/pipeline-runner-role.yaml) and default-editor of a Kubeflow profile may use them.
 */
const CUSTOM_GROUPS = [
  'kubeflow.org', 'trainer.kubeflow.org', 'serving.kserve.io', 'mlflow.kubeflow.org', 'sparkoperator.k8s.io', 'argoproj.io',
  'machinelearning.seldon.io', 'snapshot.storage.k8s.io', 'jobset.x-k8s.io', 'ray.io',
];

const GIVEN: readonly (readonly [ResourceType, KubeObject])[] = [
  [ROLES, { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name: PIPELINE_ACCOUNT }, rules: [{ apiGroups: CUSTOM_GROUPS, resources: ['*'], verbs: ['*'] }] }],
  [ROLE_BINDINGS, bindingOf(`${PIPELINE_ACCOUNT}-binding`, 'Role', PIPELINE_ACCOUNT)],
  [ROLE_BINDINGS, bindingOf(`${PIPELINE_ACCOUNT}-edit`, 'ClusterRole', 'edit')],
];

export function createPipelineRunnerController(ports: ControllerPorts, pipelineNamespace: string): Controller {
  const accounts = ports.informers.identitiesOf(SERVICE_ACCOUNTS);
  return createController(ports, {
    name: PIPELINE_ACCOUNT,
    concurrency: 1,
    reconcile: async (namespace) => {
      for (const [type, object] of GIVEN) {
        const outcome = await ports.api.create(type, namespace, object);
        // A namespace that is going away refuses, and that is fine.
        if (!outcome.ok && !['AlreadyExists', 'NotFound', 'Forbidden'].includes(outcome.status.reason)) throw new Failure(outcome.status.reason, outcome.status.message);
      }
      return DONE;
    },
    follow(queue) {
      accounts.onChange(({ kind, object: { metadata }, previous }) => {
        const isNew = kind === 'upsert' && previous === undefined;
        if (isNew && metadata.name === PIPELINE_ACCOUNT && metadata.namespace === pipelineNamespace) queue.add(pipelineNamespace);
      });
    },
  });
}

function bindingOf(name: string, kind: 'Role' | 'ClusterRole', role: string): KubeObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind, name: role },
    subjects: [{ kind: 'ServiceAccount', name: PIPELINE_ACCOUNT }],
  };
}
