// A pipeline of our own with something of everything that the IR has, as a document: steps by shell, loops over parameters and
// artifacts, branches, an exit handler, an importer, retries, caching, settings for Kubernetes. It runs and succeeds.
import type { Json, JsonObject } from '../../base/mod.ts';

const artifact = (schemaTitle: string, more: JsonObject = {}): JsonObject => ({ artifactType: { schemaTitle, schemaVersion: '0.0.1' }, ...more });
const input = (parameterType: string, more: JsonObject = {}): JsonObject => ({ parameterType, ...more });
const constant = (value: Json): JsonObject => ({ runtimeValue: { constant: value } });
const fromParent = (name: string): JsonObject => ({ componentInputParameter: name });
const output = (producerTask: string, outputParameterKey: string): JsonObject => ({ taskOutputParameter: { producerTask, outputParameterKey } });

function task(name: string, component: string, more: JsonObject = {}): JsonObject {
  return { taskInfo: { name }, componentRef: { name: component }, cachingOptions: { enableCache: true }, ...more };
}

function shell(script: string, args: readonly string[], more: JsonObject = {}): JsonObject {
  return { container: { image: 'busybox:1.36', command: ['sh', '-ec', script], args: [...args], ...more } };
}

const MAKE = 'mkdir -p "$(dirname "$0")" "$(dirname "$1")"; printf "%s" "[1,2]" > "$0"; echo made > "$1"';
const SAY = 'mkdir -p "$(dirname "$0")"; printf "%s " "$@" > "$0"';
const TEXT_FILE = "{{$.outputs.parameters['Output'].output_file}}";

