// What the platform document asks for a step's Pod (kubernetes_executor_config.proto): volumes, variables, scheduling,
// metadata. Nothing here decides whether the node can provide it; the Pod says what is wanted.
import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, objectOf, objectsOf, type Json, type JsonObject } from '../../base/mod.ts';
import { parameterText, type ComponentSpec, type TaskInputParameter } from '../../ir/mod.ts';
import { resolveParameter, type Resolved } from '../plan/inputs.ts';
import { fillMarks } from '../plan/marks.ts';
import type { Planning } from '../plan/planning.ts';
import type { RunTree, TaskNode } from '../plan/run-tree.ts';

export interface PodExtras {
  readonly volumes: readonly JsonObject[];
  readonly volumeMounts: readonly JsonObject[];
  readonly env: readonly JsonObject[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Fields of the Pod's spec. */
  readonly spec: JsonObject;
  /** Fields of the step's container. */
  readonly container: JsonObject;
}

interface Builder {
  readonly planning: Planning;
  readonly node: TaskNode;
  readonly volumes: JsonObject[];
  readonly volumeMounts: JsonObject[];
  readonly env: JsonObject[];
}

/** A DNS label, as Kubernetes wants it. */
const VOLUME_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A parameter of the platform document that has no value; caught where the extras are built. */
class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem';
}

const NO_EXTRAS: PodExtras = { volumes: [], volumeMounts: [], env: [], labels: {}, annotations: {}, spec: {}, container: {} };

export function podExtrasOf(planning: Planning, node: TaskNode): Resolved<PodExtras> {
  const config = executorConfigOf(planning.tree, node);
  if (Object.keys(config).length === 0) return { ok: true, value: NO_EXTRAS };
  const builder: Builder = { planning, node, volumes: [], volumeMounts: [], env: [] };
  try {
    addConfigVolumes(builder, config);
    addOtherVolumes(builder, config);
    addEnv(builder, config);
    const metadata = objectAt(config, 'podMetadata');
    return {
      ok: true,
      value: {
        volumes: builder.volumes,
        volumeMounts: builder.volumeMounts,
        env: builder.env,
        labels: textsIn(builder, objectAt(metadata, 'labels')),
        annotations: textsIn(builder, objectAt(metadata, 'annotations')),
        spec: { ...scheduling(builder, config), ...initContainers(config) },
        container: { ...pullPolicy(config), ...securityContext(config) },
      },
    };
  } catch (error) {
    if (error instanceof ConfigProblem) return { ok: false, message: error.message };
    throw error;
  }
}

/** Names of the claims that the step mounts; those that have no value yet are left out. */
export function pvcNamesOf(planning: Planning, node: TaskNode): readonly string[] {
  return listAt(executorConfigOf(planning.tree, node), 'pvcMount').flatMap((mount) => {
    const name = claimParameter(mount);
    if (name === undefined) return [];
    const source = resolveSetting(planning, node, name);
    return source.ok && source.value !== undefined ? [parameterText(filled(node, name, source.value))] : [];
  });
}

function executorConfigOf(tree: RunTree, node: TaskNode): JsonObject {
  const executors = objectAt(objectAt(tree.pipeline.kubernetes, 'deploymentSpec'), 'executors');
  return objectAt(executors, node.component.executorLabel ?? '');
}

function addConfigVolumes(builder: Builder, config: JsonObject): void {
  for (const entry of listAt(config, 'secretAsVolume')) {
    const secretName = nameOf(builder, entry, 'secretNameParameter', 'secretName');
    if (secretName === undefined) continue;
    mount(builder, entry, { secret: { secretName, ...optionalIn(entry) } }, secretName);
  }
  for (const entry of listAt(config, 'configMapAsVolume')) {
    const name = nameOf(builder, entry, 'configMapNameParameter', 'configMapName');
    if (name === undefined) continue;
    mount(builder, entry, { configMap: { name, ...optionalIn(entry) } }, name);
  }
}

