-- records 1, store 1
CREATE TABLE migrations (room TEXT PRIMARY KEY, applied INTEGER NOT NULL);
INSERT INTO migrations VALUES ('records', 1);
INSERT INTO migrations VALUES ('store', 1);
CREATE TABLE experiments (
    experiment_id TEXT PRIMARY KEY,
    namespace TEXT NOT NULL,
    creator TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    storage_state TEXT NOT NULL,
    last_run_created_at_ms INTEGER NOT NULL
  );
INSERT INTO experiments VALUES ('3f0e8d31-8193-46ba-a0f3-cad81a3fc6ba', '', 'root', 1795967961689, 'Default', 'Runs that were created without naming an experiment.', 'AVAILABLE', 1795967961688);
CREATE TABLE pipelines (
    pipeline_id TEXT PRIMARY KEY,
    namespace TEXT NOT NULL,
    creator TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    tags TEXT NOT NULL
  );
CREATE TABLE specs (
    sha256 TEXT PRIMARY KEY,
    text TEXT NOT NULL
  );
INSERT INTO specs VALUES ('2866fda5509f889883698da7f897d8779d3b35b8b92a015a3c96a8d3fc719e83', '{"pipelineInfo":{"name":"upgrade"},"schemaVersion":"2.1.0","sdkVersion":"kfp-2.17.0","deploymentSpec":{"executors":{"exec-one":{"container":{"image":"busybox:1.36","command":["sh","-c"],"args":["echo one"]}},"exec-two":{"container":{"image":"busybox:1.36","command":["sh","-c"],"args":["echo two"]}}}},"components":{"comp-one":{"executorLabel":"exec-one"},"comp-two":{"executorLabel":"exec-two"}},"root":{"dag":{"tasks":{"one":{"taskInfo":{"name":"one"},"componentRef":{"name":"comp-one"},"cachingOptions":{}},"two":{"taskInfo":{"name":"two"},"componentRef":{"name":"comp-two"},"cachingOptions":{},"dependentTasks":["one"]}}}}}');
CREATE TABLE pipeline_versions (
    pipeline_version_id TEXT PRIMARY KEY,
    namespace TEXT NOT NULL,
    creator TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    pipeline_id TEXT NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    code_source_url TEXT NOT NULL,
    tags TEXT NOT NULL,
    spec_sha256 TEXT NOT NULL
  );
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY,
    namespace TEXT NOT NULL,
    creator TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    experiment_id TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    storage_state TEXT NOT NULL,
    pipeline_id TEXT,
    pipeline_version_id TEXT,
    recurring_run_id TEXT,
    spec_sha256 TEXT NOT NULL,
    pipeline_name TEXT NOT NULL,
    parameters TEXT NOT NULL,
    pipeline_root TEXT NOT NULL,
    service_account TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    state_history TEXT NOT NULL,
    scheduled_at_ms INTEGER NOT NULL,
    started_at_ms INTEGER,
    finished_at_ms INTEGER,
    retry_count INTEGER NOT NULL
  );
INSERT INTO runs VALUES ('4d28ebee-512c-481f-8492-33bd02b77119', '', 'root', 1795967961688, '3f0e8d31-8193-46ba-a0f3-cad81a3fc6ba', 'kept', '', 'AVAILABLE', NULL, NULL, NULL, '2866fda5509f889883698da7f897d8779d3b35b8b92a015a3c96a8d3fc719e83', 'upgrade', '{}', '', '', 'SUCCEEDED', '', '', '[{"atMs":1795967961688,"state":"PENDING"},{"atMs":1795967961713,"state":"RUNNING"},{"atMs":1795967962000,"state":"SUCCEEDED"}]', 1795967961688, 1795967961713, 1795967962000, 0);
CREATE TABLE tasks (
    task_id TEXT PRIMARY KEY,
    namespace TEXT NOT NULL,
    creator TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    parent_task_id TEXT,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    path TEXT NOT NULL,
    component_name TEXT NOT NULL,
    type TEXT NOT NULL,
    iteration_index INTEGER,
    iteration_count INTEGER,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    state_history TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    retry_at_ms INTEGER,
    pod_name TEXT,
    pod_uid TEXT,
    pod_namespace TEXT,
    exit_code INTEGER,
    cache_fingerprint TEXT,
    cached_from_task_id TEXT,
    inputs TEXT NOT NULL,
    outputs TEXT NOT NULL,
    started_at_ms INTEGER,
    finished_at_ms INTEGER
  );
