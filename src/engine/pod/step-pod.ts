// The Pod of one attempt of a step: everything that the step needs is in it.
import { isJsonObject, type JsonObject, type KubeObject } from '../../base/mod.ts';
import {
  PIPELINE_ACCOUNT,
  RUN_ID_LABEL,
  STEP_ANNOTATION,
  STEP_CONTAINER,
  TASK_ID_LABEL,
  type StepArtifact,
  type StepDocument,
} from '../../api/mod.ts';
import {
  compileContainer,
  speaksOfStep,
  type CompiledContainer,
  type ContainerCompilation,
  type ContainerExecutor,
  type RuntimeArtifact,
} from '../../ir/mod.ts';
import type { Run, TaskValues } from '../../records/mod.ts';
import { givenParametersOf, type Resolved } from '../plan/inputs.ts';
import { own } from '../plan/own.ts';
import { runPlaceholdersOf } from '../plan/placeholder-context.ts';
import { artifactOf, type Planning } from '../plan/planning.ts';
import { triesOf, type TaskNode } from '../plan/run-tree.ts';
import { withDebugPause } from './debug-pause.ts';
import {
  executorInputOf,
  outputParameterPath,
  runtimeArtifactsOf,
  stepPlacesOf,
  taskDirectoryOf,
  type StepPlaces,
} from './executor-input.ts';
import { podExtrasOf, type PodExtras } from './kubernetes-config.ts';
import { acceleratorFault, claimFault, resourceRequirements } from './resources.ts';
import { ownSettings, taskConfigOf, type StepSettings } from './task-config.ts';
import { artifactPathOf, isInWorkspace, workspaceOfStep, workspaceVolume } from './workspace.ts';

/** All annotations of an object together (k8s.io/apimachinery: 256 KiB). */
const ANNOTATIONS_BYTES_MAX = 256 * 1024;
/** An object with everything in it, as etcd takes it. */
const POD_BYTES_MAX = 1.5 * 1024 * 1024;
/** Input artifacts of one task that are shown one by one. */
const ARTIFACTS_OF_TASK_MAX = 100;

/** Annotations that steps may read through fieldPathAsEnv, with the names that upstream gives them. */
const RUN_NAME_ANNOTATION = 'pipelines.kubeflow.org/run_name';

/** The Pod of the row's current attempt; not ok, with a sentence, when it can't be made. */
export function buildStepPod(planning: Planning, node: TaskNode): Resolved<KubeObject> {
  const { tree, facts } = planning;
  const executor = tree.pipeline.executors[node.component.executorLabel ?? ''];
  if (executor?.kind !== 'container') return { ok: false, message: 'the step has no container' };
  const places = stepPlacesOf(tree, node, facts.settings.defaultRootUri);
  if (places.executorOutputPath === undefined) {
    return { ok: false, message: `the pipeline root ${places.taskRootUri} has no path in a container; use minio://, s3:// or gs://` };
  }
  const artifacts = runtimeArtifactsOf(node.row.inputs, (artifactId) => artifactOf(planning, artifactId));
  const given = asksWhatIsPresent(executor.container) ? givenParametersOf(planning, node) : undefined;
  const compile = (values: TaskValues) =>
    compileContainer({
      container: executor.container,
      component: node.component,
      executorInput: executorInputOf(node.component, { values, artifacts }, places),
      given,
      selfReferring: selfReferringInputs(node, values),
      run: runPlaceholdersOf(tree, node, facts.settings.defaultRootUri),
      pathOf: artifactPathOf,
    });
  const compiled = compile(node.row.inputs);
  if (!compiled.ok) return compiled;
  const configured = podExtrasOf(planning, node);
  if (!configured.ok) return configured;
  const withVolumes = withWorkspace(configured.value, workspaceOfStep(planning, node, node.row.inputs));
  const settings = withTaskConfig(node, { container: compiled.value, extras: withVolumes }, compile);
  if (!settings.ok) return settings;
  const pausing = withDebugPause(settings.value);
  if (!pausing.ok) return pausing;
  const { container, extras } = pausing.value;
  const fault = acceleratorFault(container.resources) ?? claimFault(extras.spec['resourceClaims']);
  if (fault !== undefined) return { ok: false, message: fault };
  const step = stepDocumentOf(planning, node, { places, artifacts, executorOutputPath: places.executorOutputPath });
  return withinLimits(podOf(planning, node, { step, container, extras, asksKubernetes: asksKubernetes(executor.container) }));
}

