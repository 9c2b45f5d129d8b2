// Pipelines that are wrong in one place each, as bodies of POST /apis/v2beta1/runs.
import type { Attack } from './attack.ts';
import { shellPipeline } from './shell-pipeline.ts';

type Members = { [name: string]: unknown };

const RUNS = '/apis/v2beta1/runs';

/** A sound pipeline of two steps, open to be spoiled. */
export function soundPipeline(): Members {
  const steps = ['one', 'two'].map((name) => ({ name, script: 'true' }));
  return JSON.parse(JSON.stringify(shellPipeline('sound', steps))) as Members;
}

export function runBody(pipeline: unknown, more: Members = {}): string {
  return JSON.stringify({ display_name: 'hostile', pipeline_spec: pipeline, ...more });
}

/** The member at a path of names, to be changed. */
function at(pipeline: Members, ...names: readonly string[]): Members {
  return names.reduce((members, name) => members[name] as Members, pipeline);
}

function spoiled(name: string, says: RegExp, spoil: (pipeline: Members) => void): Attack {
  const body = () => {
    const pipeline = soundPipeline();
    spoil(pipeline);
    return runBody(pipeline);
  };
  return { name: `pipeline: ${name}`, method: 'POST', path: RUNS, body, status: 400, says };
}

function withParameters(count: number): Members {
  const pipeline = soundPipeline();
  const parameters = Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, { parameterType: 'STRING' }]));
  at(pipeline, 'root')['inputDefinitions'] = { parameters };
  return pipeline;
}

/** Components that contain each other, the last one the first. */
function withNesting(pipeline: Members, depth: number, isClosed: boolean): void {
  const components = at(pipeline, 'components');
  for (let level = 0; level < depth; level++) {
    const next = level < depth - 1 ? `comp-nest-${level + 1}` : isClosed ? 'comp-nest-0' : 'comp-one';
    components[`comp-nest-${level}`] = { dag: { tasks: { inner: { taskInfo: { name: 'inner' }, componentRef: { name: next } } } } };
  }
  at(pipeline, 'root', 'dag', 'tasks', 'one', 'componentRef')['name'] = 'comp-nest-0';
}

const GRAPHS: readonly Attack[] = [
  spoiled('tasks that wait for each other', /tasks\.(one|two).* waits for itself: .*one.*→/, (pipeline) => {
    at(pipeline, 'root', 'dag', 'tasks', 'one')['dependentTasks'] = ['two'];
  }),
  spoiled('a task that waits for itself', /tasks\.one\.dependentTasks.* the task itself/, (pipeline) => {
    at(pipeline, 'root', 'dag', 'tasks', 'one')['dependentTasks'] = ['one'];
  }),
  spoiled('a component that contains itself', /componentRef\.name.* contain itself/, (pipeline) => withNesting(pipeline, 3, true)),
  spoiled('1,000 pipelines in each other', /deeper than \d+ levels/, (pipeline) => withNesting(pipeline, 1_000, false)),
  spoiled('a billion tasks in thirty components', /root\.dag\.tasks.* at most/, (pipeline) => {
    const components = at(pipeline, 'components');
    for (let level = 0; level < 30; level++) {
      const task = (name: string) => ({ taskInfo: { name }, componentRef: { name: level === 29 ? 'comp-one' : `comp-twice-${level + 1}` } });
      components[`comp-twice-${level}`] = { dag: { tasks: { a: task('a'), b: task('b') } } };
    }
    at(pipeline, 'root', 'dag', 'tasks', 'one', 'componentRef')['name'] = 'comp-twice-0';
  }),
  spoiled('a component that is not there', /tasks\.one\.componentRef\.name.*comp-absent/, (pipeline) => {
    at(pipeline, 'root', 'dag', 'tasks', 'one', 'componentRef')['name'] = 'comp-absent';
  }),
  spoiled('a component named like a member of every object', /componentRef\.name.*(constructor|__proto__)/, (pipeline) => {
    at(pipeline, 'root', 'dag', 'tasks', 'one', 'componentRef')['name'] = 'constructor';
  }),
  spoiled('an executor that is not there', /executorLabel.*exec-absent/, (pipeline) => {
    at(pipeline, 'components', 'comp-one')['executorLabel'] = 'exec-absent';
  }),
];

