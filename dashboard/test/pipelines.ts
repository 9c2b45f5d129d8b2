// Pipelines of our own, as the official compiler writes them, made of shell steps so that they run within milliseconds: every
// shape that the pages must show.

type Parameters = Readonly<Record<string, { readonly parameterType: string; readonly [field: string]: unknown }>>;
type Artifacts = Readonly<Record<string, { readonly artifactType: { readonly schemaTitle: string; readonly schemaVersion: string } }>>;

interface StepOptions {
  readonly image?: string;
  /** Run instead of the script. */
  readonly command?: readonly string[];
  readonly inputs?: { readonly parameters?: Parameters; readonly artifacts?: Artifacts };
  readonly outputs?: { readonly parameters?: Parameters; readonly artifacts?: Artifacts };
}

interface Step extends StepOptions {
  readonly kind: 'step';
  readonly script: string;
}
interface Dag {
  readonly kind: 'dag';
  readonly inputs?: StepOptions['inputs'];
  readonly tasks: Tasks;
}
type Tasks = Readonly<Record<string, { readonly component: string; readonly [field: string]: unknown }>>;

export const step = (script: string, options: StepOptions = {}): Step => ({ kind: 'step', script, ...options });
export const dag = (tasks: Tasks, inputs?: StepOptions['inputs']): Dag => ({ kind: 'dag', tasks, ...(inputs === undefined ? {} : { inputs }) });

/** An artifact of a system type, for inputs and outputs. */
export const artifact = (title: string) => ({ artifactType: { schemaTitle: `system.${title}`, schemaVersion: '0.0.1' } });

interface PipelineOptions {
  readonly name: string;
  readonly description?: string;
  readonly inputs?: StepOptions['inputs'];
  readonly components: Readonly<Record<string, Step | Dag>>;
  readonly tasks: Tasks;
}

export function pipeline({ name, description, inputs, components, tasks }: PipelineOptions): object {
  const entries = Object.entries(components);
  const executors = entries.flatMap(([key, component]) => (component.kind === 'step' ? [[`exec-${key}`, executorOf(component)]] : []));
  return {
    pipelineInfo: { name, ...(description === undefined ? {} : { description }) },
    schemaVersion: '2.1.0',
    sdkVersion: 'kfp-2.17.0',
    deploymentSpec: { executors: Object.fromEntries(executors) },
    components: Object.fromEntries(entries.map(([key, component]) => [`comp-${key}`, componentOf(key, component)])),
    root: { dag: { tasks: tasksOf(tasks) }, ...(inputs === undefined ? {} : { inputDefinitions: inputs }) },
  };
}

function executorOf({ script, image = 'busybox:1.36', command }: Step): object {
  return { container: { image, command: command ?? ['sh', '-c'], args: command === undefined ? [script] : [] } };
}

function componentOf(key: string, component: Step | Dag): object {
  const inputs = component.inputs === undefined ? {} : { inputDefinitions: component.inputs };
  if (component.kind === 'dag') return { dag: { tasks: tasksOf(component.tasks) }, ...inputs };
  return { executorLabel: `exec-${key}`, ...inputs, ...(component.outputs === undefined ? {} : { outputDefinitions: component.outputs }) };
}

function tasksOf(tasks: Tasks): object {
  return Object.fromEntries(
    Object.entries(tasks).map(([name, { component, ...fields }]) => [
      name,
      { taskInfo: { name }, componentRef: { name: `comp-${component}` }, cachingOptions: {}, ...fields },
    ]),
  );
}

const NUMBER = { parameterType: 'NUMBER_DOUBLE' } as const;
const TEXT = { parameterType: 'STRING' } as const;
const INTEGER = { parameterType: 'NUMBER_INTEGER' } as const;

/** Writes what the official executor would: metadata of an output artifact. */
const withMetadata = (name: string, type: string, metadata: object) => {
  const output = { artifacts: { [name]: { artifacts: [{ name, type: { schemaTitle: `system.${type}`, schemaVersion: '0.0.1' }, uri: `{{$.outputs.artifacts['${name}'].uri}}`, metadata }] } } };
  return `mkdir -p "$(dirname "{{$.outputs.output_file}}")"; cat > "{{$.outputs.output_file}}" <<'END'\n${JSON.stringify(output)}\nEND`;
};