function addOtherVolumes(builder: Builder, config: JsonObject): void {
  for (const entry of listAt(config, 'emptyDirMounts')) {
    mount(builder, entry, { emptyDir: { ...textAt(entry, 'medium'), ...textAt(entry, 'sizeLimit') } }, entry['volumeName']);
  }
  const sharedMemory = config['enabledSharedMemory'];
  if (isJsonObject(sharedMemory)) {
    const sizeLimit = sharedMemory['size'] === undefined ? {} : { sizeLimit: sharedMemory['size'] };
    mount(builder, { mountPath: '/dev/shm' }, { emptyDir: { medium: 'Memory', ...sizeLimit } }, sharedMemory['volumeName']);
  }
  for (const entry of listAt(config, 'pvcMount')) {
    const claim = claimParameter(entry);
    const claimName = claim === undefined ? '' : textOf(builder, claim, 'the claim of a pvcMount');
    mount(builder, entry, { persistentVolumeClaim: { claimName } }, claimName);
  }
  for (const entry of listAt(config, 'genericEphemeralVolume')) {
    const spec = {
      accessModes: entry['accessModes'] ?? [],
      resources: { requests: { storage: entry['size'] ?? '' } },
      ...(entry['defaultStorageClass'] === true ? {} : textAt(entry, 'storageClassName')),
    };
    const metadata = isJsonObject(entry['metadata']) ? { metadata: entry['metadata'] } : {};
    mount(builder, entry, { ephemeral: { volumeClaimTemplate: { ...metadata, spec } } }, entry['volumeName']);
  }
}

function addEnv(builder: Builder, config: JsonObject): void {
  for (const entry of listAt(config, 'secretAsEnv')) {
    const name = nameOf(builder, entry, 'secretNameParameter', 'secretName');
    if (name === undefined) continue;
    for (const { envVar = '', secretKey: key = '' } of listAt(entry, 'keyToEnv')) {
      builder.env.push({ name: envVar, valueFrom: { secretKeyRef: { name, key, ...optionalIn(entry) } } });
    }
  }
  for (const entry of listAt(config, 'configMapAsEnv')) {
    const name = nameOf(builder, entry, 'configMapNameParameter', 'configMapName');
    if (name === undefined) continue;
    for (const { envVar = '', configMapKey: key = '' } of listAt(entry, 'keyToEnv')) {
      builder.env.push({ name: envVar, valueFrom: { configMapKeyRef: { name, key, ...optionalIn(entry) } } });
    }
  }
  for (const { name = '', fieldPath = '' } of listAt(config, 'fieldPathAsEnv')) {
    builder.env.push({ name, valueFrom: { fieldRef: { fieldPath } } });
  }
}

function scheduling(builder: Builder, config: JsonObject): JsonObject {
  const deadline = Number(config['activeDeadlineSeconds'] ?? 0);
  const selector = objectAt(config, 'nodeSelector');
  const labels = jsonOf(builder, selector['nodeSelectorJson'], 'nodeSelectorJson') ?? selector['labels'];
  const tolerations = listAt(config, 'tolerations').flatMap((entry) => tolerationsOf(builder, entry));
  const claims = listAt(config, 'podResourceClaims').flatMap((entry) => resourceClaimsOf(builder, entry));
  const affinity = nodeAffinity(builder, listAt(config, 'nodeAffinity'));
  const secrets = listAt(config, 'imagePullSecret').flatMap((entry) => {
    const name = nameOf(builder, entry, 'secretNameParameter', 'secretName');
    return name === undefined ? [] : [{ name }];
  });
  return {
    ...(deadline > 0 ? { activeDeadlineSeconds: deadline } : {}),
    ...(isJsonObject(labels) ? { nodeSelector: labels } : {}),
    ...(tolerations.length === 0 ? {} : { tolerations }),
    ...(affinity === undefined ? {} : { affinity: { nodeAffinity: affinity } }),
    ...(secrets.length === 0 ? {} : { imagePullSecrets: secrets }),
    ...(claims.length === 0 ? {} : { resourceClaims: claims }),
  };
}

function tolerationsOf(builder: Builder, entry: JsonObject): readonly JsonObject[] {
  const json = jsonOf(builder, entry['tolerationJson'], 'tolerationJson');
  if (json !== undefined) return (Array.isArray(json) ? json : [json]).filter(isJsonObject);
  if (entry['tolerationJson'] !== undefined) return [];
  const seconds = entry['tolerationSeconds'];
  const fields = { ...textAt(entry, 'key'), ...textAt(entry, 'operator'), ...textAt(entry, 'value'), ...textAt(entry, 'effect') };
  return [{ ...fields, ...(seconds === undefined ? {} : { tolerationSeconds: Number(seconds) }) }];
}

