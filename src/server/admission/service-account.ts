// A Pod runs as a ServiceAccount: it gets the account's pull secrets, and a token of it as a volume. After
// plugin/pkg/admission/serviceaccount of Kubernetes.
import { randomSuffix, success, type Json, type JsonObject, type KubeObject, type Outcome } from '../../base/mod.ts';
import { fieldOf, itemsAt, textAt } from '../../api/mod.ts';
import { forbidden, type Refusal } from '../refusals.ts';
import type { AdmissionFacts, AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { mapContainers } from './pod-containers.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
/** One hour, and seven seconds by which upstream tells such tokens from others. */
const TOKEN_LIFETIME_SECONDS = 3_607;
const FILE_MODE = 0o644;

export const serviceAccountAdmission: AdmissionPlugin = { name: 'ServiceAccount', resources: ['pods'], operations: ['CREATE'], complete };

function complete({ kind, object: pod }: AdmissionRequest, facts: AdmissionFacts): Outcome<KubeObject> {
  const { namespace = '', name: podName } = pod.metadata;
  const name = textAt(pod, 'default', 'spec', 'serviceAccountName');
  const account = facts.get(`serviceaccounts/${namespace}/${name}`)?.object;
  if (account === undefined && !facts.isAutoNamespace) return missing({ kind, podName, namespace, name });
  const withSecrets = { ...pod, spec: { ...withPullSecrets(pod.spec ?? {}, account) } };
  return success(wantsToken(pod, account) ? withToken(withSecrets, facts) : withSecrets);
}

function missing({ kind, podName, namespace, name }: { kind: AdmissionRequest['kind']; podName: string; namespace: string; name: string }): Refusal {
  return forbidden(kind, podName, `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`);
}

function withPullSecrets(spec: JsonObject, account: KubeObject | undefined): JsonObject {
  const secrets = itemsAt(account, 'imagePullSecrets');
  return secrets.length === 0 || itemsAt(spec, 'imagePullSecrets').length > 0 ? spec : { ...spec, imagePullSecrets: secrets };
}

/** The Pod's own word counts more than the account's; without either a token is given. */
function wantsToken(pod: KubeObject, account: KubeObject | undefined): boolean {
  const own = fieldOf(pod.spec, 'automountServiceAccountToken');
  return typeof own === 'boolean' ? own : fieldOf(account, 'automountServiceAccountToken') !== false;
}

function withToken(pod: KubeObject, { rng }: AdmissionFacts): KubeObject {
  const volumes = itemsAt(pod, 'spec', 'volumes');
  const existing = volumes.map((volume) => textAt(volume, '', 'name')).find((name) => name.startsWith(VOLUME_PREFIX));
  const volumeName = existing ?? `${VOLUME_PREFIX}${randomSuffix(rng)}`;
  let isMounted = false;
  const spec = mapContainers(pod.spec ?? {}, (container) => {
    const mounts = itemsAt(container, 'volumeMounts');
    if (mounts.some((mount) => textAt(mount, '', 'mountPath') === TOKEN_PATH)) return container;
    isMounted = true;
    return { ...container, volumeMounts: [...mounts, { name: volumeName, readOnly: true, mountPath: TOKEN_PATH }] };
  });
  if (!isMounted || existing !== undefined) return { ...pod, spec };
  return { ...pod, spec: { ...spec, volumes: [...volumes, tokenVolume(volumeName)] } };
}

function tokenVolume(name: string): Json {
  return {
    name,
    projected: {
      defaultMode: FILE_MODE,
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_LIFETIME_SECONDS, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
    },
  };
}
