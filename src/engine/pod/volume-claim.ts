// A claim that the engine asks for, labelled with its task: one that exists already can be told from somebody else's.
import type { JsonObject, KubeObject } from '../../base/mod.ts';
import { RUN_ID_LABEL, TASK_ID_LABEL } from '../../api/mod.ts';

export interface ClaimParts {
  readonly runId: string;
  readonly taskId: string;
  readonly namespace: string;
  readonly name: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
}

export function claimObject({ runId, taskId, namespace, name, annotations = {}, spec }: ClaimParts): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace,
      labels: { [RUN_ID_LABEL]: runId, [TASK_ID_LABEL]: taskId },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec,
  };
}
