// kfp numbers a group (loop, condition, exit handler) anew when a nested pipeline has one of the same name, and then puts its
// tasks into the component of that other group all the same: one component has the tasks of both, the other has none. Where
// outputs and inputs tell whose each task is, every group gets its own back.
import { emptyRecord } from './section.ts';
import type { ComponentSpec, DagSpec, PipelineSpec, PipelineTaskSpec } from './types.ts';

const NUMBERED_GROUP = /^(comp-(?:for-loop|condition|condition-branches|exit-handler)-\d+)-\d+$/;

/** The component that holds the tasks of this empty group; undefined for one that is not empty, or has lost them in no other. */
export function holderOfTasks(components: PipelineSpec['components'], name: string): string | undefined {
  const holder = NUMBERED_GROUP.exec(name)?.[1];
  const isEmpty = Object.keys(components[name]?.dag?.tasks ?? { none: true }).length === 0;
  return isEmpty && holder !== undefined && components[holder]?.dag !== undefined ? holder : undefined;
}

/** The same pipeline when nothing is tangled, or when it can't be told whose a task is. */
export function untangleGroups(pipeline: PipelineSpec): PipelineSpec {
  const emptyByHolder = new Map<string, string[]>();
  for (const name of Object.keys(pipeline.components)) {
    const holder = holderOfTasks(pipeline.components, name);
    if (holder !== undefined) emptyByHolder.set(holder, [...(emptyByHolder.get(holder) ?? []), name]);
  }
  if (emptyByHolder.size === 0) return pipeline;
  const components = Object.assign(emptyRecord<ComponentSpec>(), pipeline.components);
  for (const [holder, empty] of emptyByHolder) {
    const tasks = components[holder]!.dag!.tasks;
    const owners = ownersOf(tasks, components, [holder, ...empty]);
    if (owners === undefined) continue;
    for (const name of [holder, ...empty]) components[name] = withTasks(components[name]!, tasks, (task) => owners.get(task) === name);
  }
  return { ...pipeline, components };
}

/** The one group that each task belongs to; undefined when a task could be of none or of several, or a group stays empty. */
function ownersOf(
  tasks: DagSpec['tasks'],
  components: PipelineSpec['components'],
  groups: readonly string[],
): ReadonlyMap<string, string> | undefined {
  const owners = new Map<string, string>();
  for (const group of groups) {
    const others = groups.filter((other) => other !== group).map((other) => components[other]!);
    const known = Object.keys(tasks).filter((name) => isNamedBy(components[group]!, name) || readsOnlyFrom(tasks[name]!, components[group]!, others));
    if (known.length === 0) return undefined;
    for (const name of relativesOf(known, tasks)) {
      if (owners.has(name)) return undefined;
      owners.set(name, group);
    }
  }
  return owners.size === Object.keys(tasks).length ? owners : undefined;
}

/** Whether an output of the group is one of this task. */
function isNamedBy({ dag }: ComponentSpec, taskName: string): boolean {
  const parameters = Object.values(dag?.outputs?.parameters ?? {}).flatMap(({ valueFromParameter, valueFromOneof }) => [
    ...(valueFromParameter === undefined ? [] : [valueFromParameter]),
    ...(valueFromOneof?.parameterSelectors ?? []),
  ]);
  const artifacts = Object.values(dag?.outputs?.artifacts ?? {}).flatMap(({ artifactSelectors }) => artifactSelectors);
  return [...parameters, ...artifacts].some(({ producerSubtask }) => producerSubtask === taskName);
}

function readsOnlyFrom(task: PipelineTaskSpec, group: ComponentSpec, others: readonly ComponentSpec[]): boolean {
  const parameters = Object.values(task.inputs?.parameters ?? {}).flatMap(({ componentInputParameter: name }) => (name === undefined ? [] : [name]));
  const artifacts = Object.values(task.inputs?.artifacts ?? {}).flatMap(({ componentInputArtifact: name }) => (name === undefined ? [] : [name]));
  const has = ({ inputDefinitions }: ComponentSpec, sort: 'parameters' | 'artifacts', name: string) => inputDefinitions?.[sort]?.[name] !== undefined;
  const isOwn = (sort: 'parameters' | 'artifacts') => (name: string) => has(group, sort, name) && !others.some((other) => has(other, sort, name));
  return parameters.some(isOwn('parameters')) || artifacts.some(isOwn('artifacts'));
}

/** The tasks and whatever reads from them or is read by them, however far. */
function relativesOf(known: readonly string[], tasks: DagSpec['tasks']): ReadonlySet<string> {
  const related = new Set(known);
  for (let countBefore = -1; countBefore < related.size; ) {
    countBefore = related.size;
    for (const [name, task] of Object.entries(tasks)) {
      const upstream = upstreamOf(task).filter((other) => tasks[other] !== undefined);
      if (!related.has(name) && !upstream.some((other) => related.has(other))) continue;
      for (const relative of [name, ...upstream]) related.add(relative);
    }
  }
  return related;
}

function upstreamOf({ inputs, dependentTasks = [] }: PipelineTaskSpec): readonly string[] {
  const producers = [
    ...Object.values(inputs?.parameters ?? {}).map(({ taskOutputParameter, taskFinalStatus }) => (taskOutputParameter ?? taskFinalStatus)?.producerTask),
    ...Object.values(inputs?.artifacts ?? {}).map(({ taskOutputArtifact }) => taskOutputArtifact?.producerTask),
  ];
  return [...dependentTasks, ...producers.filter((name) => name !== undefined)];
}

function withTasks(component: ComponentSpec, tasks: DagSpec['tasks'], isOwn: (name: string) => boolean): ComponentSpec {
  const own = Object.assign(emptyRecord<PipelineTaskSpec>(), Object.fromEntries(Object.entries(tasks).filter(([name]) => isOwn(name))));
  return { ...component, dag: { ...component.dag, tasks: own } };
}