const from = (producerTask: string, outputParameterKey: string) => ({ taskOutputParameter: { producerTask, outputParameterKey } });
const fromArtifact = (producerTask: string, outputArtifactKey: string) => ({ taskOutputArtifact: { producerTask, outputArtifactKey } });
const given = (name: string) => ({ componentInputParameter: name });

/** A loop over three rates, a nested pipeline, a branch not taken, metrics, and clean-up at the end. */
export const everything = pipeline({
  name: 'everything',
  description: 'Trains one model per rate and reports on the best.',
  inputs: {
    parameters: {
      epochs: { ...INTEGER, defaultValue: 3, description: 'How often the data is seen.' },
      mode: { ...TEXT, defaultValue: 'fast', literals: ['fast', 'thorough'], description: 'What to trade for time.' },
      publish: { parameterType: 'BOOLEAN', defaultValue: false, isOptional: true },
      tags: { parameterType: 'LIST', defaultValue: ['nightly'], isOptional: true },
      note: { ...TEXT, isOptional: true, description: 'Free text.' },
    },
  },
  components: {
    load: step(
      `echo "read 150 rows in {{$.inputs.parameters['mode']}} mode"; mkdir -p "$(dirname "{{$.outputs.artifacts['rows'].path}}")"; printf 'sepal,petal,kind\\n5.1,1.4,setosa\\n6.3,6.0,virginica\\n' > "{{$.outputs.artifacts['rows'].path}}"; mkdir -p "$(dirname "{{$.outputs.parameters['count'].output_file}}")"; printf 150 > "{{$.outputs.parameters['count'].output_file}}"`,
      { inputs: { parameters: { mode: TEXT } }, outputs: { parameters: { count: INTEGER }, artifacts: { rows: artifact('Dataset') } } },
    ),
    train: step(`for epoch in 1 2 3; do echo "epoch $epoch at rate {{$.inputs.parameters['rate']}}"; done`, { inputs: { parameters: { rate: NUMBER }, artifacts: { rows: artifact('Dataset') } } }),
    score: step(withMetadata('metrics', 'Metrics', { accuracy: 0.947, loss: 0.21 }), { outputs: { artifacts: { metrics: artifact('Metrics') } } }),
    one: dag(
      {
        train: { component: 'train', inputs: { parameters: { rate: given('rate') }, artifacts: { rows: { componentInputArtifact: 'rows' } } } },
        score: { component: 'score', dependentTasks: ['train'] },
      },
      { parameters: { rate: NUMBER }, artifacts: { rows: artifact('Dataset') } },
    ),
    evaluate: step(
      withMetadata('curve', 'ClassificationMetrics', {
        confidenceMetrics: [0, 0.02, 0.05, 0.1, 0.3, 1].map((falsePositiveRate, index) => ({ confidenceThreshold: 1 - index / 5, falsePositiveRate, recall: [0, 0.55, 0.78, 0.9, 0.98, 1][index] })),
        confusionMatrix: {
          annotationSpecs: ['setosa', 'versicolor', 'virginica'].map((displayName) => ({ displayName })),
          rows: [[19, 0, 0], [0, 18, 2], [0, 1, 20]].map((row) => ({ row })),
        },
      }),
      { inputs: { parameters: { count: INTEGER } }, outputs: { artifacts: { curve: artifact('ClassificationMetrics') } } },
    ),
    summarise: step('echo "the best of three"'),
    report: dag(
      { evaluate: { component: 'evaluate', inputs: { parameters: { count: given('count') } } }, summarise: { component: 'summarise', dependentTasks: ['evaluate'] } },
      { parameters: { count: INTEGER } },
    ),
    publish: step('echo published'),
    branch: dag({ publish: { component: 'publish' } }, { parameters: { publish: { parameterType: 'BOOLEAN' } } }),
  },
  tasks: {
    load: { component: 'load', inputs: { parameters: { mode: given('mode') } } },
    'for-each-rate': {
      component: 'one',
      dependentTasks: ['load'],
      inputs: { artifacts: { rows: fromArtifact('load', 'rows') } },
      parameterIterator: { itemInput: 'rate', items: { raw: '[0.1, 0.01, 0.001]' } },
    },
    report: { component: 'report', dependentTasks: ['for-each-rate', 'load'], inputs: { parameters: { count: from('load', 'count') } } },
    'if-publish': {
      component: 'branch',
      dependentTasks: ['report'],
      inputs: { parameters: { publish: given('publish') } },
      triggerPolicy: { condition: "inputs.parameter_values['publish'] == true" },
    },
  },
});

