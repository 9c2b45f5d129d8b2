// What a Pod waits for that somebody has to make, told with the command that makes it. The node's words are those of a kubelet.
import { isJsonObject, objectsOf, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { fieldOf } from '../../api/mod.ts';

const OBJECT_MISSING = /(?:^|: )((secret|configmap|persistentvolumeclaim) "([a-z0-9.-]+)" not found)$/;
const KEY_MISSING = /^couldn't find key (\S+) in (secret|configmap) \S*\/([a-z0-9.-]+)$/;
/** Keys that are written out. */
const KEYS_MAX = 5;

type Source = 'secret' | 'configmap' | 'persistentvolumeclaim';

/** Undefined when the message is about something else. */
export function missingObject(message: string, pod: KubeObject): string | undefined {
  const namespace = pod.metadata.namespace ?? '';
  const [, what, source, name = ''] = OBJECT_MISSING.exec(message) ?? [];
  if (what !== undefined) return `${what}; the step starts when it is there: ${creation(source as Source, name, pod)} -n ${namespace}`;
  const [, key, holder, holderName = ''] = KEY_MISSING.exec(message) ?? [];
  if (key === undefined) return undefined;
  const change = JSON.stringify({ [holder === 'secret' ? 'stringData' : 'data']: { [key]: '…' } });
  return `${message}; the step starts when it is there: kubectl patch ${holder} ${holderName} -n ${namespace} -p '${change}'`;
}

function creation(source: Source, name: string, pod: KubeObject): string {
  if (source === 'persistentvolumeclaim') return 'a step with kubernetes.CreatePVC, or kubectl apply';
  const literals = keysOf(source, name, pod).slice(0, KEYS_MAX).map((key) => `--from-literal=${key}=…`);
  return `kubectl create ${source === 'secret' ? 'secret generic' : source} ${name} ${literals.length === 0 ? '--from-file=…' : literals.join(' ')}`;
}

/** Those that the Pod's variables name; volumes take all that there are. */
function keysOf(source: 'secret' | 'configmap', name: string, { spec }: KubeObject): readonly string[] {
  const references = objectsOf(spec?.['containers']).flatMap(({ env }) => objectsOf(env)).map((variable) => fieldOf(variable, 'valueFrom', source === 'secret' ? 'secretKeyRef' : 'configMapKeyRef'));
  const named = references.filter((reference): reference is JsonObject => isJsonObject(reference) && reference['name'] === name);
  return [...new Set(named.map(({ key }) => String(key)))];
}
