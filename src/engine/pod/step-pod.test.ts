import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../base/mod.ts';
import { PlanDriver } from '../testing/plan-driver.ts';
import { constant, group, output, outputArtifact, parent, pipelineOf, step } from '../testing/pipelines.ts';

const document = pipelineOf(
  {
    load: step({ outputArtifacts: ['table'] }),
    train: step({
      inputs: { 'learning rate': ['NUMBER_DOUBLE', parent('rate')], note: ['STRING', constant('say "hi" & <bye>')] },
      artifacts: { table: outputArtifact('load', 'table') },
      outputs: { accuracy: 'NUMBER_DOUBLE' },
      outputArtifacts: ['model'],
      container: {
        command: ['python3', 'train.py'],
        args: ['{{$}}', "--rate={{$.inputs.parameters['learning rate']}}", "{{$.inputs.artifacts['table'].path}}"],
        env: [{ name: 'MODE', value: 'fast' }],
        resources: { cpuLimit: 2, resourceMemoryRequest: '512Mi', accelerator: { resourceType: 'nvidia.com/gpu', resourceCount: '1' } },
      },
    }),
  },
  { inputs: { rate: { parameterType: 'NUMBER_DOUBLE' } } },
);

function trained(): PlanDriver {
  return new PlanDriver(document, { parameters: { rate: 1e-7 }, settings: { nodeName: 'here' } }).settle().end('root.load');
}

test('a step is the account pipeline-runner, and has its token when its program speaks of Kubernetes', () => {
  const container = (parts: JsonObject) => step({ container: { command: ['python3', '-c', 'print(1)'], ...parts } });
  const tasks = {
    plain: container({}),
    client: container({ command: ['python3', '-c', 'from kubernetes import config; config.load_incluster_config()'] }),
    serving: container({ args: ['KServeClient()'] }),
    image: container({ image: 'bitnami/kubectl' }),
  };
  const accountsOf = (serviceAccount: string) => {
    const driver = new PlanDriver(pipelineOf(tasks), { serviceAccount }).settle();
    return Object.keys(tasks).map((name) => {
      const { serviceAccountName, automountServiceAccountToken } = driver.pod(`root.${name}`).spec ?? {};
      return [name, serviceAccountName, automountServiceAccountToken];
    });
  };
  assert.deepEqual(accountsOf(''), [
    ['plain', 'pipeline-runner', false],
    ['client', 'pipeline-runner', undefined],
    ['serving', 'pipeline-runner', undefined],
    ['image', 'pipeline-runner', undefined],
  ]);
  assert.deepEqual(accountsOf('mine')[0], ['plain', 'mine', undefined]);
});

test('the Pod of a step holds all that the step needs', () => {
  const driver = trained();
  const { taskId, podName = '' } = driver.task('root.train');
  assert.match(podName, /^demo-train-[a-z0-9]{10}$/);
  const pod = driver.pod('root.train');
  assert.deepEqual(pod.metadata.labels, { 'pipelines.slipway.dev/run-id': 'run-1', 'pipelines.slipway.dev/task-id': taskId });
  const root = driver.stepDocument('root.train').taskRootUri;
  const [table] = [...driver.artifacts.values()];
  assert.deepEqual(driver.stepDocument('root.train'), {
    version: 1,
    runId: 'run-1',
    taskId,
    attempt: 0,
    tries: [0, 0, 0],
    inputArtifacts: [{ key: 'table', uri: table?.uri }],
    taskRootUri: root,
    outputArtifacts: [{ key: 'model', uri: `${root}/model` }],
    outputParameters: [{ name: 'accuracy', path: '/tmp/kfp/outputs/accuracy' }],
    executorOutputPath: `${root.replace('minio://', '/minio/')}/output_metadata.json`,
  });
  assert.equal(pod.spec?.['nodeName'], undefined, 'the scheduler says when there is room for what it asks for');
  assert.equal(driver.pod('root.load').spec?.['nodeName'], 'here', 'one that asks for nothing goes to its node at once');
  assert.equal(pod.spec?.['restartPolicy'], 'Never');
  const containers = pod.spec?.['containers'] as unknown as readonly (JsonObject & { args: string[] })[];
  const container = containers[0];
  assert.deepEqual(container!.args.slice(1), ['--rate=1e-07', table?.uri.replace('minio://', '/minio/')]);
  assert.deepEqual(container!['resources'], { limits: { cpu: '2', 'nvidia.com/gpu': '1' }, requests: { memory: '512Mi' } });
  const variables = (container!['env'] as unknown as readonly { name: string }[]).map(({ name }) => name);
  assert.deepEqual(variables, ['KFP_POD_NAME', 'KFP_POD_UID', 'KFP_RUN_ID', 'NAMESPACE', 'MODE']);
});

