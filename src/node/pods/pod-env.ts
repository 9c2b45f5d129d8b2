// The environment variables of a container: envFrom first, then env in order, with $(VAR) expansion, as the kubelet does.
import { isJsonObject, type JsonObject, type KubeObject } from '../../base/mod.ts';
import type { ContainerSpec } from './pod-spec.ts';
import { resourceField, type ResourceFacts } from './resource-field.ts';

/** The ConfigMaps and Secrets that a Pod names, already fetched: key `configmaps/<name>` or `secrets/<name>`. */
export type ReferencedObjects = ReadonlyMap<string, KubeObject>;

/** What variables are made of. */
interface EnvFacts extends ResourceFacts {
  readonly objects: ReferencedObjects;
  /** Variables that the container has without asking (of Services, of the API): its own may refer to them and replace them. */
  readonly before: Readonly<Record<string, string>>;
}

export type EnvOutcome =
  | { readonly kind: 'resolved'; readonly env: Readonly<Record<string, string>> }
  /** Becomes the waiting reason CreateContainerConfigError. */
  | { readonly kind: 'missing'; readonly message: string };

export interface ObjectReference {
  readonly resource: 'configmaps' | 'secrets' | 'persistentvolumeclaims';
  readonly name: string;
}

/** Names of ConfigMaps and Secrets that the containers' env refers to. */
export function envReferences(containers: readonly ContainerSpec[]): readonly ObjectReference[] {
  const found: ObjectReference[] = [];
  const take = (resource: 'configmaps' | 'secrets', reference: unknown) => {
    if (isJsonObject(reference) && typeof reference['name'] === 'string') found.push({ resource, name: reference['name'] });
  };
  for (const container of containers) {
    for (const source of container.envFrom) {
      take('configmaps', source['configMapRef']);
      take('secrets', source['secretRef']);
    }
    for (const { valueFrom } of container.env) {
      take('configmaps', valueFrom?.['configMapKeyRef']);
      take('secrets', valueFrom?.['secretKeyRef']);
    }
  }
  return found;
}

export function resolveEnv(facts: EnvFacts, container: ContainerSpec): EnvOutcome {
  const env: Record<string, string> = { ...facts.before };
  for (const source of container.envFrom) {
    const problem = addEnvFrom(env, source, facts.objects);
    if (problem !== undefined) return { kind: 'missing', message: problem };
  }
  for (const entry of container.env) {
    if (entry.valueFrom === undefined) {
      env[entry.name] = expand(entry.value ?? '', env);
      continue;
    }
    const value = resolveValueFrom(facts, container, entry.valueFrom);
    if (value.kind === 'missing') return value;
    if (value.text !== undefined) env[entry.name] = value.text;
  }
  return { kind: 'resolved', env };
}

/** Expands the variables of a command, an argument or a value; `$$` is a literal `$`, unknown names stay as they are. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return expandWith(text, (name) => (Object.hasOwn(env, name) ? env[name] : undefined));
}

/** `valueOf` may throw. A name goes up to the next `)`, whatever it is made of. */
export function expandWith(text: string, valueOf: (name: string) => string | undefined): string {
  const lastEnd = text.lastIndexOf(')');
  let expanded = '';
  let at = 0;
  for (let start = text.indexOf('$'); start >= 0; start = text.indexOf('$', at)) {
    expanded += text.slice(at, start);
    const next = text.charAt(start + 1);
    const isReference = next === '(' && start + 2 <= lastEnd;
    const end = isReference ? text.indexOf(')', start) + 1 : start + (next === '$' ? 2 : 1);
    const whole = text.slice(start, end);
    expanded += isReference ? (valueOf(whole.slice(2, -1)) ?? whole) : '$';
    at = end;
  }
  return expanded + text.slice(at);
}

function addEnvFrom(env: Record<string, string>, source: JsonObject, objects: ReferencedObjects): string | undefined {
  const prefix = typeof source['prefix'] === 'string' ? source['prefix'] : '';
  for (const [field, resource] of [['configMapRef', 'configmaps'], ['secretRef', 'secrets']] as const) {
    const reference = source[field];
    if (!isJsonObject(reference)) continue;
    const object = objects.get(`${resource}/${String(reference['name'])}`);
    if (object === undefined) {
      if (reference['optional'] === true) continue;
      return `${resource === 'secrets' ? 'secret' : 'configmap'} "${String(reference['name'])}" not found`;
    }
    for (const [key, value] of Object.entries(textData(object))) env[prefix + key] = value;
  }
  return undefined;
}

type ValueOutcome = { readonly kind: 'text'; readonly text: string | undefined } | { readonly kind: 'missing'; readonly message: string };

function resolveValueFrom(facts: EnvFacts, container: ContainerSpec, from: JsonObject): ValueOutcome {
  const { pod, objects } = facts;
  const configMap = from['configMapKeyRef'];
  if (isJsonObject(configMap)) return keyOf(objects, 'configmaps', 'configmap', configMap);
  const secret = from['secretKeyRef'];
  if (isJsonObject(secret)) return keyOf(objects, 'secrets', 'secret', secret);
  const field = from['fieldRef'];
  if (isJsonObject(field)) return { kind: 'text', text: podField(pod, String(field['fieldPath'])) };
  const resource = from['resourceFieldRef'];
  if (isJsonObject(resource)) return { kind: 'text', text: resourceField(facts, container.name, resource) };
  return { kind: 'missing', message: `env valueFrom ${Object.keys(from).join(', ')} is not known` };
}

function keyOf(objects: ReferencedObjects, resource: string, word: string, reference: JsonObject): ValueOutcome {
  const name = String(reference['name']);
  const key = String(reference['key']);
  const object = objects.get(`${resource}/${name}`);
  const isOptional = reference['optional'] === true;
  if (object === undefined) {
    return isOptional ? { kind: 'text', text: undefined } : { kind: 'missing', message: `${word} "${name}" not found` };
  }
  const value = textData(object)[key];
  if (value !== undefined || isOptional) return { kind: 'text', text: value };
  return { kind: 'missing', message: `couldn't find key ${key} in ${word} ${object.metadata.namespace ?? ''}/${name}` };
}

/** Data of a ConfigMap or a Secret as text. */
export function textData(object: KubeObject): Readonly<Record<string, string>> {
  const data = isJsonObject(object['data']) ? object['data'] : {};
  const isSecret = object.kind === 'Secret';
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, isSecret ? Buffer.from(String(value), 'base64').toString('utf8') : String(value)]),
  );
}

/** Downward API fields (k8s.io/kubernetes pkg/fieldpath); '' for a label or annotation that is not there. */
export function podField(pod: KubeObject, path: string): string {
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (subscript !== null) return pod.metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2]!] ?? '';
  const lines = (map: Readonly<Record<string, string>> | undefined) =>
    Object.entries(map ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${JSON.stringify(value)}`).join('\n');
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid ?? '';
    case 'metadata.labels':
      return lines(pod.metadata.labels);
    case 'metadata.annotations':
      return lines(pod.metadata.annotations);
    case 'spec.nodeName':
    case 'spec.serviceAccountName':
      return String(pod.spec?.[path.slice('spec.'.length)] ?? '');
    default:
      return statusField(pod, path);
  }
}

/** Addresses; '' while the Pod has none. */
function statusField(pod: KubeObject, path: string): string {
  const [, name = ''] = /^status\.(podIP|hostIP|podIPs|hostIPs)$/.exec(path) ?? [];
  const value = pod.status?.[name];
  return Array.isArray(value) ? value.map((item) => (isJsonObject(item) ? String(item['ip']) : '')).join(',') : String(value ?? '');
}