/** Words in the code, packages or image of programs that ask the Kubernetes API. */
const KUBERNETES = /kube|k8s|kserve|serviceaccount/i;

function asksKubernetes({ image, command = [], args = [], env = [] }: ContainerExecutor): boolean {
  return [image, ...command, ...args, ...env.map(({ name }) => name)].some((text) => KUBERNETES.test(text));
}

function asksWhatIsPresent({ command = [], args = [] }: ContainerExecutor): boolean {
  return [...command, ...args].some((template) => template.includes('"IfPresent"'));
}

/** Constants and defaults that nothing else was filled into: a value that merely looks like one stays what it is. */
function selfReferringInputs({ component, spec }: TaskNode, { parameters }: TaskValues): readonly string[] {
  return Object.entries(component.inputDefinitions?.parameters ?? {}).flatMap(([name, { defaultValue }]) => {
    const input = own(spec?.inputs?.parameters, name);
    const constant = input === undefined ? defaultValue : input.runtimeValue?.constant;
    return speaksOfStep(constant) && own(parameters, name) === constant ? [name] : [];
  });
}

/** The settings of the step's own Pod; those that its TASK_CONFIG parameter is given come out of its command. */
function withTaskConfig(
  { component, row }: TaskNode,
  settings: StepSettings,
  compile: (values: TaskValues) => ContainerCompilation,
): Resolved<StepSettings> {
  const config = taskConfigOf(component, settings);
  if (config === undefined) return { ok: true, value: settings };
  const { parameters, artifacts } = row.inputs;
  const compiled = compile({ parameters: { ...parameters, [config.name]: config.value }, artifacts });
  return compiled.ok ? { ok: true, value: ownSettings(component, { ...settings, container: compiled.value }) } : compiled;
}

function withWorkspace(extras: PodExtras, claimName: string | undefined): PodExtras {
  if (claimName === undefined) return extras;
  const { volume, mount } = workspaceVolume(claimName);
  return { ...extras, volumes: [volume, ...extras.volumes], volumeMounts: [mount, ...extras.volumeMounts] };
}

interface PodParts {
  readonly step: StepDocument;
  readonly container: CompiledContainer;
  readonly extras: PodExtras;
  readonly asksKubernetes: boolean;
}

function podOf({ tree: { run }, facts: { settings } }: Planning, node: TaskNode, { step, container, extras, asksKubernetes }: PodParts): KubeObject {
  const { taskId, podName = '', podNamespace = '' } = node.row;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName,
      namespace: podNamespace,
      labels: { ...extras.labels, [RUN_ID_LABEL]: run.runId, [TASK_ID_LABEL]: taskId },
      annotations: { [RUN_NAME_ANNOTATION]: run.displayName, ...extras.annotations, [STEP_ANNOTATION]: JSON.stringify(step) },
    },
    spec: {
      restartPolicy: 'Never',
      ...(settings.nodeName === undefined || isChoosy(extras.spec) || asksForResources(container, extras) ? {} : { nodeName: settings.nodeName }),
      ...accountOf(run, asksKubernetes),
      ...extras.spec,
      containers: [containerOf(container, extras, { runId: run.runId, podName, podNamespace })],
      ...(extras.volumes.length === 0 ? {} : { volumes: extras.volumes }),
    },
  };
}

/** A token in each step would cost more than most steps: those get one that seem to need it, and all of a run that names its account. */
function accountOf({ serviceAccount }: Run, asksKubernetes: boolean): JsonObject {
  if (serviceAccount !== '') return { serviceAccountName: serviceAccount };
  return { serviceAccountName: PIPELINE_ACCOUNT, ...(asksKubernetes ? {} : { automountServiceAccountToken: false }) };
}

/** Whether the step wants a certain node: the scheduler looks for one, and says so on the Pod when there is none. */
function isChoosy({ nodeSelector, affinity }: JsonObject): boolean {
  return (isJsonObject(nodeSelector) && Object.keys(nodeSelector).length > 0) || affinity !== undefined;
}

/** Whether there has to be room for it: the scheduler says when. */
function asksForResources({ resources }: CompiledContainer, { container }: PodExtras): boolean {
  return resourceRequirements(resources) !== undefined || container['resources'] !== undefined;
}