function resourceClaimsOf(builder: Builder, entry: JsonObject): readonly JsonObject[] {
  const json = jsonOf(builder, entry['resourceClaimJson'], 'resourceClaimJson');
  if (json === undefined && entry['resourceClaimJson'] !== undefined) return [];
  const claims = Array.isArray(json) ? (json as readonly Json[]) : [json ?? entry];
  return claims.filter(isJsonObject).map(({ resourceClaimTemplateName: name = '' }) => ({ name, resourceClaimTemplateName: name }));
}

function nodeAffinity(builder: Builder, entries: readonly JsonObject[]): Json | undefined {
  const required: JsonObject[] = [];
  const preferred: JsonObject[] = [];
  for (const entry of entries) {
    const json = jsonOf(builder, entry['nodeAffinityJson'], 'nodeAffinityJson');
    if (json !== undefined) return json;
    if (entry['nodeAffinityJson'] !== undefined) continue;
    const { matchExpressions, matchFields, weight } = entry;
    const term = { ...(matchExpressions === undefined ? {} : { matchExpressions }), ...(matchFields === undefined ? {} : { matchFields }) };
    if (weight === undefined) required.push(term);
    else preferred.push({ weight: Number(weight), preference: term });
  }
  if (required.length + preferred.length === 0) return undefined;
  return {
    ...(required.length === 0 ? {} : { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: required } }),
    ...(preferred.length === 0 ? {} : { preferredDuringSchedulingIgnoredDuringExecution: preferred }),
  };
}

function initContainers(config: JsonObject): JsonObject {
  const containers = listAt(config, 'initContainers').map(({ name = '', image = '', command, args, env, restartPolicy, resources, ...rest }) => {
    const volumeMounts = listAt(rest, 'volumeMounts').map(({ volumeName = '', mountPath = '' }) => ({ name: volumeName, mountPath }));
    return {
      name,
      image,
      ...(command === undefined ? {} : { command }),
      ...(args === undefined ? {} : { args }),
      ...(env === undefined ? {} : { env }),
      ...(restartPolicy === undefined ? {} : { restartPolicy }),
      ...(resources === undefined ? {} : { resources }),
      ...(volumeMounts.length === 0 ? {} : { volumeMounts }),
    };
  });
  return containers.length === 0 ? {} : { initContainers: containers };
}

function pullPolicy(config: JsonObject): JsonObject {
  const policy = config['imagePullPolicy'];
  return typeof policy === 'string' && policy !== '' ? { imagePullPolicy: policy } : {};
}

function securityContext(config: JsonObject): JsonObject {
  const { runAsUser, runAsGroup, runAsNonRoot } = objectAt(config, 'securityContext');
  const fields = {
    ...(runAsUser === undefined ? {} : { runAsUser: Number(runAsUser) }),
    ...(runAsGroup === undefined ? {} : { runAsGroup: Number(runAsGroup) }),
    ...(typeof runAsNonRoot === 'boolean' ? { runAsNonRoot } : {}),
  };
  return Object.keys(fields).length === 0 ? {} : { securityContext: fields };
}

/**
 * Init containers and TASK_CONFIG know a volume by the name that it was given, or by that of its object. One that is another
 * volume's, or can't be a volume's, gives way to a number.
 */
function mount({ volumes, volumeMounts }: Builder, entry: JsonObject, source: JsonObject, wanted: Json | undefined): void {
  const isName = typeof wanted === 'string' && VOLUME_NAME.test(wanted);
  const taken = volumes.find(({ name }) => name === wanted);
  const isSame = isDeepStrictEqual(taken, { name: wanted, ...source });
  const name = isName && (taken === undefined || isSame) ? wanted : `volume-${volumes.length}`;
  if (!isSame) volumes.push({ name, ...source });
  volumeMounts.push({ name, mountPath: entry['mountPath'] ?? '', ...textAt(entry, 'subPath') });
}

/** The newer documents give a parameter, the older ones the name itself. Undefined for an optional parameter that was not given. */
function nameOf(builder: Builder, entry: JsonObject, parameterField: string, nameField: string): string | undefined {
  const parameter = entry[parameterField];
  if (isJsonObject(parameter)) {
    const value = valueOf(builder, parameter as TaskInputParameter, parameterField);
    return value === undefined ? undefined : parameterText(value);
  }
  const name = entry[nameField];
  return typeof name === 'string' ? name : '';
}

