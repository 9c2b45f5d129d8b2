-- records 5, store 2
CREATE TABLE migrations (room TEXT PRIMARY KEY, applied INTEGER NOT NULL);
INSERT INTO migrations VALUES ('records', 5);
INSERT INTO migrations VALUES ('store', 2);
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
INSERT INTO experiments VALUES ('f43adff4-b16f-4ace-b64f-4b934fc1cda1', '', 'root', 1796051989788, 'Default', 'Runs that were created without naming an experiment.', 'AVAILABLE', 1796051989750);
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
INSERT INTO runs VALUES ('dc9f3fa6-81ad-4fe1-a469-47c55059052a', '', 'root', 1796051989750, 'f43adff4-b16f-4ace-b64f-4b934fc1cda1', 'kept', '', 'AVAILABLE', NULL, NULL, NULL, '2866fda5509f889883698da7f897d8779d3b35b8b92a015a3c96a8d3fc719e83', 'upgrade', '{}', '', '', 'SUCCEEDED', '', '', '[{"atMs":1796051989750,"state":"PENDING"},{"atMs":1796051989823,"state":"RUNNING"},{"atMs":1796051990464,"state":"SUCCEEDED"}]', 1796051989750, 1796051989823, 1796051990464, 0);
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
  , cache_miss TEXT, tried_since_ms INTEGER);
