-- records 2, store 1
CREATE TABLE migrations (room TEXT PRIMARY KEY, applied INTEGER NOT NULL);
INSERT INTO migrations VALUES ('records', 2);
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
INSERT INTO experiments VALUES ('e086e70c-fc22-48be-ac7c-ad814069dbbe', '', 'root', 1795967971928, 'Default', 'Runs that were created without naming an experiment.', 'AVAILABLE', 1795967971910);
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
INSERT INTO runs VALUES ('a02bcf78-ebbf-4480-b88b-6702da247395', '', 'root', 1795967971910, 'e086e70c-fc22-48be-ac7c-ad814069dbbe', 'kept', '', 'AVAILABLE', NULL, NULL, NULL, '2866fda5509f889883698da7f897d8779d3b35b8b92a015a3c96a8d3fc719e83', 'upgrade', '{}', '', '', 'SUCCEEDED', '', '', '[{"atMs":1795967971910,"state":"PENDING"},{"atMs":1795967971951,"state":"RUNNING"},{"atMs":1795967972224,"state":"SUCCEEDED"}]', 1795967971910, 1795967971951, 1795967972224, 0);
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
INSERT INTO tasks VALUES ('1cf4e2b7-6c3a-81c4-b079-22dfd84b97eb', '', 'root', 1795967971951, 'a02bcf78-ebbf-4480-b88b-6702da247395', NULL, 'root', 'kept', 'root', 'root', 'ROOT', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1795967971951,"state":"WAITING"},{"atMs":1795967971951,"state":"RUNNING"},{"atMs":1795967972224,"state":"SUCCEEDED"}]', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{}}', 1795967971951, 1795967972224);
INSERT INTO tasks VALUES ('7d6f30a6-3142-8dc7-a819-a49e444a2f2a', '', 'root', 1795967971951, 'a02bcf78-ebbf-4480-b88b-6702da247395', '1cf4e2b7-6c3a-81c4-b079-22dfd84b97eb', 'one', 'one', 'root.one', 'comp-one', 'RUNTIME', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1795967971951,"state":"WAITING"},{"atMs":1795967971951,"state":"PENDING","message":"waiting for its Pod to start"},{"atMs":1795967972049,"state":"RUNNING"},{"atMs":1795967972066,"state":"SUCCEEDED"}]', 0, NULL, 'upgrade-one-frqtgxz54z', '86a424dd-35ca-4b34-9ed8-9936b5123c01', 'kubeflow', 0, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{}}', 1795967972049, 1795967972066);
INSERT INTO tasks VALUES ('6e42c565-7c15-809c-b460-3e776489cf5a', '', 'root', 1795967971951, 'a02bcf78-ebbf-4480-b88b-6702da247395', '1cf4e2b7-6c3a-81c4-b079-22dfd84b97eb', 'two', 'two', 'root.two', 'comp-two', 'RUNTIME', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1795967971951,"state":"WAITING"},{"atMs":1795967972093,"state":"PENDING","message":"waiting for its Pod to start"},{"atMs":1795967972143,"state":"RUNNING"},{"atMs":1795967972154,"state":"SUCCEEDED"}]', 0, NULL, 'upgrade-two-vgn2w8zmvh', '220bd410-5101-4327-bf58-f7299b074530', 'kubeflow', 0, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{}}', 1795967972143, 1795967972154);
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
CREATE TABLE artifact_uses (
    artifact_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    PRIMARY KEY (artifact_id, task_id)
  ) WITHOUT ROWID;
CREATE TABLE log (
     revision INTEGER PRIMARY KEY,
     key TEXT NOT NULL,
     change TEXT NOT NULL,
     previous INTEGER,
     value TEXT NOT NULL
   );