const components: JsonObject = {
  'comp-make': {
    executorLabel: 'exec-make',
    inputDefinitions: { parameters: { count: input('NUMBER_INTEGER') } },
    outputDefinitions: { parameters: { numbers: input('LIST') }, artifacts: { data: artifact('system.Dataset') } },
  },
  'comp-say': {
    executorLabel: 'exec-say',
    inputDefinitions: {
      parameters: { text: input('STRING', { defaultValue: 'none', isOptional: true }), number: input('NUMBER_DOUBLE', { isOptional: true }), options: input('STRUCT', { isOptional: true }) },
      artifacts: { data: artifact('system.Dataset', { isOptional: true }) },
    },
    outputDefinitions: { parameters: { Output: input('STRING') } },
  },
  'comp-gather': {
    executorLabel: 'exec-gather',
    inputDefinitions: { parameters: { items: input('LIST') }, artifacts: { all: artifact('system.Dataset', { isArtifactList: true }) } },
    outputDefinitions: { parameters: { Output: input('STRING') } },
  },
  'comp-bring': {
    executorLabel: 'exec-bring',
    inputDefinitions: { parameters: { uri: input('STRING') } },
    outputDefinitions: { artifacts: { artifact: artifact('system.Dataset') } },
  },
  'comp-bye': {
    executorLabel: 'exec-bye',
    inputDefinitions: { parameters: { status: input('TASK_FINAL_STATUS', { isOptional: true }) } },
    outputDefinitions: { parameters: { Output: input('STRING') } },
  },
  'comp-for-loop-1': {
    inputDefinitions: { parameters: { item: input('NUMBER_INTEGER'), text: input('STRING') } },
    outputDefinitions: { parameters: { said: input('LIST') }, artifacts: { made: artifact('system.Dataset', { isArtifactList: true }) } },
    dag: {
      outputs: {
        parameters: { said: { valueFromParameter: { producerSubtask: 'say', outputParameterKey: 'Output' } } },
        artifacts: { made: { artifactSelectors: [{ producerSubtask: 'make', outputArtifactKey: 'data' }] } },
      },
      tasks: {
        make: task('make', 'comp-make', { inputs: { parameters: { count: fromParent('item') } } }),
        say: task('say', 'comp-say', {
          dependentTasks: ['make'],
          retryPolicy: { maxRetryCount: 1, backoffDuration: '0s', backoffFactor: 2, backoffMaxDuration: '1s' },
          inputs: {
            parameters: { text: constant("{{$.inputs.parameters['pipelinechannel--text']}}!"), 'pipelinechannel--text': fromParent('text'), number: fromParent('item') },
            artifacts: { data: { taskOutputArtifact: { producerTask: 'make', outputArtifactKey: 'data' } } },
          },
        }),
      },
    },
  },
  'comp-for-loop-2': {
    inputDefinitions: { artifacts: { each: artifact('system.Dataset') } },
    dag: { tasks: { look: task('look', 'comp-say', { inputs: { artifacts: { data: { componentInputArtifact: 'each' } } } }) } },
  },
  'comp-condition-branches-1': {
    inputDefinitions: { parameters: { flag: input('BOOLEAN') } },
    outputDefinitions: { parameters: { chosen: input('STRING') } },
    dag: {
      outputs: {
        parameters: {
          chosen: { valueFromOneof: { parameterSelectors: [{ producerSubtask: 'condition-2', outputParameterKey: 'out' }, { producerSubtask: 'condition-3', outputParameterKey: 'out' }] } },
        },
      },
      tasks: {
        'condition-2': task('condition-2', 'comp-branch', { inputs: { parameters: { flag: fromParent('flag') } }, triggerPolicy: { condition: "inputs.parameter_values['flag'] == true" } }),
        'condition-3': task('condition-3', 'comp-branch', { inputs: { parameters: { flag: fromParent('flag') } }, triggerPolicy: { condition: "!(inputs.parameter_values['flag'] == true)" } }),
      },
    },
  },
  'comp-branch': {
    inputDefinitions: { parameters: { flag: input('BOOLEAN') } },
    outputDefinitions: { parameters: { out: input('STRING') } },
    dag: {
      outputs: { parameters: { out: { valueFromParameter: { producerSubtask: 'say', outputParameterKey: 'Output' } } } },
      tasks: { say: task('say', 'comp-say', { inputs: { parameters: { text: constant('taken'), options: constant({ a: [1, null] }) } } }) },
    },
  },
  'comp-exit-handler-1': {
    inputDefinitions: { parameters: { count: input('NUMBER_INTEGER'), text: input('STRING'), items: input('LIST'), flag: input('BOOLEAN'), uri: input('STRING') } },
    dag: {
      tasks: {
        'for-loop-1': task('for-loop-1', 'comp-for-loop-1', {
          inputs: { parameters: { text: fromParent('text'), list: fromParent('items') } },
          parameterIterator: { itemInput: 'item', items: { inputParameter: 'list' } },
          iteratorPolicy: { parallelismLimit: 2 },
        }),
        'for-loop-2': task('for-loop-2', 'comp-for-loop-2', {
          dependentTasks: ['for-loop-1'],
          inputs: { artifacts: { list: { taskOutputArtifact: { producerTask: 'for-loop-1', outputArtifactKey: 'made' } } } },
          artifactIterator: { itemInput: 'each', items: { inputArtifact: 'list' } },
        }),
        gather: task('gather', 'comp-gather', {
          dependentTasks: ['for-loop-1'],
          inputs: { parameters: { items: output('for-loop-1', 'said') }, artifacts: { all: { taskOutputArtifact: { producerTask: 'for-loop-1', outputArtifactKey: 'made' } } } },
        }),
        branches: task('branches', 'comp-condition-branches-1', { inputs: { parameters: { flag: fromParent('flag') } } }),
        after: task('after', 'comp-say', { dependentTasks: ['branches'], inputs: { parameters: { text: output('branches', 'chosen') } }, cachingOptions: { enableCache: true, cacheKey: 'after' } }),
        bring: task('bring', 'comp-bring', { inputs: { parameters: { uri: fromParent('uri') } } }),
      },
    },
  },
};

