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
INSERT INTO experiments VALUES ('874d0b35-e8c2-429e-926a-4d7195d9d458', '', 'root', 1795967952445, 'Default', 'Runs that were created without naming an experiment.', 'AVAILABLE', 1795967952444);
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
INSERT INTO runs VALUES ('3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec', '', 'root', 1795967952444, '874d0b35-e8c2-429e-926a-4d7195d9d458', 'kept', '', 'AVAILABLE', NULL, NULL, NULL, '2866fda5509f889883698da7f897d8779d3b35b8b92a015a3c96a8d3fc719e83', 'upgrade', '{}', '', '', 'SUCCEEDED', '', '', '[{"atMs":1795967952444,"state":"PENDING"},{"atMs":1795967952454,"state":"RUNNING"},{"atMs":1795967953678,"state":"SUCCEEDED"}]', 1795967952444, 1795967952454, 1795967953678, 0);
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
INSERT INTO tasks VALUES ('f7a8547d-0fd4-8baa-8c00-3949fbdceb9f', '', 'root', 1795967952454, '3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec', NULL, 'root', 'kept', 'root', 'root', 'ROOT', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1795967952454,"state":"WAITING"},{"atMs":1795967952454,"state":"RUNNING"},{"atMs":1795967953678,"state":"SUCCEEDED"}]', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{}}', 1795967952454, 1795967953678);
INSERT INTO tasks VALUES ('7a06e0cb-aecb-87d3-90f5-081526f76cb5', '', 'root', 1795967952454, '3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec', 'f7a8547d-0fd4-8baa-8c00-3949fbdceb9f', 'one', 'one', 'root.one', 'comp-one', 'RUNTIME', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1795967952454,"state":"WAITING"},{"atMs":1795967952454,"state":"PENDING","message":"waiting for its Pod to start"},{"atMs":1795967953000,"state":"RUNNING"},{"atMs":1795967953300,"state":"SUCCEEDED"}]', 0, NULL, 'upgrade-one-q98wrqdmzr', 'a96f06e8-36d1-4254-b123-9ba968e8563a', 'kubeflow', 0, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{}}', 1795967953000, 1795967953300);
INSERT INTO tasks VALUES ('bdca94b6-86d2-8591-84ab-37f11cbef9b4', '', 'root', 1795967952454, '3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec', 'f7a8547d-0fd4-8baa-8c00-3949fbdceb9f', 'two', 'two', 'root.two', 'comp-two', 'RUNTIME', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1795967952454,"state":"WAITING"},{"atMs":1795967953472,"state":"PENDING","message":"waiting for its Pod to start"},{"atMs":1795967953000,"state":"RUNNING"},{"atMs":1795967953621,"state":"SUCCEEDED"}]', 0, NULL, 'upgrade-two-zzvspzfjtk', '93283ed8-c008-4091-a7e1-56c967c9efba', 'kubeflow', 0, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{}}', 1795967953000, 1795967953621);
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
INSERT INTO log VALUES (3, 'namespaces/default', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"default","uid":"34e4c700-dd4d-457c-bf7d-d1a9e02b302a","creationTimestamp":"2026-11-29T15:59:12Z","labels":{"kubernetes.io/metadata.name":"default"},"resourceVersion":"3"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (4, 'configmaps/default/kept', 'create', NULL, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kept","namespace":"default","uid":"83cd715f-5585-4ee9-b505-8dd38df380b7","creationTimestamp":"2026-11-29T15:59:12Z","resourceVersion":"4"},"data":{"word":"moon"}}');
INSERT INTO log VALUES (5, 'serviceaccounts/default/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"default","uid":"625e7aee-7f34-48e9-b76f-8e54d9e04295","creationTimestamp":"2026-11-29T15:59:12Z","resourceVersion":"5"}}');
INSERT INTO log VALUES (7, 'namespaces/kubeflow', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kubeflow","uid":"f3e40aca-c359-489e-be34-d562d326db7b","creationTimestamp":"2026-11-29T15:59:12Z","labels":{"kubernetes.io/metadata.name":"kubeflow"},"resourceVersion":"7"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (8, 'pods/kubeflow/upgrade-one-q98wrqdmzr', 'create', NULL, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-q98wrqdmzr","namespace":"kubeflow","uid":"a96f06e8-36d1-4254-b123-9ba968e8563a","generation":1,"creationTimestamp":"2026-11-29T15:59:12Z","labels":{"pipelines.slipway.dev/run-id":"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec","pipelines.slipway.dev/task-id":"7a06e0cb-aecb-87d3-90f5-081526f76cb5"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec\",\"taskId\":\"7a06e0cb-aecb-87d3-90f5-081526f76cb5\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec/one/068309fc-f811-8278-8785-e73fd714cf94\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec/one/068309fc-f811-8278-8785-e73fd714cf94/output_metadata.json\"}"},"resourceVersion":"8"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-q98wrqdmzr"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Pending","qosClass":"BestEffort"}}');
INSERT INTO log VALUES (9, 'serviceaccounts/kubeflow/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"kubeflow","uid":"32b4b067-1277-4353-9548-7bc585622a32","creationTimestamp":"2026-11-29T15:59:12Z","resourceVersion":"9"}}');
INSERT INTO log VALUES (11, 'pods/kubeflow/upgrade-one-q98wrqdmzr', 'update', 8, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-q98wrqdmzr","namespace":"kubeflow","uid":"a96f06e8-36d1-4254-b123-9ba968e8563a","generation":1,"creationTimestamp":"2026-11-29T15:59:12Z","labels":{"pipelines.slipway.dev/run-id":"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec","pipelines.slipway.dev/task-id":"7a06e0cb-aecb-87d3-90f5-081526f76cb5"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec\",\"taskId\":\"7a06e0cb-aecb-87d3-90f5-081526f76cb5\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec/one/068309fc-f811-8278-8785-e73fd714cf94\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec/one/068309fc-f811-8278-8785-e73fd714cf94/output_metadata.json\"}"},"resourceVersion":"11"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-q98wrqdmzr"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Running","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-29T15:59:12Z","conditions":[{"type":"PodReadyToStartContainers","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z"},{"type":"Ready","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z"},{"type":"ContainersReady","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://a96f06e8-36d1-4254-b123-9ba968e8563a/main/0","ready":true,"started":true,"restartCount":0,"state":{"running":{"startedAt":"2026-11-29T15:59:13Z"}},"lastState":{}}]}}');
INSERT INTO log VALUES (12, 'pods/kubeflow/upgrade-two-zzvspzfjtk', 'create', NULL, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-zzvspzfjtk","namespace":"kubeflow","uid":"93283ed8-c008-4091-a7e1-56c967c9efba","generation":1,"creationTimestamp":"2026-11-29T15:59:13Z","labels":{"pipelines.slipway.dev/run-id":"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec","pipelines.slipway.dev/task-id":"bdca94b6-86d2-8591-84ab-37f11cbef9b4"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec\",\"taskId\":\"bdca94b6-86d2-8591-84ab-37f11cbef9b4\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec/two/e134352c-5372-82b9-9bf3-a62f7da917bd\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec/two/e134352c-5372-82b9-9bf3-a62f7da917bd/output_metadata.json\"}"},"resourceVersion":"12"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-zzvspzfjtk"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Pending","qosClass":"BestEffort"}}');
INSERT INTO log VALUES (13, 'pods/kubeflow/upgrade-one-q98wrqdmzr', 'update', 11, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-q98wrqdmzr","namespace":"kubeflow","uid":"a96f06e8-36d1-4254-b123-9ba968e8563a","generation":1,"creationTimestamp":"2026-11-29T15:59:12Z","labels":{"pipelines.slipway.dev/run-id":"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec","pipelines.slipway.dev/task-id":"7a06e0cb-aecb-87d3-90f5-081526f76cb5"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec\",\"taskId\":\"7a06e0cb-aecb-87d3-90f5-081526f76cb5\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec/one/068309fc-f811-8278-8785-e73fd714cf94\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec/one/068309fc-f811-8278-8785-e73fd714cf94/output_metadata.json\"}"},"resourceVersion":"13"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-q98wrqdmzr"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Succeeded","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-29T15:59:12Z","conditions":[{"type":"PodReadyToStartContainers","status":"False","lastTransitionTime":"2026-11-29T15:59:13Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z","reason":"PodCompleted"},{"type":"Ready","status":"False","lastTransitionTime":"2026-11-29T15:59:13Z","reason":"PodCompleted"},{"type":"ContainersReady","status":"False","lastTransitionTime":"2026-11-29T15:59:13Z","reason":"PodCompleted"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://a96f06e8-36d1-4254-b123-9ba968e8563a/main/0","ready":false,"started":false,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed","startedAt":"2026-11-29T15:59:13Z","finishedAt":"2026-11-29T15:59:13Z","containerID":"slipway://a96f06e8-36d1-4254-b123-9ba968e8563a/main/0"}},"lastState":{}}]}}');
INSERT INTO log VALUES (14, 'pods/kubeflow/upgrade-two-zzvspzfjtk', 'update', 12, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-zzvspzfjtk","namespace":"kubeflow","uid":"93283ed8-c008-4091-a7e1-56c967c9efba","generation":1,"creationTimestamp":"2026-11-29T15:59:13Z","labels":{"pipelines.slipway.dev/run-id":"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec","pipelines.slipway.dev/task-id":"bdca94b6-86d2-8591-84ab-37f11cbef9b4"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec\",\"taskId\":\"bdca94b6-86d2-8591-84ab-37f11cbef9b4\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec/two/e134352c-5372-82b9-9bf3-a62f7da917bd\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec/two/e134352c-5372-82b9-9bf3-a62f7da917bd/output_metadata.json\"}"},"resourceVersion":"14"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-zzvspzfjtk"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Running","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-29T15:59:13Z","conditions":[{"type":"PodReadyToStartContainers","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z"},{"type":"Ready","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z"},{"type":"ContainersReady","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://93283ed8-c008-4091-a7e1-56c967c9efba/main/0","ready":true,"started":true,"restartCount":0,"state":{"running":{"startedAt":"2026-11-29T15:59:13Z"}},"lastState":{}}]}}');
INSERT INTO log VALUES (15, 'pods/kubeflow/upgrade-two-zzvspzfjtk', 'update', 14, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-zzvspzfjtk","namespace":"kubeflow","uid":"93283ed8-c008-4091-a7e1-56c967c9efba","generation":1,"creationTimestamp":"2026-11-29T15:59:13Z","labels":{"pipelines.slipway.dev/run-id":"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec","pipelines.slipway.dev/task-id":"bdca94b6-86d2-8591-84ab-37f11cbef9b4"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec\",\"taskId\":\"bdca94b6-86d2-8591-84ab-37f11cbef9b4\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec/two/e134352c-5372-82b9-9bf3-a62f7da917bd\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec/two/e134352c-5372-82b9-9bf3-a62f7da917bd/output_metadata.json\"}"},"resourceVersion":"15"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-zzvspzfjtk"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"3ff7beba-49ab-4c6d-bf5f-ceb4a88225ec"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Succeeded","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-29T15:59:13Z","conditions":[{"type":"PodReadyToStartContainers","status":"False","lastTransitionTime":"2026-11-29T15:59:13Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z","reason":"PodCompleted"},{"type":"Ready","status":"False","lastTransitionTime":"2026-11-29T15:59:13Z","reason":"PodCompleted"},{"type":"ContainersReady","status":"False","lastTransitionTime":"2026-11-29T15:59:13Z","reason":"PodCompleted"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-29T15:59:13Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://93283ed8-c008-4091-a7e1-56c967c9efba/main/0","ready":false,"started":false,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed","startedAt":"2026-11-29T15:59:13Z","finishedAt":"2026-11-29T15:59:13Z","containerID":"slipway://93283ed8-c008-4091-a7e1-56c967c9efba/main/0"}},"lastState":{}}]}}');
CREATE TABLE objects (key TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO objects VALUES ('configmaps/default/kept', 4);
INSERT INTO objects VALUES ('namespaces/default', 3);
INSERT INTO objects VALUES ('namespaces/kubeflow', 7);
INSERT INTO objects VALUES ('pods/kubeflow/upgrade-one-q98wrqdmzr', 13);
INSERT INTO objects VALUES ('pods/kubeflow/upgrade-two-zzvspzfjtk', 15);
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