INSERT INTO tasks VALUES ('8dd9a192-3265-84b4-9344-825c1f327de0', '', 'root', 1795967961713, '4d28ebee-512c-481f-8492-33bd02b77119', NULL, 'root', 'kept', 'root', 'root', 'ROOT', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1795967961713,"state":"WAITING"},{"atMs":1795967961713,"state":"RUNNING"},{"atMs":1795967962000,"state":"SUCCEEDED"}]', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{}}', 1795967961713, 1795967962000);
INSERT INTO tasks VALUES ('873dd4c5-ff1b-8d20-b062-2b2099f16e8d', '', 'root', 1795967961713, '4d28ebee-512c-481f-8492-33bd02b77119', '8dd9a192-3265-84b4-9344-825c1f327de0', 'one', 'one', 'root.one', 'comp-one', 'RUNTIME', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1795967961713,"state":"WAITING"},{"atMs":1795967961713,"state":"PENDING","message":"waiting for its Pod to start"},{"atMs":1795967961904,"state":"RUNNING"},{"atMs":1795967961911,"state":"SUCCEEDED"}]', 0, NULL, 'upgrade-one-kk2cppcnm4', 'cf933f90-347c-4a5d-9ba0-568fadd25705', 'kubeflow', 0, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{}}', 1795967961904, 1795967961911);
INSERT INTO tasks VALUES ('b726db25-0d1a-80e8-8bfc-eeae08afe43b', '', 'root', 1795967961713, '4d28ebee-512c-481f-8492-33bd02b77119', '8dd9a192-3265-84b4-9344-825c1f327de0', 'two', 'two', 'root.two', 'comp-two', 'RUNTIME', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1795967961713,"state":"WAITING"},{"atMs":1795967961936,"state":"PENDING","message":"waiting for its Pod to start"},{"atMs":1795967961966,"state":"RUNNING"},{"atMs":1795967961971,"state":"SUCCEEDED"}]', 0, NULL, 'upgrade-two-57mnn4bkrj', '772696e9-58ff-4808-a255-9064afe2da27', 'kubeflow', 0, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{}}', 1795967961966, 1795967961971);
CREATE TABLE artifacts (
    artifact_id TEXT PRIMARY KEY,
    namespace TEXT NOT NULL,
    creator TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    schema_version TEXT NOT NULL,
    uri TEXT NOT NULL,
    metadata TEXT NOT NULL,
    run_id TEXT,
    producer_task_id TEXT,
    producer_key TEXT,
    size_bytes INTEGER
  );
CREATE TABLE metrics (
    run_id TEXT NOT NULL,
    name TEXT NOT NULL,
    artifact_id TEXT NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (run_id, name)
  ) WITHOUT ROWID;
CREATE TABLE log (
     revision INTEGER PRIMARY KEY,
     key TEXT NOT NULL,
     change TEXT NOT NULL,
     previous INTEGER,
     value TEXT NOT NULL
   );