test('an accelerator that no cluster knows fails the step with a sentence that says what to write', () => {
  const resources = { accelerator: { resourceType: 'NVIDIA_TESLA_P4', resourceCount: '1' } };
  const driver = new PlanDriver(pipelineOf({ work: step({ container: { command: ['true'], resources } }) })).settle();
  const { state, message } = driver.task('root.work');
  assert.equal(state, 'FAILED');
  assert.match(message, /accelerator "NVIDIA_TESLA_P4", which is no resource of a cluster; give set_accelerator_type one that is, for example "nvidia.com\/gpu"/);
});

test('a step that is to pause for debugging starts in a shell that waits; one without a command fails with a sentence', () => {
  const env = [{ name: 'ARGO_DEBUG_PAUSE_ON_ERROR', value: 'true' }];
  const container = { command: ['train'], args: ['--fast'], env };
  const driver = new PlanDriver(pipelineOf({ work: step({ container }), image: step({ container: { command: [], args: [], env } }) })).settle();
  const { spec = {} } = driver.pod('root.work');
  const [main] = spec['containers'] as unknown as readonly { command: string[]; args: string[]; volumeMounts: JsonObject[] }[];
  assert.deepEqual([main!.command.slice(0, 2), main!.command.slice(3), main!.args], [['sh', '-c'], ['/var/run/argo/ctr/main', 'train'], ['--fast']]);
  assert.deepEqual([spec['volumes'], main!.volumeMounts], [[{ name: 'debug-pause', emptyDir: {} }], [{ name: 'debug-pause', mountPath: '/var/run/argo' }]]);
  const { state, message } = driver.task('root.image');
  assert.deepEqual([state, message], ['FAILED', 'the step is to pause (set_debug_pause), but has no command of its own: only its image knows what it runs']);
});

test('the executor input is JSON whatever the values hold', () => {
  const driver = trained();
  const root = driver.stepDocument('root.train').taskRootUri;
  const [table] = [...driver.artifacts.values()];
  const dataset = { schemaTitle: 'system.Dataset', schemaVersion: '0.0.1' };
  assert.deepEqual(driver.executorInput('root.train'), {
    inputs: {
      parameterValues: { 'learning rate': 1e-7, note: 'say "hi" & <bye>' },
      artifacts: { table: { artifacts: [{ name: 'table', type: dataset, uri: table?.uri, metadata: {} }] } },
    },
    outputs: {
      parameters: { accuracy: { outputFile: '/tmp/kfp/outputs/accuracy' } },
      artifacts: { model: { artifacts: [{ name: 'model', type: dataset, uri: `${root}/model`, metadata: {} }] } },
      outputFile: `${root.replace('minio://', '/minio/')}/output_metadata.json`,
    },
  });
});

test('a constant or default that speaks of the step itself is filled in, a value that looks like one is not', () => {
  const a = step({
    inputs: {
      own: ['STRING', constant('{{$}}')],
      place: ['STRING', constant('at {{$.outputs.output_file}}')],
      usual: ['STRING', undefined, { isOptional: true, defaultValue: "{{$.outputs.parameters['score'].output_file}}" }],
      text: ['STRING', parent('text')],
    },
    outputs: { score: 'NUMBER_DOUBLE' },
    container: { command: ['run'], args: ['{{$}}', "{{$.inputs.parameters['place']}}"] },
  });
  const driver = new PlanDriver(pipelineOf({ a }, { inputs: { text: { parameterType: 'STRING' } } }), { parameters: { text: '{{$}}' } }).settle();
  const { executorOutputPath } = driver.stepDocument('root.a');
  const { spec = {} } = driver.pod('root.a');
  const [main] = spec['containers'] as unknown as readonly { args: string[] }[];
  const [executorInput, place] = main!.args.map((text) => text.replaceAll('$$', '$')); // as the kubelet reads them
  assert.equal(place, `at ${executorOutputPath}`);
  const { inputs } = JSON.parse(executorInput!) as { readonly inputs: { readonly parameterValues: Record<string, string> } };
  const { own, ...others } = inputs.parameterValues;
  assert.deepEqual(others, { place: `at ${executorOutputPath}`, usual: '/tmp/kfp/outputs/score', text: '{{$}}' });
  const inner = JSON.parse(own!) as { inputs: { parameterValues: JsonObject }; outputs: JsonObject };
  assert.deepEqual([inner.inputs.parameterValues['own'], inner.outputs['outputFile']], ['{{$}}', executorOutputPath]);
});