function containerOf(
  { image, command, args, env, resources }: CompiledContainer,
  extras: PodExtras,
  names: { readonly runId: string; readonly podName: string; readonly podNamespace: string },
): JsonObject {
  const requirements = resourceRequirements(resources);
  return {
    name: STEP_CONTAINER,
    image,
    ...(command.length === 0 ? {} : { command }),
    ...(args.length === 0 ? {} : { args }),
    env: [...kfpVariables(names), ...env.map(({ name, value }) => ({ name, value })), ...extras.env],
    ...(requirements === undefined ? {} : { resources: requirements }),
    ...(extras.volumeMounts.length === 0 ? {} : { volumeMounts: extras.volumeMounts }),
    ...extras.container,
  };
}

/** Variables that upstream injects into every step. */
function kfpVariables(names: { readonly runId: string; readonly podName: string; readonly podNamespace: string }): readonly JsonObject[] {
  return [
    { name: 'KFP_POD_NAME', value: names.podName },
    { name: 'KFP_POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
    { name: 'KFP_RUN_ID', value: names.runId },
    { name: 'NAMESPACE', value: names.podNamespace },
  ];
}

function stepDocumentOf(
  { tree }: Planning,
  node: TaskNode,
  parts: {
    readonly places: StepPlaces;
    readonly executorOutputPath: string;
    readonly artifacts: Readonly<Record<string, readonly RuntimeArtifact[]>>;
  },
): StepDocument {
  const { parameters = {}, artifacts = {} } = node.component.outputDefinitions ?? {};
  return {
    version: 1,
    runId: tree.run.runId,
    taskId: node.row.taskId,
    attempt: node.row.attempt,
    tries: triesOf(tree.run.retryCount, node),
    inputArtifacts: inputArtifactsOf(parts.artifacts, parts.places.rootUri),
    taskRootUri: parts.places.taskRootUri,
    outputArtifacts: Object.keys(artifacts).map((key) => ({ key, uri: `${parts.places.taskRootUri}/${key}` })),
    outputParameters: Object.keys(parameters).map((name) => ({ name, path: outputParameterPath(name) })),
    executorOutputPath: parts.executorOutputPath,
  };
}

/**
 * Each place once, however many inputs show it. One in the workspace is shown by its URI too: SDKs before 2.15 look there. Of a task that
 * made very many of them (a long loop's, collected) the directory is shown instead: thousands of mounts, and their names in an
 * annotation, have no room.
 */
function inputArtifactsOf(artifacts: Readonly<Record<string, readonly RuntimeArtifact[]>>, rootUri: string): readonly StepArtifact[] {
  const byPlace = new Map<string, StepArtifact>();
  const countsByTask = new Map<string, number>();
  for (const [key, list] of Object.entries(artifacts)) {
    for (const artifact of list) {
      const { uri, metadata } = artifact;
      const path = isInWorkspace(metadata) ? artifactPathOf(artifact) : undefined;
      if (!byPlace.has(uri)) {
        byPlace.set(uri, { key, uri });
        const directory = taskDirectoryOf(uri, rootUri) ?? uri;
        countsByTask.set(directory, (countsByTask.get(directory) ?? 0) + 1);
      }
      if (path !== undefined && !byPlace.has(path)) byPlace.set(path, { key, uri, path });
    }
  }
  if (byPlace.size <= ARTIFACTS_OF_TASK_MAX) return [...byPlace.values()];
  const shown = new Map<string, StepArtifact>();
  for (const artifact of byPlace.values()) {
    const directory = artifact.path === undefined ? taskDirectoryOf(artifact.uri, rootUri) : undefined;
    const isMany = directory !== undefined && countsByTask.get(directory)! > ARTIFACTS_OF_TASK_MAX;
    if (!isMany) shown.set(artifact.path ?? artifact.uri, artifact);
    else if (!shown.has(directory)) shown.set(directory, { key: artifact.key, uri: directory });
  }
  return [...shown.values()];
}

function withinLimits(pod: KubeObject): Resolved<KubeObject> {
  let annotationsBytes = 0;
  for (const [name, text] of Object.entries(pod.metadata.annotations ?? {})) {
    annotationsBytes += Buffer.byteLength(name) + Buffer.byteLength(text);
  }
  if (annotationsBytes > ANNOTATIONS_BYTES_MAX) {
    const message = `the step names too many artifacts: its Pod's annotations have ${annotationsBytes} bytes, and ${ANNOTATIONS_BYTES_MAX} are allowed`;
    return { ok: false, message };
  }
  const bytes = Buffer.byteLength(JSON.stringify(pod));
  if (bytes <= POD_BYTES_MAX) return { ok: true, value: pod };
  return { ok: false, message: `the step's Pod has ${bytes} bytes, and ${POD_BYTES_MAX} are allowed; pass large values as artifacts` };
}