INSERT INTO log VALUES (3, 'namespaces/default', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"default","uid":"93da5d91-d4b9-4c93-861f-0b58e82884f1","creationTimestamp":"2026-11-29T15:59:31Z","labels":{"kubernetes.io/metadata.name":"default"},"resourceVersion":"3"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (4, 'configmaps/default/kept', 'create', NULL, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kept","namespace":"default","uid":"0fa389e4-12cf-4ba2-817a-1942a7262b69","creationTimestamp":"2026-11-29T15:59:31Z","resourceVersion":"4"},"data":{"word":"moon"}}');
INSERT INTO log VALUES (5, 'serviceaccounts/default/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"default","uid":"8f0e3507-ff53-4a66-9275-ce8f4489254d","creationTimestamp":"2026-11-29T15:59:31Z","resourceVersion":"5"}}');
INSERT INTO log VALUES (7, 'namespaces/kubeflow', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kubeflow","uid":"b233cb03-1167-45ea-bcbf-6205ef7ffc97","creationTimestamp":"2026-11-29T15:59:32Z","labels":{"kubernetes.io/metadata.name":"kubeflow"},"resourceVersion":"7"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (8, 'pods/kubeflow/upgrade-one-frqtgxz54z', 'create', NULL, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-frqtgxz54z","namespace":"kubeflow","uid":"86a424dd-35ca-4b34-9ed8-9936b5123c01","generation":1,"creationTimestamp":"2026-11-29T15:59:31Z","labels":{"pipelines.slipway.dev/run-id":"a02bcf78-ebbf-4480-b88b-6702da247395","pipelines.slipway.dev/task-id":"7d6f30a6-3142-8dc7-a819-a49e444a2f2a"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"a02bcf78-ebbf-4480-b88b-6702da247395\",\"taskId\":\"7d6f30a6-3142-8dc7-a819-a49e444a2f2a\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/a02bcf78-ebbf-4480-b88b-6702da247395/one/cdac186f-7c1f-8cc5-933a-ec3bd6e23a23\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/a02bcf78-ebbf-4480-b88b-6702da247395/one/cdac186f-7c1f-8cc5-933a-ec3bd6e23a23/output_metadata.json\"}"},"resourceVersion":"8"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-frqtgxz54z"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"a02bcf78-ebbf-4480-b88b-6702da247395"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Pending","qosClass":"BestEffort"}}');
INSERT INTO log VALUES (9, 'serviceaccounts/kubeflow/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"kubeflow","uid":"438123f5-2305-4f5c-bae6-da2965cb0b47","creationTimestamp":"2026-11-29T15:59:32Z","resourceVersion":"9"}}');
INSERT INTO log VALUES (11, 'pods/kubeflow/upgrade-two-vgn2w8zmvh', 'create', NULL, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-vgn2w8zmvh","namespace":"kubeflow","uid":"220bd410-5101-4327-bf58-f7299b074530","generation":1,"creationTimestamp":"2026-11-29T15:59:32Z","labels":{"pipelines.slipway.dev/run-id":"a02bcf78-ebbf-4480-b88b-6702da247395","pipelines.slipway.dev/task-id":"6e42c565-7c15-809c-b460-3e776489cf5a"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"a02bcf78-ebbf-4480-b88b-6702da247395\",\"taskId\":\"6e42c565-7c15-809c-b460-3e776489cf5a\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/a02bcf78-ebbf-4480-b88b-6702da247395/two/fe0aecac-991f-83bc-9d4a-8834aa675baf\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/a02bcf78-ebbf-4480-b88b-6702da247395/two/fe0aecac-991f-83bc-9d4a-8834aa675baf/output_metadata.json\"}"},"resourceVersion":"11"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-vgn2w8zmvh"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"a02bcf78-ebbf-4480-b88b-6702da247395"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Pending","qosClass":"BestEffort"}}');
INSERT INTO log VALUES (12, 'pods/kubeflow/upgrade-one-frqtgxz54z', 'update', 8, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-frqtgxz54z","namespace":"kubeflow","uid":"86a424dd-35ca-4b34-9ed8-9936b5123c01","generation":1,"creationTimestamp":"2026-11-29T15:59:31Z","labels":{"pipelines.slipway.dev/run-id":"a02bcf78-ebbf-4480-b88b-6702da247395","pipelines.slipway.dev/task-id":"7d6f30a6-3142-8dc7-a819-a49e444a2f2a"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"a02bcf78-ebbf-4480-b88b-6702da247395\",\"taskId\":\"7d6f30a6-3142-8dc7-a819-a49e444a2f2a\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/a02bcf78-ebbf-4480-b88b-6702da247395/one/cdac186f-7c1f-8cc5-933a-ec3bd6e23a23\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/a02bcf78-ebbf-4480-b88b-6702da247395/one/cdac186f-7c1f-8cc5-933a-ec3bd6e23a23/output_metadata.json\"}"},"resourceVersion":"12"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-frqtgxz54z"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"a02bcf78-ebbf-4480-b88b-6702da247395"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Running","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-29T15:59:32Z","conditions":[{"type":"PodReadyToStartContainers","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z"},{"type":"Ready","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z"},{"type":"ContainersReady","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://86a424dd-35ca-4b34-9ed8-9936b5123c01/main/0","ready":true,"started":true,"restartCount":0,"state":{"running":{"startedAt":"2026-11-29T15:59:32Z"}},"lastState":{}}]}}');
INSERT INTO log VALUES (13, 'pods/kubeflow/upgrade-one-frqtgxz54z', 'update', 12, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-frqtgxz54z","namespace":"kubeflow","uid":"86a424dd-35ca-4b34-9ed8-9936b5123c01","generation":1,"creationTimestamp":"2026-11-29T15:59:31Z","labels":{"pipelines.slipway.dev/run-id":"a02bcf78-ebbf-4480-b88b-6702da247395","pipelines.slipway.dev/task-id":"7d6f30a6-3142-8dc7-a819-a49e444a2f2a"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"a02bcf78-ebbf-4480-b88b-6702da247395\",\"taskId\":\"7d6f30a6-3142-8dc7-a819-a49e444a2f2a\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/a02bcf78-ebbf-4480-b88b-6702da247395/one/cdac186f-7c1f-8cc5-933a-ec3bd6e23a23\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/a02bcf78-ebbf-4480-b88b-6702da247395/one/cdac186f-7c1f-8cc5-933a-ec3bd6e23a23/output_metadata.json\"}"},"resourceVersion":"13"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-frqtgxz54z"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"a02bcf78-ebbf-4480-b88b-6702da247395"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Succeeded","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-29T15:59:32Z","conditions":[{"type":"PodReadyToStartContainers","status":"False","lastTransitionTime":"2026-11-29T15:59:32Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z","reason":"PodCompleted"},{"type":"Ready","status":"False","lastTransitionTime":"2026-11-29T15:59:32Z","reason":"PodCompleted"},{"type":"ContainersReady","status":"False","lastTransitionTime":"2026-11-29T15:59:32Z","reason":"PodCompleted"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://86a424dd-35ca-4b34-9ed8-9936b5123c01/main/0","ready":false,"started":false,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed","startedAt":"2026-11-29T15:59:32Z","containerID":"slipway://86a424dd-35ca-4b34-9ed8-9936b5123c01/main/0","finishedAt":"2026-11-29T15:59:32Z"}},"lastState":{}}]}}');
INSERT INTO log VALUES (14, 'pods/kubeflow/upgrade-two-vgn2w8zmvh', 'update', 11, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-vgn2w8zmvh","namespace":"kubeflow","uid":"220bd410-5101-4327-bf58-f7299b074530","generation":1,"creationTimestamp":"2026-11-29T15:59:32Z","labels":{"pipelines.slipway.dev/run-id":"a02bcf78-ebbf-4480-b88b-6702da247395","pipelines.slipway.dev/task-id":"6e42c565-7c15-809c-b460-3e776489cf5a"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"a02bcf78-ebbf-4480-b88b-6702da247395\",\"taskId\":\"6e42c565-7c15-809c-b460-3e776489cf5a\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/a02bcf78-ebbf-4480-b88b-6702da247395/two/fe0aecac-991f-83bc-9d4a-8834aa675baf\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/a02bcf78-ebbf-4480-b88b-6702da247395/two/fe0aecac-991f-83bc-9d4a-8834aa675baf/output_metadata.json\"}"},"resourceVersion":"14"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-vgn2w8zmvh"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"a02bcf78-ebbf-4480-b88b-6702da247395"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Running","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-29T15:59:32Z","conditions":[{"type":"PodReadyToStartContainers","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z"},{"type":"Ready","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z"},{"type":"ContainersReady","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://220bd410-5101-4327-bf58-f7299b074530/main/0","ready":true,"started":true,"restartCount":0,"state":{"running":{"startedAt":"2026-11-29T15:59:32Z"}},"lastState":{}}]}}');
INSERT INTO log VALUES (15, 'pods/kubeflow/upgrade-two-vgn2w8zmvh', 'update', 14, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-vgn2w8zmvh","namespace":"kubeflow","uid":"220bd410-5101-4327-bf58-f7299b074530","generation":1,"creationTimestamp":"2026-11-29T15:59:32Z","labels":{"pipelines.slipway.dev/run-id":"a02bcf78-ebbf-4480-b88b-6702da247395","pipelines.slipway.dev/task-id":"6e42c565-7c15-809c-b460-3e776489cf5a"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"a02bcf78-ebbf-4480-b88b-6702da247395\",\"taskId\":\"6e42c565-7c15-809c-b460-3e776489cf5a\",\"attempt\":0,\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/a02bcf78-ebbf-4480-b88b-6702da247395/two/fe0aecac-991f-83bc-9d4a-8834aa675baf\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/a02bcf78-ebbf-4480-b88b-6702da247395/two/fe0aecac-991f-83bc-9d4a-8834aa675baf/output_metadata.json\"}"},"resourceVersion":"15"},"spec":{"restartPolicy":"Never","nodeName":"machine","containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-vgn2w8zmvh"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"a02bcf78-ebbf-4480-b88b-6702da247395"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true},"status":{"phase":"Succeeded","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-29T15:59:32Z","conditions":[{"type":"PodReadyToStartContainers","status":"False","lastTransitionTime":"2026-11-29T15:59:32Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z","reason":"PodCompleted"},{"type":"Ready","status":"False","lastTransitionTime":"2026-11-29T15:59:32Z","reason":"PodCompleted"},{"type":"ContainersReady","status":"False","lastTransitionTime":"2026-11-29T15:59:32Z","reason":"PodCompleted"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-29T15:59:32Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://220bd410-5101-4327-bf58-f7299b074530/main/0","ready":false,"started":false,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed","startedAt":"2026-11-29T15:59:32Z","containerID":"slipway://220bd410-5101-4327-bf58-f7299b074530/main/0","finishedAt":"2026-11-29T15:59:32Z"}},"lastState":{}}]}}');
CREATE TABLE objects (key TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO objects VALUES ('configmaps/default/kept', 4);
INSERT INTO objects VALUES ('namespaces/default', 3);
INSERT INTO objects VALUES ('namespaces/kubeflow', 7);
INSERT INTO objects VALUES ('pods/kubeflow/upgrade-one-frqtgxz54z', 13);
INSERT INTO objects VALUES ('pods/kubeflow/upgrade-two-vgn2w8zmvh', 15);
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
CREATE INDEX artifact_uses_task ON artifact_uses (task_id);