function claimParameter(entry: JsonObject): TaskInputParameter | undefined {
  const { pvcNameParameter, taskOutputParameter, componentInputParameter, constant } = entry;
  if (isJsonObject(pvcNameParameter)) return pvcNameParameter as TaskInputParameter;
  if (isJsonObject(taskOutputParameter) || typeof componentInputParameter === 'string') return entry as TaskInputParameter;
  return constant === undefined ? undefined : { runtimeValue: { constant } };
}

function textOf(builder: Builder, parameter: TaskInputParameter, what: string): string {
  const value = valueOf(builder, parameter, what);
  if (value === undefined) throw new ConfigProblem(`${what} has no value`);
  return parameterText(value);
}

/** JSON given through a parameter, as a value or as text; undefined for an optional parameter that was not given. */
function jsonOf(builder: Builder, parameter: Json | undefined, what: string): Json | undefined {
  if (!isJsonObject(parameter)) return undefined;
  const value = valueOf(builder, parameter as TaskInputParameter, what);
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    throw new ConfigProblem(`${what} must be JSON, not the text ${JSON.stringify(value.slice(0, 60))}`);
  }
}

/** An optional input of the pipeline that was not given leaves its setting out, as upstream does; others must have a value. */
function valueOf(builder: Builder, parameter: TaskInputParameter, what: string): Json | undefined {
  const source = resolveSetting(builder.planning, builder.node, parameter);
  if (!source.ok) throw new ConfigProblem(`${what} ${source.message}`);
  const { value } = source;
  if (value !== undefined && value !== null) return filled(builder.node, parameter, value);
  if (parameter.componentInputParameter !== undefined && holderOf(builder.node, parameter) !== undefined) return undefined;
  throw new ConfigProblem(`${what} has no value`);
}

function resolveSetting(planning: Planning, node: TaskNode, parameter: TaskInputParameter): Resolved<Json | undefined> {
  const holder = holderOf(node, parameter);
  return resolveParameter(planning, holder?.node ?? node, holder?.parameter ?? parameter);
}

/**
 * The nearest node around the step, or the step itself, whose DAG has what the parameter names. kfp before 2.17 hands nothing into a
 * group for a setting, and names a pipeline's parameter or a loop's item without the mark that the group gave it.
 */
function holderOf(step: TaskNode, parameter: TaskInputParameter): { readonly node: TaskNode; readonly parameter: TaskInputParameter } | undefined {
  for (let node = step; node.parent !== undefined; node = node.parent) {
    const known = knownIn(node.parent.component, parameter);
    if (known !== undefined) return { node, parameter: known };
  }
  return undefined;
}

function knownIn({ dag, inputDefinitions }: ComponentSpec, parameter: TaskInputParameter): TaskInputParameter | undefined {
  const { taskOutputParameter: output, componentInputParameter: input } = parameter;
  if (output !== undefined) return Object.hasOwn(dag?.tasks ?? {}, output.producerTask) ? parameter : undefined;
  if (input === undefined) return parameter;
  const name = [input, `pipelinechannel--${input}`].find((one) => Object.hasOwn(inputDefinitions?.parameters ?? {}, one));
  return name === undefined ? undefined : { ...parameter, componentInputParameter: name };
}

/** Only a text of the document holds kfp's marks; a value that looks like one is a value. */
function filled(node: TaskNode, { runtimeValue }: TaskInputParameter, value: Json): Json {
  return runtimeValue?.constant === undefined ? value : fillMarks(node, value);
}

function optionalIn(entry: JsonObject): JsonObject {
  return typeof entry['optional'] === 'boolean' ? { optional: entry['optional'] } : {};
}

function textAt(entry: JsonObject, field: string): JsonObject {
  const value = entry[field];
  return typeof value === 'string' && value !== '' ? { [field]: value } : {};
}

function objectAt(parent: JsonObject, field: string): JsonObject {
  const value = Object.hasOwn(parent, field) ? parent[field] : undefined;
  return objectOf(value);
}

function listAt(parent: JsonObject, field: string): readonly JsonObject[] {
  return objectsOf(parent[field]);
}

function textsIn({ node }: Builder, members: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, String(fillMarks(node, value ?? ''))]));
}