const executors: JsonObject = {
  'exec-make': shell(MAKE, ["{{$.outputs.parameters['numbers'].output_file}}", "{{$.outputs.artifacts['data'].path}}"], {
    env: [{ name: 'MODE', value: 'fast' }],
    resources: { cpuLimit: 1, memoryLimit: 0.5, resourceCpuRequest: '10m', resourceMemoryRequest: '8Mi' },
  }),
  'exec-say': shell(SAY, [
    TEXT_FILE,
    "{{$.inputs.parameters['text']}}",
    `{"IfPresent": {"InputName": "number", "Then": ["--number", {"Concat": ["n", "{{$.inputs.parameters['number']}}"]}], "Else": ["--none"]}}`,
    `{"IfPresent": {"InputName": "data", "Then": ["{{$.inputs.artifacts['data'].uri}}"]}}`,
  ]),
  'exec-gather': shell(SAY, [TEXT_FILE, "{{$.inputs.parameters['items']}}", "{{$.inputs.artifacts['all']}}"]),
  'exec-bring': { importer: { artifactUri: { runtimeParameter: 'uri' }, typeSchema: { schemaTitle: 'system.Dataset', schemaVersion: '0.0.1' }, metadata: { from: "{{$.inputs.parameters['uri']}}", n: [1] }, reimport: true } },
  'exec-bye': shell(SAY, [TEXT_FILE, "{{$.inputs.parameters['status']}}", '{{$.pipeline_job_uuid}}']),
};

const given = Object.fromEntries(['count', 'text', 'items', 'flag', 'uri'].map((name) => [name, fromParent(name)]));

/** With its platform document, as in the body of a run. */
export const WHOLE_PIPELINE: JsonObject = {
  pipeline_spec: {
    pipelineInfo: { name: 'whole', description: 'Something of everything' },
    schemaVersion: '2.1.0',
    sdkVersion: 'kfp-2.17.0',
    defaultPipelineRoot: '',
    components,
    deploymentSpec: { executors },
    root: {
      inputDefinitions: {
        parameters: {
          count: input('NUMBER_INTEGER', { defaultValue: 2, isOptional: true }),
          text: input('STRING', { defaultValue: 'hi', isOptional: true, description: 'what is said' }),
          items: input('LIST', { defaultValue: [1, 2, 3], isOptional: true }),
          flag: input('BOOLEAN', { defaultValue: false, isOptional: true }),
          uri: input('STRING', { defaultValue: 's3://bucket/data', isOptional: true }),
        },
      },
      dag: {
        tasks: {
          'exit-handler-1': task('exit-handler-1', 'comp-exit-handler-1', { inputs: { parameters: given } }),
          bye: task('bye', 'comp-bye', {
            dependentTasks: ['exit-handler-1'],
            triggerPolicy: { strategy: 'ALL_UPSTREAM_TASKS_COMPLETED' },
            inputs: { parameters: { status: { taskFinalStatus: { producerTask: 'exit-handler-1' } } } },
          }),
        },
      },
    },
  },
  platform_spec: {
    platforms: {
      kubernetes: {
        deploymentSpec: {
          executors: {
            'exec-make': {
              podMetadata: { labels: { team: 'a' }, annotations: { note: 'b' } },
              emptyDirMounts: [{ volumeName: 'scratch', mountPath: '/scratch', sizeLimit: '1Mi' }],
              fieldPathAsEnv: [{ name: 'POD_NAME', fieldPath: 'metadata.name' }],
              secretAsEnv: [{ secretName: 'keys', keyToEnv: [{ secretKey: 'key', envVar: 'KEY' }], optional: true }],
              tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }],
              activeDeadlineSeconds: 60,
              imagePullPolicy: 'IfNotPresent',
            },
          },
        },
        pipelineConfig: { activeDeadlineSeconds: 120 },
      },
    },
  },
};