INSERT INTO log VALUES (3, 'namespaces/default', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"default","uid":"0b7e3e76-c814-4a75-83b0-d2ef40da0dc4","creationTimestamp":"2026-11-29T15:59:21Z","labels":{"kubernetes.io/metadata.name":"default"},"resourceVersion":"3"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (4, 'configmaps/default/kept', 'create', NULL, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kept","namespace":"default","uid":"ac160267-a296-4a3c-8b4f-fd9838110d82","creationTimestamp":"2026-11-29T15:59:21Z","resourceVersion":"4"},"data":{"word":"moon"}}');
INSERT INTO log VALUES (5, 'serviceaccounts/default/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"default","uid":"97510c08-17e6-4cd1-8c5b-5deefc35dc52","creationTimestamp":"2026-11-29T15:59:21Z","resourceVersion":"5"}}');
INSERT INTO log VALUES (7, 'namespaces/kubeflow', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kubeflow","uid":"d04afe50-6c96-49a6-98f7-41f3d0cd84e0","creationTimestamp":"2026-11-29T15:59:21Z","labels":{"kubernetes.io/metadata.name":"kubeflow"},"resourceVersion":"7"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (8, 'pods/kubeflow/upgrade-one-kk2cppcnm4', 'create', NULL, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-kk2cppcnm4","namespace":"kubeflow","uid":"cf933f90-347c-4a5d-9ba0-568fadd25705","generation":1,"creationTimestamp":"2026-11-29T15:59:21Z","labels":{"pipelines.slipway.dev/run-id":"4d28ebee-512c-481f-8492-33bd02b77119","pipelines.slipway.dev/task-id":"873dd4c5-ff1b-8d20-b062-2b2099f16e8d"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"4d28ebee-512c-481f-8492-33bd02b77119\",\"taskId\":\"873dd4c5-ff1b-8d20-b062-2b2099f16e8d\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/4d28ebee-512c-481f-8492-33bd02b77119/one/88841dda-5b6f-8d0a-aa97-4c77cf7b6c63\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/4d28ebee-512c-481f-8492-33bd02b77119/one/88841dda-5b6f-8d0a-aa97-4c77cf7b6c63/output_metadata.json\"}"},"resourceVersion":"8"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-kk2cppcnm4"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"4d28ebee-512c-481f-8492-33bd02b77119"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Pending","qosClass":"BestEffort"}}');
INSERT INTO log VALUES (9, 'serviceaccounts/kubeflow/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"kubeflow","uid":"032ba80d-919c-42bb-be5a-85535b21702d","creationTimestamp":"2026-11-29T15:59:21Z","resourceVersion":"9"}}');
INSERT INTO log VALUES (11, 'pods/kubeflow/upgrade-one-kk2cppcnm4', 'update', 8, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-kk2cppcnm4","namespace":"kubeflow","uid":"cf933f90-347c-4a5d-9ba0-568fadd25705","generation":1,"creationTimestamp":"2026-11-29T15:59:21Z","labels":{"pipelines.slipway.dev/run-id":"4d28ebee-512c-481f-8492-33bd02b77119","pipelines.slipway.dev/task-id":"873dd4c5-ff1b-8d20-b062-2b2099f16e8d"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"4d28ebee-512c-481f-8492-33bd02b77119\",\"taskId\":\"873dd4c5-ff1b-8d20-b062-2b2099f16e8d\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/4d28ebee-512c-481f-8492-33bd02b77119/one/88841dda-5b6f-8d0a-aa97-4c77cf7b6c63\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/4d28ebee-512c-481f-8492-33bd02b77119/one/88841dda-5b6f-8d0a-aa97-4c77cf7b6c63/output_metadata.json\"}"},"resourceVersion":"11"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-kk2cppcnm4"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"4d28ebee-512c-481f-8492-33bd02b77119"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Pending","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-29T15:59:21Z","conditions":[{"type":"PodReadyToStartContainers","status":"True","lastTransitionTime":"2026-11-29T15:59:21Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-29T15:59:21Z"},{"type":"Ready","status":"False","lastTransitionTime":"2026-11-29T15:59:21Z","reason":"ContainersNotReady"},{"type":"ContainersReady","status":"False","lastTransitionTime":"2026-11-29T15:59:21Z","reason":"ContainersNotReady"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-29T15:59:21Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"","ready":false,"started":false,"restartCount":0,"state":{"waiting":{"reason":"ContainerCreating"}},"lastState":{}}]}}');
INSERT INTO log VALUES (12, 'pods/kubeflow/upgrade-two-57mnn4bkrj', 'create', NULL, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-57mnn4bkrj","namespace":"kubeflow","uid":"772696e9-58ff-4808-a255-9064afe2da27","generation":1,"creationTimestamp":"2026-11-29T15:59:21Z","labels":{"pipelines.slipway.dev/run-id":"4d28ebee-512c-481f-8492-33bd02b77119","pipelines.slipway.dev/task-id":"b726db25-0d1a-80e8-8bfc-eeae08afe43b"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"4d28ebee-512c-481f-8492-33bd02b77119\",\"taskId\":\"b726db25-0d1a-80e8-8bfc-eeae08afe43b\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/4d28ebee-512c-481f-8492-33bd02b77119/two/a262961a-3f7b-86b8-a8c2-351eadd38c45\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/4d28ebee-512c-481f-8492-33bd02b77119/two/a262961a-3f7b-86b8-a8c2-351eadd38c45/output_metadata.json\"}"},"resourceVersion":"12"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-57mnn4bkrj"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"4d28ebee-512c-481f-8492-33bd02b77119"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Pending","qosClass":"BestEffort"}}');
INSERT INTO log VALUES (13, 'pods/kubeflow/upgrade-one-kk2cppcnm4', 'update', 11, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-kk2cppcnm4","namespace":"kubeflow","uid":"cf933f90-347c-4a5d-9ba0-568fadd25705","generation":1,"creationTimestamp":"2026-11-29T15:59:21Z","labels":{"pipelines.slipway.dev/run-id":"4d28ebee-512c-481f-8492-33bd02b77119","pipelines.slipway.dev/task-id":"873dd4c5-ff1b-8d20-b062-2b2099f16e8d"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"4d28ebee-512c-481f-8492-33bd02b77119\",\"taskId\":\"873dd4c5-ff1b-8d20-b062-2b2099f16e8d\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/4d28ebee-512c-481f-8492-33bd02b77119/one/88841dda-5b6f-8d0a-aa97-4c77cf7b6c63\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/4d28ebee-512c-481f-8492-33bd02b77119/one/88841dda-5b6f-8d0a-aa97-4c77cf7b6c63/output_metadata.json\"}"},"resourceVersion":"13"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-kk2cppcnm4"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"4d28ebee-512c-481f-8492-33bd02b77119"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Succeeded","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-29T15:59:21Z","conditions":[{"type":"PodReadyToStartContainers","status":"False","lastTransitionTime":"2026-11-29T15:59:21Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-29T15:59:21Z","reason":"PodCompleted"},{"type":"Ready","status":"False","lastTransitionTime":"2026-11-29T15:59:21Z","reason":"PodCompleted"},{"type":"ContainersReady","status":"False","lastTransitionTime":"2026-11-29T15:59:21Z","reason":"PodCompleted"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-29T15:59:21Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://cf933f90-347c-4a5d-9ba0-568fadd25705/main/0","ready":false,"started":false,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed","startedAt":"2026-11-29T15:59:21Z","containerID":"slipway://cf933f90-347c-4a5d-9ba0-568fadd25705/main/0","finishedAt":"2026-11-29T15:59:21Z"}},"lastState":{}}]}}');
INSERT INTO log VALUES (14, 'pods/kubeflow/upgrade-two-57mnn4bkrj', 'update', 12, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-57mnn4bkrj","namespace":"kubeflow","uid":"772696e9-58ff-4808-a255-9064afe2da27","generation":1,"creationTimestamp":"2026-11-29T15:59:21Z","labels":{"pipelines.slipway.dev/run-id":"4d28ebee-512c-481f-8492-33bd02b77119","pipelines.slipway.dev/task-id":"b726db25-0d1a-80e8-8bfc-eeae08afe43b"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"4d28ebee-512c-481f-8492-33bd02b77119\",\"taskId\":\"b726db25-0d1a-80e8-8bfc-eeae08afe43b\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/4d28ebee-512c-481f-8492-33bd02b77119/two/a262961a-3f7b-86b8-a8c2-351eadd38c45\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/4d28ebee-512c-481f-8492-33bd02b77119/two/a262961a-3f7b-86b8-a8c2-351eadd38c45/output_metadata.json\"}"},"resourceVersion":"14"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-57mnn4bkrj"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"4d28ebee-512c-481f-8492-33bd02b77119"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Succeeded","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-29T15:59:21Z","conditions":[{"type":"PodReadyToStartContainers","status":"False","lastTransitionTime":"2026-11-29T15:59:22Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-29T15:59:22Z","reason":"PodCompleted"},{"type":"Ready","status":"False","lastTransitionTime":"2026-11-29T15:59:22Z","reason":"PodCompleted"},{"type":"ContainersReady","status":"False","lastTransitionTime":"2026-11-29T15:59:22Z","reason":"PodCompleted"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-29T15:59:22Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://772696e9-58ff-4808-a255-9064afe2da27/main/0","ready":false,"started":false,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed","startedAt":"2026-11-29T15:59:21Z","containerID":"slipway://772696e9-58ff-4808-a255-9064afe2da27/main/0","finishedAt":"2026-11-29T15:59:21Z"}},"lastState":{}}]}}');
CREATE TABLE objects (key TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO objects VALUES ('configmaps/default/kept', 4);
INSERT INTO objects VALUES ('namespaces/default', 3);
INSERT INTO objects VALUES ('namespaces/kubeflow', 7);
INSERT INTO objects VALUES ('pods/kubeflow/upgrade-one-kk2cppcnm4', 13);
INSERT INTO objects VALUES ('pods/kubeflow/upgrade-two-57mnn4bkrj', 14);
INSERT INTO objects VALUES ('serviceaccounts/default/default', 5);
INSERT INTO objects VALUES ('serviceaccounts/kubeflow/default', 9);
CREATE TABLE store_state (compacted_revision INTEGER NOT NULL);
INSERT INTO store_state VALUES (0);
CREATE UNIQUE INDEX experiments_name ON experiments (display_name, namespace);
CREATE INDEX experiments_created ON experiments (created_at_ms, experiment_id);
CREATE INDEX experiments_namespace ON experiments (namespace, created_at_ms, experiment_id);
CREATE UNIQUE INDEX pipelines_name ON pipelines (name, namespace);
CREATE INDEX pipelines_display_name ON pipelines (display_name);
CREATE INDEX pipelines_created ON pipelines (created_at_ms, pipeline_id);
CREATE INDEX pipelines_namespace ON pipelines (namespace, created_at_ms, pipeline_id);
CREATE UNIQUE INDEX pipeline_versions_name ON pipeline_versions (pipeline_id, name);
CREATE INDEX pipeline_versions_created ON pipeline_versions (created_at_ms, pipeline_version_id);
CREATE INDEX pipeline_versions_pipeline ON pipeline_versions (pipeline_id, created_at_ms, pipeline_version_id);
CREATE INDEX pipeline_versions_spec ON pipeline_versions (spec_sha256);
CREATE INDEX runs_created ON runs (created_at_ms, run_id);
CREATE INDEX runs_namespace ON runs (namespace, created_at_ms, run_id);
CREATE INDEX runs_experiment ON runs (experiment_id, created_at_ms, run_id);
CREATE INDEX runs_pipeline ON runs (pipeline_id, created_at_ms, run_id) WHERE pipeline_id IS NOT NULL;
CREATE INDEX runs_unfinished ON runs (created_at_ms, run_id) WHERE state IN ('PENDING', 'RUNNING', 'CANCELING');
CREATE INDEX runs_spec ON runs (spec_sha256);
CREATE INDEX tasks_created ON tasks (created_at_ms, task_id);
CREATE INDEX tasks_namespace ON tasks (namespace, created_at_ms, task_id);
CREATE INDEX tasks_run ON tasks (run_id, created_at_ms, task_id);
CREATE UNIQUE INDEX tasks_path ON tasks (run_id, path);
CREATE INDEX tasks_cache ON tasks (namespace, cache_fingerprint, finished_at_ms)
    WHERE cache_fingerprint IS NOT NULL AND state = 'SUCCEEDED';
CREATE INDEX artifacts_created ON artifacts (created_at_ms, artifact_id);
CREATE INDEX artifacts_namespace ON artifacts (namespace, created_at_ms, artifact_id);
CREATE INDEX artifacts_run ON artifacts (run_id, created_at_ms, artifact_id) WHERE run_id IS NOT NULL;
CREATE INDEX artifacts_uri ON artifacts (uri, namespace, type, created_at_ms);
CREATE INDEX metrics_artifact ON metrics (artifact_id);
