// TaskConfig of the SDK: settings of a step (resources, environment, volumes, scheduling) that go to one of its parameters, for
// steps that start Pods of their own, and to the step's own Pod only where the component says so.
import type { JsonObject } from '../../base/mod.ts';
import type { CompiledContainer, ComponentSpec, TaskConfigField } from '../../ir/mod.ts';
import type { PodExtras } from './kubernetes-config.ts';
import { resourceRequirements } from './resources.ts';

export interface StepSettings {
  readonly container: CompiledContainer;
  readonly extras: PodExtras;
}

/** Name and value of the parameter; undefined for a component without one. */
export function taskConfigOf(component: ComponentSpec, settings: StepSettings): { readonly name: string; readonly value: JsonObject } | undefined {
  const parameters = Object.entries(component.inputDefinitions?.parameters ?? {});
  const name = parameters.find(([, { parameterType }]) => parameterType === 'TASK_CONFIG')?.[0];
  if (name === undefined) return undefined;
  const passed = (component.taskConfigPassthroughs ?? []).map(({ field }) => VALUES[field](settings));
  return { name, value: Object.assign({}, ...passed) as JsonObject };
}

/** The settings without those that are only for the parameter. */
export function ownSettings(component: ComponentSpec, settings: StepSettings): StepSettings {
  let own = settings;
  for (const { field, applyToTask } of component.taskConfigPassthroughs ?? []) if (applyToTask !== true) own = WITHOUT[field](own);
  return own;
}

/** Under the names of the Kubernetes API, as `kfp.dsl.TaskConfig` reads them. */
const VALUES: Readonly<Record<TaskConfigField, (settings: StepSettings) => JsonObject>> = {
  RESOURCES: ({ container }) => filled('resources', resourceRequirements(container.resources)),
  KUBERNETES_TOLERATIONS: ({ extras }) => filled('tolerations', extras.spec['tolerations']),
  KUBERNETES_NODE_SELECTOR: ({ extras }) => filled('nodeSelector', extras.spec['nodeSelector']),
  KUBERNETES_AFFINITY: ({ extras }) => filled('affinity', extras.spec['affinity']),
  KUBERNETES_RESOURCE_CLAIMS: ({ extras }) => filled('resourceClaims', extras.spec['resourceClaims']),
  ENV: ({ container, extras }) => filled('env', [...container.env.map(({ name, value }) => ({ name, value })), ...extras.env]),
  KUBERNETES_VOLUMES: ({ extras }) => ({ ...filled('volumes', extras.volumes), ...filled('volumeMounts', extras.volumeMounts) }),
};

const WITHOUT: Readonly<Record<TaskConfigField, (settings: StepSettings) => StepSettings>> = {
  RESOURCES: ({ container, extras }) => ({ container: { ...container, resources: {} }, extras }),
  KUBERNETES_TOLERATIONS: (settings) => withoutSpec(settings, 'tolerations'),
  KUBERNETES_NODE_SELECTOR: (settings) => withoutSpec(settings, 'nodeSelector'),
  KUBERNETES_AFFINITY: (settings) => withoutSpec(settings, 'affinity'),
  KUBERNETES_RESOURCE_CLAIMS: (settings) => withoutSpec(settings, 'resourceClaims'),
  ENV: ({ container, extras }) => ({ container: { ...container, env: [] }, extras: { ...extras, env: [] } }),
  KUBERNETES_VOLUMES: ({ container, extras }) => ({ container, extras: { ...extras, volumes: [], volumeMounts: [] } }),
};

function withoutSpec({ container, extras }: StepSettings, field: string): StepSettings {
  const { [field]: _left, ...spec } = extras.spec;
  return { container, extras: { ...extras, spec } };
}

function filled(name: string, value: JsonObject[string]): JsonObject {
  const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
  return isEmpty ? {} : { [name]: value };
}