test('an output that the component does not have fails a step whose constant speaks of it', () => {
  const a = step({ inputs: { place: ['STRING', constant("{{$.outputs.artifacts['none'].uri}}")] } });
  assert.match(new PlanDriver(pipelineOf({ a })).settle().task('root.a').message, /inputs\.parameters\.place uses the artifact "none", which the component does not have/);
});

test('thousands of artifacts of one task are shown by its directory, others one by one', () => {
  const collecting = pipelineOf({
    split: step({ outputLists: ['parts'] }),
    load: step({ outputArtifacts: ['table'] }),
    join: step({ artifacts: { parts: outputArtifact('split', 'parts'), table: outputArtifact('load', 'table') } }),
  });
  const joined = (count: number) => {
    const driver = new PlanDriver(collecting).settle().end('root.load');
    const root = driver.stepDocument('root.split').taskRootUri;
    const parts = Array.from({ length: count }, (_, index) => ({ name: `part-${index}`, uri: `${root}/parts/${index}` }));
    driver.end('root.split', { artifacts: { parts: { artifacts: parts } } });
    assert.equal(driver.task('root.join').message, 'waiting for its Pod to start');
    return { root, parts, shown: driver.stepDocument('root.join').inputArtifacts };
  };
  const few = joined(2);
  assert.deepEqual(few.shown.slice(0, 2), few.parts.map(({ uri }) => ({ key: 'parts', uri })));
  const many = joined(4_000);
  assert.deepEqual(many.shown.map(({ key }) => key), ['parts', 'table']);
  assert.equal(many.shown[0]?.uri, many.root.slice(0, many.root.lastIndexOf('/')));
  assert.match(many.shown[1]?.uri ?? '', /\/load\/[0-9a-f-]{36}\/table$/);
});

test('a part of a command that asks whether an input is there asks whether it was given: a default is none, as upstream', () => {
  const optional = { isOptional: true, defaultValue: 'usual' };
  const asks = (name: string) => JSON.stringify({ IfPresent: { InputName: name, Then: [`--${name}`, `{{$.inputs.parameters['${name}']}}`], Else: ['none'] } });
  const inputs = { set: ['STRING', constant('v'), optional], unset: ['STRING', undefined, optional] } as const;
  const driver = new PlanDriver(pipelineOf({ a: step({ inputs, container: { args: [asks('set'), asks('unset'), "{{$.inputs.parameters['unset']}}"] } }) })).settle();
  const containers = driver.pod('root.a').spec?.['containers'] as unknown as readonly { args: string[] }[] | undefined;
  assert.deepEqual(containers?.[0]?.args, ['--set', 'v', 'none', 'usual']);
});

describe('what can not become a Pod fails the step with a sentence', () => {
  test('a pipeline root without a path', () => {
    const driver = new PlanDriver(pipelineOf({ a: step() }), { settings: { defaultRootUri: 'ftp://host/x' } }).settle();
    assert.match(driver.task('root.a').message, /^the pipeline root ftp:\/\/host\/x\/demo.* has no path in a container/);
  });

  test('an input that has no path', () => {
    const bring = step({ importer: { artifactUri: { constant: 'https://host/table' }, typeSchema: {} }, outputArtifacts: ['table'] });
    const a = step({ artifacts: { table: outputArtifact('bring', 'table') }, container: { args: ["{{$.inputs.artifacts['table'].path}}"] } });
    const driver = new PlanDriver(pipelineOf({ bring, a })).settle();
    assert.equal(driver.task('root.a').reason, 'InvalidStep');
    assert.equal(driver.task('root.a').message, 'args[0] uses the path of the artifact "table", but https://host/table has no path inside the container.');
  });

  test('values that are too large for an object', () => {
    const big = pipelineOf({ a: step({ inputs: { x: ['STRING', parent('x')] } }) }, { inputs: { x: { parameterType: 'STRING' } } });
    const driver = new PlanDriver(big, { parameters: { x: 'y'.repeat(2_000_000) } }).settle();
    assert.match(driver.task('root.a').message, /pass large values as artifacts$/);
  });
});

