// What is known of single files: the end that their authors expect, where the folder's name does not tell it, and parameters
// for those that have required ones. Files not named here are judged by what their pipeline asks for (needs.ts).
import type { JsonObject } from '../../src/base/mod.ts';

export type ExpectedEnd =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  /** Can't run on a laptop without `what`; the run ends with a sentence that has one of the words of `mentions`. */
  | { readonly kind: 'needs'; readonly what: string; readonly mentions: readonly string[] };

export interface FileExpectation {
  /** End of the path. */
  readonly file: string;
  readonly end?: ExpectedEnd;
  readonly parameters?: JsonObject;
  /** Kubernetes objects that the pipeline takes for given. */
  readonly objects?: readonly ClusterObject[];
}

export interface ClusterObject {
  /** Its collection in the namespace of the Pods. */
  readonly path: string;
  readonly body: JsonObject;
}

const OLD_SDK = 'PyYAML 5.4.1, which this kfp 1.8 pins, can not be built with a current setuptools';
const UNRELEASED_SDK = 'kfp==2.14.0 was never released';

export const EXPECTATIONS: readonly FileExpectation[] = [
  // Ends that the authors want, and their folders do not tell.
  {
    file: 'component_with_task_final_status_GH-12033.yaml',
    end: { kind: 'refused', why: 'a task status is no parameter of a run' },
  },
  {
    file: 'template/testdata/hello_world.yaml',
    end: { kind: 'refused', why: 'the name is of the form of kfp 1.8, which the API does not take' },
  },
  {
    file: 'local_execution_pipeline_with_ignore_upstream_failure.yaml',
    end: { kind: 'failed', why: 'a task fails; another one ignores that, the run does not' },
    parameters: { marker_path: '/tmp/marker' },
  },
  {
    file: 'pipeline_with_task_using_ignore_upstream_failure.yaml',
    end: { kind: 'failed', why: 'a task fails; another one ignores that, the run does not' },
  },
  // Written to be compiled, not to be run.
  {
    file: 'container_with_placeholder_in_fstring.yaml',
    end: { kind: 'failed', why: 'its image has no program of the name my_program' },
  },
  {
    file: 'pipeline_with_metadata_fields.yaml',
    end: { kind: 'failed', why: 'it wants an input artifact, which no run can be given' },
  },
  {
    file: 'pipeline_with_various_io_types.yaml',
    end: { kind: 'failed', why: 'it wants an input artifact, which no run can be given' },
  },
  {
    file: 'critical/pipeline_with_artifact_custom_path.yaml',
    end: { kind: 'failed', why: 'the kfp==2.14.6 that it pins has no set_path' },
  },
  {
    file: 'essential/embedded_artifact.yaml',
    end: { kind: 'failed', why: 'the kfp==2.14.3 that it pins has no EmbeddedInput' },
  },
  // What a laptop does not have.
  ...['pipeline_version.json', 'run_completed_with_spec.json', 'proto_tests/testdata/pipelinespec.yaml'].map(
    (file): FileExpectation => ({ file, end: { kind: 'needs', what: UNRELEASED_SDK, mentions: ['kfp==2.14.0'] } }),
  ),
  ...['pipeline_with_loops_and_conditions.json', 'protobuf_value_params_v2.json', 'lightweight_python_functions_v2_pipeline.json'].map(
    (file): FileExpectation => ({ file: `mock-backend/data/v2/pipeline/${file}`, end: { kind: 'needs', what: OLD_SDK, mentions: ['PyYAML', 'kfp==1.8', '--user'] } }),
  ),
  {
    file: 'pipeline_with_google_artifact_type.yaml',
    end: { kind: 'needs', what: 'a package aiplatform, which is on no public index', mentions: ['aiplatform'] },
  },
  {
    file: 'critical/pipeline_with_artifact_upload_download.yaml',
    end: { kind: 'needs', what: 'network (Hugging Face)', mentions: ['huggingface', 'Hugging Face', 'Hub'] },
  },
  ...['pipeline_with_importer.json', 'pythonic_artifact_with_single_return.yaml'].map(
    (file): FileExpectation => ({ file, end: { kind: 'needs', what: 'Google Cloud Storage', mentions: ['gs://'] } }),
  ),
  {
    file: 'create_mount_delete_dynamic_pvc.yaml',
    end: { kind: 'needs', what: 'a cluster with volume snapshots', mentions: ['VolumeSnapshot'] },
  },
  {
    file: 'k8s_parameters.yaml',
    end: { kind: 'needs', what: 'a cluster (asks the Kubernetes API from inside a step)', mentions: ['in-cluster', 'Service host', 'service account'] },
    objects: [
      secret('secret-1', { secretKey1: 'value1', secretKey2: 'value2' }),
      secret('secret-2', { secretKey3: 'value3' }),
      secret('secret-3', { secretKey4: 'value4' }),
      configMap('cfg-1', { cfgKey1: 'value1', cfgKey2: 'value2' }),
      configMap('cfg-2', { cfgKey3: 'value3' }),
      configMap('cfg-3', { cfgKey4: 'value4' }),
    ],
  },
  // Objects that the pipeline takes for given.
  { file: 'pipeline_with_volume.yaml', objects: [claim('my-existing-pvc')] },
  { file: 'pipeline_with_secret_as_volume.yaml', objects: [secret('test-secret-1', { username: 'user1' })] },
  { file: 'secret_as_vol.yaml', objects: [secret('my-secret', { password: 'text' })] },
  { file: 'config_map_as_vol.yaml', objects: [configMap('my-cm', { key: 'text' })] },
];

function secret(name: string, stringData: JsonObject): ClusterObject {
  return { path: 'secrets', body: { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData } };
}

function configMap(name: string, data: JsonObject): ClusterObject {
  return { path: 'configmaps', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data } };
}

function claim(name: string): ClusterObject {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  return { path: 'persistentvolumeclaims', body: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec } };
}

export function expectationFor(file: string): FileExpectation | undefined {
  return EXPECTATIONS.find((expectation) => file === expectation.file || file.endsWith(`/${expectation.file}`));
}