const FIELDS: readonly Attack[] = [
  spoiled('a name that leads out', /pipelineInfo\.name.*\.\.\/evil/, (pipeline) => {
    at(pipeline, 'pipelineInfo')['name'] = '../evil';
  }),
  spoiled('no root', /root.*required/, (pipeline) => {
    delete pipeline['root'];
  }),
  spoiled('an old schema', /schemaVersion.*1\.0\.0/, (pipeline) => {
    pipeline['schemaVersion'] = '1.0.0';
  }),
  spoiled('an image that is a list', /image.* (text|string)/, (pipeline) => {
    at(pipeline, 'deploymentSpec', 'executors', 'exec-one', 'container')['image'] = ['busybox'];
  }),
  spoiled('minus one retries', /retryPolicy\.maxRetryCount/, (pipeline) => {
    at(pipeline, 'root', 'dag', 'tasks', 'one')['retryPolicy'] = { maxRetryCount: -1 };
  }),
  spoiled('a backoff that is no duration', /retryPolicy\.backoffDuration/, (pipeline) => {
    at(pipeline, 'root', 'dag', 'tasks', 'one')['retryPolicy'] = { maxRetryCount: 1, backoffDuration: 'soon' };
  }),
  spoiled('a loop over no list', /parameterIterator\.items\.raw.*JSON list/, (pipeline) => {
    at(pipeline, 'root', 'dag', 'tasks', 'one')['parameterIterator'] = { items: { raw: '{"a": 1}' }, itemInput: 'item' };
  }),
  spoiled('a parameter of no type', /inputDefinitions\.parameters\.p\.parameterType/, (pipeline) => {
    at(pipeline, 'root')['inputDefinitions'] = { parameters: { p: { parameterType: 'PICKLE' } } };
  }),
  spoiled('a default of another type', /inputDefinitions\.parameters\.p\.defaultValue/, (pipeline) => {
    at(pipeline, 'root')['inputDefinitions'] = { parameters: { p: { parameterType: 'NUMBER_INTEGER', defaultValue: 'many' } } };
  }),
  { name: 'pipeline: 10,000 parameters', method: 'POST', path: RUNS, body: () => runBody(withParameters(10_000)), status: 400, says: /inputDefinitions\.parameters.* at most/ },
  { name: 'pipeline: an Argo workflow', method: 'POST', path: RUNS, body: () => runBody({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow' }), says: /Recompile/ },
  { name: 'pipeline: a number', method: 'POST', path: RUNS, body: () => runBody(7), says: /pipeline_spec.*object/ },
  { name: 'pipeline: 2,000,000 values', method: 'POST', path: RUNS, body: () => runBody({ ...soundPipeline(), components: Array(2_000_000).fill(0) }), says: /too large|components/ },
  { name: 'pipeline: 100,000 components', method: 'POST', path: RUNS, body: () => runBody({ ...soundPipeline(), components: Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`c${index}`, {}])) }), says: /components.* at most/ },
];

function run(name: string, says: RegExp, members: Members): Attack {
  return { name: `run: ${name}`, method: 'POST', path: RUNS, body: () => runBody(soundPipeline(), members), status: 400, says };
}

const RUN_FIELDS: readonly Attack[] = [
  run('an unknown parameter', /runtime_config\.parameters.*nonsense/, { runtime_config: { parameters: { nonsense: 1 } } }),
  run('10,000 parameters that nobody declared', /runtime_config\.parameters/, {
    runtime_config: { parameters: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`p${index}`, index])) },
  }),
  run('parameters that are a list', /runtime_config\.parameters.*object/, { runtime_config: { parameters: [] } }),
  run('an unknown field', /unknown field "colour"/, { colour: 'red' }),
  run('no name', /display_name/, { display_name: ' ' }),
  run('a name with a NUL byte', /display_name.*control/, { display_name: 'a\0b' }),
  run('half a surrogate pair', /display_name.*Unicode/, { display_name: 'a\ud800' }),
  run('a name of a megabyte', /display_name.* characters/, { display_name: 'x'.repeat(1_000_000) }),
  run('a description of a megabyte', /description.* characters/, { description: 'x'.repeat(1_000_000) }),
  run('a root that leads out', /pipeline_root/, { runtime_config: { pipeline_root: 'minio://mlpipeline/../../../etc' } }),
  run('a root that is no URI', /pipeline_root/, { runtime_config: { pipeline_root: '/etc' } }),
  run('a root with a NUL byte', /pipeline_root/, { runtime_config: { pipeline_root: 'minio://b/a\0b' } }),
  { ...run('an experiment that is not there', /experiment_id.*no-such/, { experiment_id: 'no-such' }), status: 404 },
  { ...run('a version that is not there', /pipeline_version_id.*no-such/, {}), status: 404, body: () => JSON.stringify({ display_name: 'x', pipeline_version_reference: { pipeline_version_id: 'no-such' } }) },
];

export const HOSTILE_PIPELINES: readonly Attack[] = [...GRAPHS, ...FIELDS, ...RUN_FIELDS];
