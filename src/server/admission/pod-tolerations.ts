// Every Pod tolerates for five minutes that its node does not answer. After plugin/pkg/admission/defaulttolerationseconds.
import { success, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { itemsAt, textAt } from '../../api/mod.ts';
import type { AdmissionPlugin } from './admission.ts';

const TOLERATION_SECONDS = 300;
const KEYS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;
const EFFECT = 'NoExecute';

export const podTolerationsAdmission: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  resources: ['pods'],
  operations: ['CREATE', 'UPDATE'],
  complete: ({ object }) => success(withTolerations(object)),
};

function withTolerations(pod: KubeObject): KubeObject {
  const given = itemsAt(pod, 'spec', 'tolerations');
  const isTolerated = (key: string) =>
    given.some((toleration) => ['', key].includes(textAt(toleration, '', 'key')) && ['', EFFECT].includes(textAt(toleration, '', 'effect')));
  const added = KEYS.filter((key) => !isTolerated(key)).map((key): JsonObject => ({ key, operator: 'Exists', effect: EFFECT, tolerationSeconds: TOLERATION_SECONDS }));
  return added.length === 0 || pod.spec === undefined ? pod : { ...pod, spec: { ...pod.spec, tolerations: [...given, ...added] } };
}