INSERT INTO tasks VALUES ('715246fc-8cb8-8354-80f0-1983208553e2', '', 'root', 1796051989823, 'dc9f3fa6-81ad-4fe1-a469-47c55059052a', NULL, 'root', 'kept', 'root', 'root', 'ROOT', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1796051989823,"state":"WAITING"},{"atMs":1796051989823,"state":"RUNNING"},{"atMs":1796051990464,"state":"SUCCEEDED"}]', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{}}', 1796051989823, 1796051990464, NULL, NULL);
INSERT INTO tasks VALUES ('423e9213-3135-81cb-acbf-13da8a13e3a5', '', 'root', 1796051989823, 'dc9f3fa6-81ad-4fe1-a469-47c55059052a', '715246fc-8cb8-8354-80f0-1983208553e2', 'one', 'one', 'root.one', 'comp-one', 'RUNTIME', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1796051989823,"state":"WAITING"},{"atMs":1796051989823,"state":"PENDING","message":"waiting for its Pod to start"},{"atMs":1796051990182,"state":"RUNNING"},{"atMs":1796051990208,"state":"SUCCEEDED"}]', 0, NULL, 'upgrade-one-jn6z9gc9pr', '7f3e7edb-ffd2-46cf-aca3-2a428446e433', 'kubeflow', 0, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{"executor-logs":["fe2d30eb-631a-8b7c-9c44-d6bf2cd8b1fc"]}}', 1796051990182, 1796051990208, NULL, NULL);
INSERT INTO tasks VALUES ('f7a90d68-21cc-8163-a627-b4ae88eb36ae', '', 'root', 1796051989823, 'dc9f3fa6-81ad-4fe1-a469-47c55059052a', '715246fc-8cb8-8354-80f0-1983208553e2', 'two', 'two', 'root.two', 'comp-two', 'RUNTIME', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1796051989823,"state":"WAITING"},{"atMs":1796051990315,"state":"PENDING","message":"waiting for its Pod to start"},{"atMs":1796051990411,"state":"RUNNING"},{"atMs":1796051990445,"state":"SUCCEEDED"}]', 0, NULL, 'upgrade-two-tbn8tqnp5h', 'a1e3aa55-5feb-4edb-a1a4-ce3c12c86b6d', 'kubeflow', 0, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{"executor-logs":["272898bf-00ba-896a-957e-5f5123d9eed4"]}}', 1796051990411, 1796051990445, NULL, NULL);
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
INSERT INTO artifacts VALUES ('fe2d30eb-631a-8b7c-9c44-d6bf2cd8b1fc', '', 'root', 1796051990315, 'executor-logs', 'system.Artifact', '0.0.1', 'minio://mlpipeline/v2/artifacts/upgrade/dc9f3fa6-81ad-4fe1-a469-47c55059052a/one/4c4a75b7-ee98-87e8-a982-f1e669c5aaff/executor-logs-0', '{"pod_uid":"7f3e7edb-ffd2-46cf-aca3-2a428446e433"}', 'dc9f3fa6-81ad-4fe1-a469-47c55059052a', '423e9213-3135-81cb-acbf-13da8a13e3a5', 'executor-logs', NULL);
INSERT INTO artifacts VALUES ('272898bf-00ba-896a-957e-5f5123d9eed4', '', 'root', 1796051990464, 'executor-logs', 'system.Artifact', '0.0.1', 'minio://mlpipeline/v2/artifacts/upgrade/dc9f3fa6-81ad-4fe1-a469-47c55059052a/two/0de01c3a-b0f4-8492-85b8-c74414928617/executor-logs-0', '{"pod_uid":"a1e3aa55-5feb-4edb-a1a4-ce3c12c86b6d"}', 'dc9f3fa6-81ad-4fe1-a469-47c55059052a', 'f7a90d68-21cc-8163-a627-b4ae88eb36ae', 'executor-logs', NULL);
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
INSERT INTO log VALUES (23, 'namespaces/default', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"default","uid":"a1752905-9730-4a2e-a04b-046346e3750f","creationTimestamp":"2026-11-30T15:19:46Z","labels":{"kubernetes.io/metadata.name":"default"},"managedFields":[{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:46Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:kubernetes.io/metadata.name":{}}}}}],"resourceVersion":"23"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (24, 'serviceaccounts/default/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"default","uid":"5c1eeb45-70b0-4107-8aa1-297f20f68389","creationTimestamp":"2026-11-30T15:19:46Z","resourceVersion":"24"}}');
INSERT INTO log VALUES (26, 'services/default/kubernetes', 'create', NULL, '{"apiVersion":"v1","kind":"Service","metadata":{"name":"kubernetes","namespace":"default","uid":"c7645f99-93a2-4767-92c1-547901b8806d","creationTimestamp":"2026-11-30T15:19:45Z","labels":{"component":"apiserver","provider":"kubernetes"},"managedFields":[{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:45Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:component":{},"f:provider":{}}},"f:spec":{"f:clusterIP":{},"f:ports":{".":{},"k:{\"port\":443,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}},"f:sessionAffinity":{},"f:type":{},"f:internalTrafficPolicy":{}}}}],"resourceVersion":"26"},"spec":{"clusterIP":"10.96.0.1","ports":[{"name":"https","port":443,"protocol":"TCP","targetPort":443}],"sessionAffinity":"None","type":"ClusterIP","internalTrafficPolicy":"Cluster","clusterIPs":["10.96.0.1"],"ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack"},"status":{"loadBalancer":{}}}');
INSERT INTO log VALUES (35, 'configmaps/default/kept', 'create', NULL, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kept","namespace":"default","uid":"ed05e38b-a6ea-4be2-80a9-2f11df3094b1","creationTimestamp":"2026-11-30T15:19:49Z","managedFields":[{"manager":"node","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:49Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:word":{}}}}],"resourceVersion":"35"},"data":{"word":"moon"}}');
INSERT INTO log VALUES (36, 'namespaces/kubeflow', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kubeflow","uid":"0b262e91-ded9-4b5b-a8c6-7110bc387c8f","creationTimestamp":"2026-11-30T15:19:49Z","labels":{"kubernetes.io/metadata.name":"kubeflow"},"managedFields":[{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:49Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:kubernetes.io/metadata.name":{}}}}}],"resourceVersion":"36"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (37, 'serviceaccounts/kubeflow/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"kubeflow","uid":"e619d8e5-b54b-475f-91a1-ae5b2a354f36","creationTimestamp":"2026-11-30T15:19:49Z","resourceVersion":"37"}}');
INSERT INTO log VALUES (39, 'pods/kubeflow/upgrade-one-jn6z9gc9pr', 'create', NULL, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-jn6z9gc9pr","namespace":"kubeflow","uid":"7f3e7edb-ffd2-46cf-aca3-2a428446e433","generation":1,"creationTimestamp":"2026-11-30T15:19:49Z","labels":{"pipelines.slipway.dev/run-id":"dc9f3fa6-81ad-4fe1-a469-47c55059052a","pipelines.slipway.dev/task-id":"423e9213-3135-81cb-acbf-13da8a13e3a5"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"dc9f3fa6-81ad-4fe1-a469-47c55059052a\",\"taskId\":\"423e9213-3135-81cb-acbf-13da8a13e3a5\",\"attempt\":0,\"tries\":[0,0,0],\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/dc9f3fa6-81ad-4fe1-a469-47c55059052a/one/4c4a75b7-ee98-87e8-a982-f1e669c5aaff\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/dc9f3fa6-81ad-4fe1-a469-47c55059052a/one/4c4a75b7-ee98-87e8-a982-f1e669c5aaff/output_metadata.json\"}"},"managedFields":[{"manager":"slipway-engine","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:49Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:pipelines.slipway.dev/run-id":{},"f:pipelines.slipway.dev/task-id":{}},"f:annotations":{".":{},"f:pipelines.kubeflow.org/run_name":{},"f:slipway.dev/step":{}}},"f:spec":{"f:restartPolicy":{},"f:nodeName":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"KFP_POD_NAME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"KFP_POD_UID\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"KFP_RUN_ID\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NAMESPACE\"}":{".":{},"f:name":{},"f:value":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:imagePullPolicy":{},"f:resources":{}}},"f:dnsPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:serviceAccountName":{},"f:serviceAccount":{},"f:enableServiceLinks":{}}}}],"resourceVersion":"39"},"spec":{"restartPolicy":"Never","nodeName":"machine","automountServiceAccountToken":false,"containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-jn6z9gc9pr"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"dc9f3fa6-81ad-4fe1-a469-47c55059052a"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Pending","qosClass":"BestEffort"}}');
INSERT INTO log VALUES (40, 'pods/kubeflow/upgrade-two-tbn8tqnp5h', 'create', NULL, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-tbn8tqnp5h","namespace":"kubeflow","uid":"a1e3aa55-5feb-4edb-a1a4-ce3c12c86b6d","generation":1,"creationTimestamp":"2026-11-30T15:19:50Z","labels":{"pipelines.slipway.dev/run-id":"dc9f3fa6-81ad-4fe1-a469-47c55059052a","pipelines.slipway.dev/task-id":"f7a90d68-21cc-8163-a627-b4ae88eb36ae"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"dc9f3fa6-81ad-4fe1-a469-47c55059052a\",\"taskId\":\"f7a90d68-21cc-8163-a627-b4ae88eb36ae\",\"attempt\":0,\"tries\":[0,0,0],\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/dc9f3fa6-81ad-4fe1-a469-47c55059052a/two/0de01c3a-b0f4-8492-85b8-c74414928617\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/dc9f3fa6-81ad-4fe1-a469-47c55059052a/two/0de01c3a-b0f4-8492-85b8-c74414928617/output_metadata.json\"}"},"managedFields":[{"manager":"slipway-engine","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:50Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:pipelines.slipway.dev/run-id":{},"f:pipelines.slipway.dev/task-id":{}},"f:annotations":{".":{},"f:pipelines.kubeflow.org/run_name":{},"f:slipway.dev/step":{}}},"f:spec":{"f:restartPolicy":{},"f:nodeName":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"KFP_POD_NAME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"KFP_POD_UID\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"KFP_RUN_ID\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NAMESPACE\"}":{".":{},"f:name":{},"f:value":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:imagePullPolicy":{},"f:resources":{}}},"f:dnsPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:serviceAccountName":{},"f:serviceAccount":{},"f:enableServiceLinks":{}}}}],"resourceVersion":"40"},"spec":{"restartPolicy":"Never","nodeName":"machine","automountServiceAccountToken":false,"containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-tbn8tqnp5h"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"dc9f3fa6-81ad-4fe1-a469-47c55059052a"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Pending","qosClass":"BestEffort"}}');
INSERT INTO log VALUES (41, 'pods/kubeflow/upgrade-one-jn6z9gc9pr', 'update', 39, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-jn6z9gc9pr","namespace":"kubeflow","uid":"7f3e7edb-ffd2-46cf-aca3-2a428446e433","generation":1,"creationTimestamp":"2026-11-30T15:19:49Z","labels":{"pipelines.slipway.dev/run-id":"dc9f3fa6-81ad-4fe1-a469-47c55059052a","pipelines.slipway.dev/task-id":"423e9213-3135-81cb-acbf-13da8a13e3a5"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"dc9f3fa6-81ad-4fe1-a469-47c55059052a\",\"taskId\":\"423e9213-3135-81cb-acbf-13da8a13e3a5\",\"attempt\":0,\"tries\":[0,0,0],\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/dc9f3fa6-81ad-4fe1-a469-47c55059052a/one/4c4a75b7-ee98-87e8-a982-f1e669c5aaff\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/dc9f3fa6-81ad-4fe1-a469-47c55059052a/one/4c4a75b7-ee98-87e8-a982-f1e669c5aaff/output_metadata.json\"}"},"resourceVersion":"41","managedFields":[{"manager":"slipway-engine","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:49Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:pipelines.slipway.dev/run-id":{},"f:pipelines.slipway.dev/task-id":{}},"f:annotations":{".":{},"f:pipelines.kubeflow.org/run_name":{},"f:slipway.dev/step":{}}},"f:spec":{"f:restartPolicy":{},"f:nodeName":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"KFP_POD_NAME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"KFP_POD_UID\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"KFP_RUN_ID\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NAMESPACE\"}":{".":{},"f:name":{},"f:value":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:imagePullPolicy":{},"f:resources":{}}},"f:dnsPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:serviceAccountName":{},"f:serviceAccount":{},"f:enableServiceLinks":{}}}},{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:50Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:phase":{},"f:hostIP":{},"f:hostIPs":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"127.0.0.1\"}":{".":{},"f:ip":{}}},"f:startTime":{},"f:conditions":{".":{},"k:{\"type\":\"PodReadyToStartContainers\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"Initialized\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{},"f:reason":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{},"f:reason":{}},"k:{\"type\":\"ContainersReady\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{},"f:reason":{}},"k:{\"type\":\"PodScheduled\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}}},"f:containerStatuses":{}}},"subresource":"status"}]},"spec":{"restartPolicy":"Never","nodeName":"machine","automountServiceAccountToken":false,"containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-jn6z9gc9pr"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"dc9f3fa6-81ad-4fe1-a469-47c55059052a"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Succeeded","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-30T15:19:50Z","conditions":[{"type":"PodReadyToStartContainers","status":"False","lastTransitionTime":"2026-11-30T15:19:50Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-30T15:19:50Z","reason":"PodCompleted"},{"type":"Ready","status":"False","lastTransitionTime":"2026-11-30T15:19:50Z","reason":"PodCompleted"},{"type":"ContainersReady","status":"False","lastTransitionTime":"2026-11-30T15:19:50Z","reason":"PodCompleted"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-30T15:19:50Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://7f3e7edb-ffd2-46cf-aca3-2a428446e433/main/0","ready":false,"started":false,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed","startedAt":"2026-11-30T15:19:50Z","containerID":"slipway://7f3e7edb-ffd2-46cf-aca3-2a428446e433/main/0","finishedAt":"2026-11-30T15:19:50Z"}},"lastState":{}}]}}');
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
CREATE INDEX runs_pipeline_name ON runs (namespace, pipeline_name, created_at_ms);
CREATE INDEX artifacts_type ON artifacts (type, created_at_ms, artifact_id);