describe('the platform document', () => {
  function podWith(config: JsonObject, parameters: JsonObject = {}): { spec: JsonObject; container: JsonObject; metadata: JsonObject } {
    const inputs = Object.fromEntries(Object.keys(parameters).map((name) => [name, { parameterType: 'STRING' }]));
    const text = pipelineOf({ a: step() }, { inputs, platform: { deploymentSpec: { executors: { 'exec-a': config } } } });
    const driver = new PlanDriver(text, { parameters }).settle();
    assert.equal(driver.task('root.a').state, 'PENDING', driver.task('root.a').message);
    const { spec = {}, metadata } = driver.pod('root.a');
    const [container] = spec['containers'] as unknown as readonly JsonObject[];
    return { spec, container: container!, metadata: metadata as unknown as JsonObject };
  }

  test('secrets and config maps as variables, by name or by parameter', () => {
    const { container } = podWith(
      {
        secretAsEnv: [{ secretNameParameter: parent('secret'), keyToEnv: [{ secretKey: 'password', envVar: 'PASSWORD' }], optional: true }],
        configMapAsEnv: [{ configMapName: 'settings', keyToEnv: [{ configMapKey: 'mode', envVar: 'MODE' }] }],
        fieldPathAsEnv: [{ name: 'RUN', fieldPath: "metadata.annotations['pipelines.kubeflow.org/run_name']" }],
      },
      { secret: 'credentials' },
    );
    assert.deepEqual((container['env'] as unknown as JsonObject[]).slice(4), [
      { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'credentials', key: 'password', optional: true } } },
      { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } },
      { name: 'RUN', valueFrom: { fieldRef: { fieldPath: "metadata.annotations['pipelines.kubeflow.org/run_name']" } } },
    ]);
  });

  test('volumes', () => {
    const { spec, container } = podWith({
      secretAsVolume: [{ secretName: 's', mountPath: '/s' }],
      configMapAsVolume: [{ configMapNameParameter: constant('c'), mountPath: '/c', optional: false }],
      emptyDirMounts: [{ volumeName: 'scratch', mountPath: '/scratch', sizeLimit: '1Gi' }],
      enabledSharedMemory: { volumeName: 'shm', size: '64Mi' },
      pvcMount: [{ constant: 'claim', mountPath: '/data', subPath: 'a' }],
    });
    assert.deepEqual(spec['volumes'], [
      { name: 's', secret: { secretName: 's' } },
      { name: 'c', configMap: { name: 'c', optional: false } },
      { name: 'scratch', emptyDir: { sizeLimit: '1Gi' } },
      { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
      { name: 'claim', persistentVolumeClaim: { claimName: 'claim' } },
    ]);
    assert.deepEqual((container['volumeMounts'] as unknown as JsonObject[]).map(({ mountPath }) => mountPath), ['/s', '/c', '/scratch', '/dev/shm', '/data']);
  });

  test('a volume is named after its object, one of two that want a name is numbered, one mounted twice is one', () => {
    const { spec, container } = podWith({
      secretAsVolume: [{ secretName: 'both', mountPath: '/s' }],
      configMapAsVolume: [{ configMapName: 'both', mountPath: '/c' }],
      pvcMount: [{ constant: 'my.claim', mountPath: '/d' }, { constant: 'data', mountPath: '/e', subPath: 'e' }, { constant: 'data', mountPath: '/f', subPath: 'f' }],
    });
    const nameOf = (volume: JsonObject) => volume['name'];
    assert.deepEqual((spec['volumes'] as unknown as JsonObject[]).map(nameOf), ['both', 'volume-1', 'volume-2', 'data']);
    assert.deepEqual((container['volumeMounts'] as unknown as JsonObject[]).map(nameOf), ['both', 'volume-1', 'volume-2', 'data', 'data']);
  });

  test('metadata, scheduling and limits', () => {
    const { spec, container, metadata } = podWith(
      {
        podMetadata: { labels: { team: 'a' }, annotations: { note: 'b' } },
        activeDeadlineSeconds: '60',
        imagePullPolicy: 'Always',
        imagePullSecret: [{ secretName: 'pull' }],
        nodeSelector: { nodeSelectorJson: parent('where') },
        tolerations: [{ key: 'gpu', operator: 'Exists', tolerationSeconds: '30' }],
        nodeAffinity: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }], weight: 5 }],
        securityContext: { runAsUser: '1000' },
        initContainers: [{ name: 'first', image: 'busybox', volumeMounts: [{ volumeName: 'v', mountPath: '/v' }] }],
      },
      { where: '{"disk": "ssd"}' },
    );
    assert.equal((metadata['labels'] as JsonObject)['team'], 'a');
    assert.equal((metadata['annotations'] as JsonObject)['note'], 'b');
    assert.equal(spec['activeDeadlineSeconds'], 60);
    assert.deepEqual(spec['nodeSelector'], { disk: 'ssd' });
    assert.equal(spec['nodeName'], undefined, 'the scheduler looks for such a node');
    assert.deepEqual(spec['tolerations'], [{ key: 'gpu', operator: 'Exists', tolerationSeconds: 30 }]);
    assert.deepEqual(spec['imagePullSecrets'], [{ name: 'pull' }]);
    const preferred = { weight: 5, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] } };
    assert.deepEqual(spec['affinity'], { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [preferred] } });
    assert.deepEqual(spec['initContainers'], [{ name: 'first', image: 'busybox', volumeMounts: [{ name: 'v', mountPath: '/v' }] }]);
    assert.equal(container['imagePullPolicy'], 'Always');
    assert.deepEqual(container['securityContext'], { runAsUser: 1000 });
  });

  test('a TASK_CONFIG parameter takes the settings, the Pod only those that apply to the task', () => {
    const a = step({
      inputs: { config: ['TASK_CONFIG', undefined, { isOptional: true }] },
      container: { env: [{ name: 'A', value: '1' }], resources: { resourceCpuLimit: '2' } },
      passthroughs: [{ field: 'RESOURCES' }, { field: 'ENV', applyToTask: true }, { field: 'KUBERNETES_TOLERATIONS' }, { field: 'SOMEDAY' }],
    });
    const platform = { deploymentSpec: { executors: { 'exec-a': { tolerations: [{ key: 'gpu' }], nodeSelector: { labels: { disk: 'ssd' } } } } } };
    const driver = new PlanDriver(pipelineOf({ a }, { platform })).settle();
    const { inputs } = driver.executorInput('root.a') as { readonly inputs: { readonly parameterValues: JsonObject } };
    assert.deepEqual(inputs.parameterValues['config'], {
      resources: { limits: { cpu: '2' } },
      env: [{ name: 'A', value: '1' }],
      tolerations: [{ key: 'gpu' }],
    });
    const { spec = {} } = driver.pod('root.a');
    const [container] = spec['containers'] as unknown as readonly JsonObject[];
    assert.deepEqual([spec['tolerations'], spec['nodeSelector'], container!['resources']], [undefined, { disk: 'ssd' }, undefined]);
    assert.deepEqual((container!['env'] as unknown as JsonObject[]).at(-1), { name: 'A', value: '1' });
  });

  test('a TASK_CONFIG parameter is told of the workspace among the volumes', () => {
    const a = step({
      inputs: { config: ['TASK_CONFIG', undefined, { isOptional: true }], place: ['STRING', constant('{{$.workspace_path}}')] },
      passthroughs: [{ field: 'KUBERNETES_VOLUMES' }],
    });
    const platform = {
      pipelineConfig: { workspace: { size: '1Gi' } },
      deploymentSpec: { executors: { 'exec-a': { pvcMount: [{ constant: 'data', mountPath: '/data' }] } } },
    };
    const driver = new PlanDriver(pipelineOf({ a }, { platform })).settle();
    const { inputs } = driver.executorInput('root.a') as { readonly inputs: { readonly parameterValues: { readonly config: JsonObject } } };
    assert.deepEqual(inputs.parameterValues.config['volumeMounts'], [{ name: 'kfp-workspace', mountPath: '/kfp-workspace' }, { name: 'data', mountPath: '/data' }]);
    assert.equal((inputs.parameterValues.config['volumes'] as unknown as JsonObject[]).length, 2);
  });

  test('a step whose device is claimed fails with a sentence, one that passes the claim on is told of it', () => {
    const platform = { deploymentSpec: { executors: { 'exec-a': { podResourceClaims: [{ resourceClaimTemplateName: 'one-gpu' }] } } } };
    const refused = new PlanDriver(pipelineOf({ a: step() }, { platform })).settle();
    assert.match(refused.task('root.a').message, /^the step asks for a device by the resource claim template "one-gpu", and Slipway gives out none that way/);
    const a = step({ inputs: { config: ['TASK_CONFIG', undefined, { isOptional: true }] }, passthroughs: [{ field: 'KUBERNETES_RESOURCE_CLAIMS' }] });
    const { inputs } = new PlanDriver(pipelineOf({ a }, { platform })).settle().executorInput('root.a') as { readonly inputs: { readonly parameterValues: JsonObject } };
    assert.deepEqual(inputs.parameterValues['config'], { resourceClaims: [{ name: 'one-gpu', resourceClaimTemplateName: 'one-gpu' }] });
    const given = { deploymentSpec: { executors: { 'exec-a': { podResourceClaims: [{ resourceClaimJson: constant({ resourceClaimTemplateName: 'by-value' }) }] } } } };
    assert.match(new PlanDriver(pipelineOf({ a: step() }, { platform: given })).settle().task('root.a').message, /"by-value"/);
  });

  test('an optional parameter that was not given leaves its setting out', () => {
    const inputs = { unset: { parameterType: 'STRUCT', isOptional: true } };
    const unset = parent('unset');
    const config = {
      secretAsEnv: [{ secretNameParameter: unset, keyToEnv: [{ secretKey: 'k', envVar: 'K' }] }],
      secretAsVolume: [{ secretNameParameter: unset, mountPath: '/s' }],
      configMapAsEnv: [{ configMapNameParameter: unset, keyToEnv: [{ configMapKey: 'k', envVar: 'K' }] }],
      configMapAsVolume: [{ configMapNameParameter: unset, mountPath: '/c' }],
      imagePullSecret: [{ secretNameParameter: unset }],
      nodeSelector: { nodeSelectorJson: unset },
      tolerations: [{ tolerationJson: unset }],
      nodeAffinity: [{ nodeAffinityJson: unset }],
    };
    const bare = new PlanDriver(pipelineOf({ a: step() })).settle().pod('root.a').spec;
    const platform = { deploymentSpec: { executors: { 'exec-a': config } } };
    assert.deepEqual(new PlanDriver(pipelineOf({ a: step() }, { inputs, platform })).settle().pod('root.a').spec, bare);
  });

  test('inside groups a name is looked for further out, and without the mark that a group gave it', () => {
    const inputs = { secret: { parameterType: 'STRING' } };
    const claim = step({ outputs: { name: 'STRING' } });
    const loop = group({ tasks: { inner: group({ tasks: { a: step() } }) }, items: { raw: ['cfg'] }, itemInput: 'pipelinechannel--names-loop-item' });
    const config = {
      pvcMount: [{ ...output('claim', 'name'), mountPath: '/d' }],
      secretAsVolume: [{ secretNameParameter: parent('secret'), mountPath: '/s' }],
      configMapAsVolume: [{ configMapNameParameter: parent('names-loop-item'), mountPath: '/c' }],
    };
    const platform = { deploymentSpec: { executors: { 'exec-a-in-inner-in-loop': config } } };
    const driver = new PlanDriver(pipelineOf({ claim, loop: { ...loop, after: ['claim'] } }, { inputs, platform }), { parameters: { secret: 'sec' } });
    driver.settle().end('root.claim', { parameters: { name: 'made' } });
    assert.deepEqual(driver.pod('root.loop[0].inner.a').spec?.['volumes'], [
      { name: 'sec', secret: { secretName: 'sec' } },
      { name: 'cfg', configMap: { name: 'cfg' } },
      { name: 'made', persistentVolumeClaim: { claimName: 'made' } },
    ]);
  });

  test('what kfp only marked in an f-string is filled in', () => {
    const mark = '{{channel:task=;name=team;type=String;}}';
    const { container, metadata } = podWith(
      {
        secretAsEnv: [{ secretNameParameter: constant(`${mark}-secret`), keyToEnv: [{ secretKey: 'k', envVar: 'K' }] }],
        podMetadata: { labels: { team: mark }, annotations: { note: `of ${mark}` } },
      },
      { team: 'red' },
    );
    assert.deepEqual((container['env'] as unknown as JsonObject[]).at(-1), { name: 'K', valueFrom: { secretKeyRef: { name: 'red-secret', key: 'k' } } });
    assert.equal((metadata['labels'] as JsonObject)['team'], 'red');
    assert.equal((metadata['annotations'] as JsonObject)['note'], 'of red');
  });

  test('a name that has no value fails the step', () => {
    const platform = { deploymentSpec: { executors: { 'exec-a': { secretAsVolume: [{ secretNameParameter: parent('nothing'), mountPath: '/s' }] } } } };
    const driver = new PlanDriver(pipelineOf({ a: step() }, { platform })).settle();
    assert.equal(driver.task('root.a').message, 'secretNameParameter has no value');
  });
});