/** Fails in the middle of a nested pipeline, with a line on stderr; a clean-up step runs all the same. */
export const failing = pipeline({
  name: 'failing',
  components: {
    fetch: step('echo "fetched 3 files"'),
    parse: step('echo "parsing line 1"; echo "no such column: petal_width" >&2; exit 7'),
    store: step('echo never'),
    work: dag({ fetch: { component: 'fetch' }, parse: { component: 'parse', dependentTasks: ['fetch'] }, store: { component: 'store', dependentTasks: ['parse'] } }),
    clean: step('echo "cleaned up"'),
  },
  tasks: {
    work: { component: 'work' },
    clean: { component: 'clean', dependentTasks: ['work'], triggerPolicy: { strategy: 'ALL_UPSTREAM_TASKS_COMPLETED' } },
  },
});

/** The same every time: its second run takes everything from the cache. */
export const cached = pipeline({
  name: 'cached',
  components: { slow: step('echo "computed once"'), after: step('echo done') },
  tasks: {
    slow: { component: 'slow', cachingOptions: { enableCache: true } },
    after: { component: 'after', dependentTasks: ['slow'], cachingOptions: { enableCache: true } },
  },
});

/** `layers` × `width` steps; each waits for two of the layer before. */
export function grid(layers: number, width: number, script = 'true'): object {
  const name = (layer: number, index: number) => `step-${layer}-${index}`;
  const tasks: Record<string, { component: string; dependentTasks?: string[] }> = {};
  for (let layer = 0; layer < layers; layer++) {
    for (let index = 0; index < width; index++) {
      const before = [name(layer - 1, index), name(layer - 1, (index + 1) % width)];
      tasks[name(layer, index)] = { component: 'step', ...(layer === 0 ? {} : { dependentTasks: before }) };
    }
  }
  return pipeline({ name: 'grid', components: { step: step(script) }, tasks });
}

/** Metrics, a curve and a matrix that depend on the rate, so that runs differ. */
export function scored(rate: number): object {
  const worse = Math.log10(rate / 0.001) / 20;
  const curve = [0, 0.02, 0.05, 0.1, 0.3, 1].map((falsePositiveRate, index) => ({ confidenceThreshold: 1 - index / 5, falsePositiveRate, recall: Math.min(1, [0, 0.55, 0.78, 0.9, 0.98, 1][index]! * (1 - (index < 5 ? worse : 0))) }));
  const missed = Math.round(worse * 60);
  const matrix = { annotationSpecs: ['setosa', 'virginica'].map((displayName) => ({ displayName })), rows: [[20 - missed, missed], [1, 19]].map((row) => ({ row })) };
  return pipeline({
    name: 'scored',
    inputs: { parameters: { rate: NUMBER, trees: INTEGER, mode: { ...TEXT, defaultValue: 'fast' } } },
    components: {
      score: step(withMetadata('metrics', 'Metrics', { accuracy: 0.95 - worse, loss: 0.2 + worse }), { outputs: { artifacts: { metrics: artifact('Metrics') } } }),
      curve: step(withMetadata('curve', 'ClassificationMetrics', { confidenceMetrics: curve, confusionMatrix: matrix }), { outputs: { artifacts: { curve: artifact('ClassificationMetrics') } } }),
    },
    tasks: { score: { component: 'score' }, curve: { component: 'curve' } },
  });
}

/** Ends at once without a step: for lists with many runs. */
export const neverRun = pipeline({
  name: 'never',
  components: { nothing: step('true', { inputs: { parameters: { on: TEXT } } }) },
  tasks: {
    nothing: {
      component: 'nothing',
      inputs: { parameters: { on: { runtimeValue: { constant: 'no' } } } },
      triggerPolicy: { condition: "inputs.parameter_values['on'] == 'yes'" },
    },
  },
});
