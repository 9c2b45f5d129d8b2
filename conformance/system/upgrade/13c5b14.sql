-- records 4, store 2
CREATE TABLE migrations (room TEXT PRIMARY KEY, applied INTEGER NOT NULL);
INSERT INTO migrations VALUES ('records', 4);
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
INSERT INTO experiments VALUES ('ccf781ca-f511-4a5b-baa6-faf0e84889e1', '', 'root', 1796051969666, 'Default', 'Runs that were created without naming an experiment.', 'AVAILABLE', 1796051969665);
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
INSERT INTO runs VALUES ('d7d10b0e-e899-47e4-a072-34aec1fa06e1', '', 'root', 1796051969665, 'ccf781ca-f511-4a5b-baa6-faf0e84889e1', 'kept', '', 'AVAILABLE', NULL, NULL, NULL, '2866fda5509f889883698da7f897d8779d3b35b8b92a015a3c96a8d3fc719e83', 'upgrade', '{}', '', '', 'SUCCEEDED', '', '', '[{"atMs":1796051969665,"state":"PENDING"},{"atMs":1796051969702,"state":"RUNNING"},{"atMs":1796051970922,"state":"SUCCEEDED"}]', 1796051969665, 1796051969702, 1796051970922, 0);
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
  , cache_miss TEXT);
INSERT INTO tasks VALUES ('097f39e4-8410-891f-991e-29f904787e8e', '', 'root', 1796051969702, 'd7d10b0e-e899-47e4-a072-34aec1fa06e1', NULL, 'root', 'kept', 'root', 'root', 'ROOT', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1796051969702,"state":"WAITING"},{"atMs":1796051969702,"state":"RUNNING"},{"atMs":1796051970922,"state":"SUCCEEDED"}]', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{}}', 1796051969702, 1796051970922, NULL);
INSERT INTO tasks VALUES ('dddb103e-b267-8752-b5bb-1bc1cd2164c1', '', 'root', 1796051969702, 'd7d10b0e-e899-47e4-a072-34aec1fa06e1', '097f39e4-8410-891f-991e-29f904787e8e', 'one', 'one', 'root.one', 'comp-one', 'RUNTIME', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1796051969702,"state":"WAITING"},{"atMs":1796051969702,"state":"PENDING","message":"waiting for its Pod to start"},{"atMs":1796051970502,"state":"RUNNING"},{"atMs":1796051970505,"state":"SUCCEEDED"}]', 0, NULL, 'upgrade-one-q6h2shmd9n', '3fc652e1-4c28-404f-9723-9680b031cdb3', 'kubeflow', 0, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{"executor-logs":["8551948f-e01c-8e96-90c0-5f2841689221"]}}', 1796051970502, 1796051970505, NULL);
INSERT INTO tasks VALUES ('11682c0b-53de-8b32-8124-0e5b67403544', '', 'root', 1796051969702, 'd7d10b0e-e899-47e4-a072-34aec1fa06e1', '097f39e4-8410-891f-991e-29f904787e8e', 'two', 'two', 'root.two', 'comp-two', 'RUNTIME', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1796051969702,"state":"WAITING"},{"atMs":1796051970620,"state":"PENDING","message":"waiting for its Pod to start"},{"atMs":1796051970767,"state":"RUNNING"},{"atMs":1796051970794,"state":"SUCCEEDED"}]', 0, NULL, 'upgrade-two-rw8b7rbnbb', '3a83d8b6-cda8-49c6-bf1f-1a7551a9204f', 'kubeflow', 0, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{"executor-logs":["c9118cf4-7f30-8e14-a011-44671cf09d7c"]}}', 1796051970767, 1796051970794, NULL);
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
INSERT INTO artifacts VALUES ('8551948f-e01c-8e96-90c0-5f2841689221', '', 'root', 1796051970620, 'executor-logs', 'system.Artifact', '0.0.1', 'minio://mlpipeline/v2/artifacts/upgrade/d7d10b0e-e899-47e4-a072-34aec1fa06e1/one/fae4d459-6fc2-83f6-888d-b1b28cfecff0/executor-logs-0', '{"pod_uid":"3fc652e1-4c28-404f-9723-9680b031cdb3"}', 'd7d10b0e-e899-47e4-a072-34aec1fa06e1', 'dddb103e-b267-8752-b5bb-1bc1cd2164c1', 'executor-logs', NULL);
INSERT INTO artifacts VALUES ('c9118cf4-7f30-8e14-a011-44671cf09d7c', '', 'root', 1796051970922, 'executor-logs', 'system.Artifact', '0.0.1', 'minio://mlpipeline/v2/artifacts/upgrade/d7d10b0e-e899-47e4-a072-34aec1fa06e1/two/6e596b3f-8a63-88f3-a3b5-41be9c796f3b/executor-logs-0', '{"pod_uid":"3a83d8b6-cda8-49c6-bf1f-1a7551a9204f"}', 'd7d10b0e-e899-47e4-a072-34aec1fa06e1', '11682c0b-53de-8b32-8124-0e5b67403544', 'executor-logs', NULL);
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
INSERT INTO log VALUES (23, 'namespaces/default', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"default","uid":"6ecfe23e-7ef0-454b-b12f-2800e993b844","creationTimestamp":"2026-11-30T15:19:25Z","labels":{"kubernetes.io/metadata.name":"default"},"managedFields":[{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:25Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:kubernetes.io/metadata.name":{}}}}}],"resourceVersion":"23"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (24, 'serviceaccounts/default/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"default","uid":"4a65a6e9-cbc5-4777-9cca-ac4e06a6a600","creationTimestamp":"2026-11-30T15:19:25Z","resourceVersion":"24"}}');
INSERT INTO log VALUES (26, 'services/default/kubernetes', 'create', NULL, '{"apiVersion":"v1","kind":"Service","metadata":{"name":"kubernetes","namespace":"default","uid":"cd42daaf-e8a9-4042-9931-c8923c41b74b","creationTimestamp":"2026-11-30T15:19:25Z","labels":{"component":"apiserver","provider":"kubernetes"},"managedFields":[{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:25Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:component":{},"f:provider":{}}},"f:spec":{"f:clusterIP":{},"f:ports":{".":{},"k:{\"port\":443,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}},"f:sessionAffinity":{},"f:type":{},"f:internalTrafficPolicy":{}}}}],"resourceVersion":"26"},"spec":{"clusterIP":"10.96.0.1","ports":[{"name":"https","port":443,"protocol":"TCP","targetPort":443}],"sessionAffinity":"None","type":"ClusterIP","internalTrafficPolicy":"Cluster","clusterIPs":["10.96.0.1"],"ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack"},"status":{"loadBalancer":{}}}');
INSERT INTO log VALUES (35, 'configmaps/default/kept', 'create', NULL, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kept","namespace":"default","uid":"4761978c-4058-4476-b0d7-eedeff702efa","creationTimestamp":"2026-11-30T15:19:29Z","managedFields":[{"manager":"node","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:29Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:word":{}}}}],"resourceVersion":"35"},"data":{"word":"moon"}}');
INSERT INTO log VALUES (36, 'namespaces/kubeflow', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kubeflow","uid":"49692287-aa1d-4912-9062-bd0403cfc2b2","creationTimestamp":"2026-11-30T15:19:30Z","labels":{"kubernetes.io/metadata.name":"kubeflow"},"managedFields":[{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:30Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:kubernetes.io/metadata.name":{}}}}}],"resourceVersion":"36"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (37, 'serviceaccounts/kubeflow/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"kubeflow","uid":"48aca885-81e5-463c-a487-f119b8272872","creationTimestamp":"2026-11-30T15:19:30Z","resourceVersion":"37"}}');
INSERT INTO log VALUES (39, 'pods/kubeflow/upgrade-one-q6h2shmd9n', 'create', NULL, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-q6h2shmd9n","namespace":"kubeflow","uid":"3fc652e1-4c28-404f-9723-9680b031cdb3","generation":1,"creationTimestamp":"2026-11-30T15:19:29Z","labels":{"pipelines.slipway.dev/run-id":"d7d10b0e-e899-47e4-a072-34aec1fa06e1","pipelines.slipway.dev/task-id":"dddb103e-b267-8752-b5bb-1bc1cd2164c1"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"d7d10b0e-e899-47e4-a072-34aec1fa06e1\",\"taskId\":\"dddb103e-b267-8752-b5bb-1bc1cd2164c1\",\"attempt\":0,\"tries\":[0,0,0],\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/d7d10b0e-e899-47e4-a072-34aec1fa06e1/one/fae4d459-6fc2-83f6-888d-b1b28cfecff0\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/d7d10b0e-e899-47e4-a072-34aec1fa06e1/one/fae4d459-6fc2-83f6-888d-b1b28cfecff0/output_metadata.json\"}"},"managedFields":[{"manager":"slipway-engine","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:29Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:pipelines.slipway.dev/run-id":{},"f:pipelines.slipway.dev/task-id":{}},"f:annotations":{".":{},"f:pipelines.kubeflow.org/run_name":{},"f:slipway.dev/step":{}}},"f:spec":{"f:restartPolicy":{},"f:nodeName":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"KFP_POD_NAME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"KFP_POD_UID\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"KFP_RUN_ID\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NAMESPACE\"}":{".":{},"f:name":{},"f:value":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:imagePullPolicy":{},"f:resources":{}}},"f:dnsPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:serviceAccountName":{},"f:serviceAccount":{},"f:enableServiceLinks":{}}}}],"resourceVersion":"39"},"spec":{"restartPolicy":"Never","nodeName":"machine","automountServiceAccountToken":false,"containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-q6h2shmd9n"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"d7d10b0e-e899-47e4-a072-34aec1fa06e1"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Pending","qosClass":"BestEffort"}}');
INSERT INTO log VALUES (40, 'pods/kubeflow/upgrade-one-q6h2shmd9n', 'update', 39, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-q6h2shmd9n","namespace":"kubeflow","uid":"3fc652e1-4c28-404f-9723-9680b031cdb3","generation":1,"creationTimestamp":"2026-11-30T15:19:29Z","labels":{"pipelines.slipway.dev/run-id":"d7d10b0e-e899-47e4-a072-34aec1fa06e1","pipelines.slipway.dev/task-id":"dddb103e-b267-8752-b5bb-1bc1cd2164c1"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"d7d10b0e-e899-47e4-a072-34aec1fa06e1\",\"taskId\":\"dddb103e-b267-8752-b5bb-1bc1cd2164c1\",\"attempt\":0,\"tries\":[0,0,0],\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/d7d10b0e-e899-47e4-a072-34aec1fa06e1/one/fae4d459-6fc2-83f6-888d-b1b28cfecff0\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/d7d10b0e-e899-47e4-a072-34aec1fa06e1/one/fae4d459-6fc2-83f6-888d-b1b28cfecff0/output_metadata.json\"}"},"resourceVersion":"40","managedFields":[{"manager":"slipway-engine","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:29Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:pipelines.slipway.dev/run-id":{},"f:pipelines.slipway.dev/task-id":{}},"f:annotations":{".":{},"f:pipelines.kubeflow.org/run_name":{},"f:slipway.dev/step":{}}},"f:spec":{"f:restartPolicy":{},"f:nodeName":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"KFP_POD_NAME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"KFP_POD_UID\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"KFP_RUN_ID\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NAMESPACE\"}":{".":{},"f:name":{},"f:value":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:imagePullPolicy":{},"f:resources":{}}},"f:dnsPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:serviceAccountName":{},"f:serviceAccount":{},"f:enableServiceLinks":{}}}},{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:30Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:phase":{},"f:hostIP":{},"f:hostIPs":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"127.0.0.1\"}":{".":{},"f:ip":{}}},"f:startTime":{},"f:conditions":{".":{},"k:{\"type\":\"PodReadyToStartContainers\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"Initialized\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"ContainersReady\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"PodScheduled\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}}},"f:containerStatuses":{}}},"subresource":"status"}]},"spec":{"restartPolicy":"Never","nodeName":"machine","automountServiceAccountToken":false,"containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-q6h2shmd9n"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"d7d10b0e-e899-47e4-a072-34aec1fa06e1"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Running","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-30T15:19:30Z","conditions":[{"type":"PodReadyToStartContainers","status":"True","lastTransitionTime":"2026-11-30T15:19:30Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-30T15:19:30Z"},{"type":"Ready","status":"True","lastTransitionTime":"2026-11-30T15:19:30Z"},{"type":"ContainersReady","status":"True","lastTransitionTime":"2026-11-30T15:19:30Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-30T15:19:30Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://3fc652e1-4c28-404f-9723-9680b031cdb3/main/0","ready":true,"started":true,"restartCount":0,"state":{"running":{"startedAt":"2026-11-30T15:19:30Z"}},"lastState":{}}]}}');
INSERT INTO log VALUES (41, 'pods/kubeflow/upgrade-two-rw8b7rbnbb', 'create', NULL, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-rw8b7rbnbb","namespace":"kubeflow","uid":"3a83d8b6-cda8-49c6-bf1f-1a7551a9204f","generation":1,"creationTimestamp":"2026-11-30T15:19:30Z","labels":{"pipelines.slipway.dev/run-id":"d7d10b0e-e899-47e4-a072-34aec1fa06e1","pipelines.slipway.dev/task-id":"11682c0b-53de-8b32-8124-0e5b67403544"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"d7d10b0e-e899-47e4-a072-34aec1fa06e1\",\"taskId\":\"11682c0b-53de-8b32-8124-0e5b67403544\",\"attempt\":0,\"tries\":[0,0,0],\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/d7d10b0e-e899-47e4-a072-34aec1fa06e1/two/6e596b3f-8a63-88f3-a3b5-41be9c796f3b\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/d7d10b0e-e899-47e4-a072-34aec1fa06e1/two/6e596b3f-8a63-88f3-a3b5-41be9c796f3b/output_metadata.json\"}"},"managedFields":[{"manager":"slipway-engine","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:30Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:pipelines.slipway.dev/run-id":{},"f:pipelines.slipway.dev/task-id":{}},"f:annotations":{".":{},"f:pipelines.kubeflow.org/run_name":{},"f:slipway.dev/step":{}}},"f:spec":{"f:restartPolicy":{},"f:nodeName":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"KFP_POD_NAME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"KFP_POD_UID\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"KFP_RUN_ID\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NAMESPACE\"}":{".":{},"f:name":{},"f:value":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:imagePullPolicy":{},"f:resources":{}}},"f:dnsPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:serviceAccountName":{},"f:serviceAccount":{},"f:enableServiceLinks":{}}}}],"resourceVersion":"41"},"spec":{"restartPolicy":"Never","nodeName":"machine","automountServiceAccountToken":false,"containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-rw8b7rbnbb"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"d7d10b0e-e899-47e4-a072-34aec1fa06e1"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Pending","qosClass":"BestEffort"}}');
INSERT INTO log VALUES (42, 'pods/kubeflow/upgrade-one-q6h2shmd9n', 'update', 40, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-q6h2shmd9n","namespace":"kubeflow","uid":"3fc652e1-4c28-404f-9723-9680b031cdb3","generation":1,"creationTimestamp":"2026-11-30T15:19:29Z","labels":{"pipelines.slipway.dev/run-id":"d7d10b0e-e899-47e4-a072-34aec1fa06e1","pipelines.slipway.dev/task-id":"dddb103e-b267-8752-b5bb-1bc1cd2164c1"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"d7d10b0e-e899-47e4-a072-34aec1fa06e1\",\"taskId\":\"dddb103e-b267-8752-b5bb-1bc1cd2164c1\",\"attempt\":0,\"tries\":[0,0,0],\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/d7d10b0e-e899-47e4-a072-34aec1fa06e1/one/fae4d459-6fc2-83f6-888d-b1b28cfecff0\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/d7d10b0e-e899-47e4-a072-34aec1fa06e1/one/fae4d459-6fc2-83f6-888d-b1b28cfecff0/output_metadata.json\"}"},"resourceVersion":"42","managedFields":[{"manager":"slipway-engine","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:29Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:pipelines.slipway.dev/run-id":{},"f:pipelines.slipway.dev/task-id":{}},"f:annotations":{".":{},"f:pipelines.kubeflow.org/run_name":{},"f:slipway.dev/step":{}}},"f:spec":{"f:restartPolicy":{},"f:nodeName":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"KFP_POD_NAME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"KFP_POD_UID\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"KFP_RUN_ID\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NAMESPACE\"}":{".":{},"f:name":{},"f:value":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:imagePullPolicy":{},"f:resources":{}}},"f:dnsPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:serviceAccountName":{},"f:serviceAccount":{},"f:enableServiceLinks":{}}}},{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:30Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:phase":{},"f:hostIP":{},"f:hostIPs":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"127.0.0.1\"}":{".":{},"f:ip":{}}},"f:startTime":{},"f:conditions":{".":{},"k:{\"type\":\"PodReadyToStartContainers\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"Initialized\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{},"f:reason":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{},"f:reason":{}},"k:{\"type\":\"ContainersReady\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{},"f:reason":{}},"k:{\"type\":\"PodScheduled\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}}},"f:containerStatuses":{}}},"subresource":"status"}]},"spec":{"restartPolicy":"Never","nodeName":"machine","automountServiceAccountToken":false,"containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-q6h2shmd9n"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"d7d10b0e-e899-47e4-a072-34aec1fa06e1"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Succeeded","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-30T15:19:30Z","conditions":[{"type":"PodReadyToStartContainers","status":"False","lastTransitionTime":"2026-11-30T15:19:30Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-30T15:19:30Z","reason":"PodCompleted"},{"type":"Ready","status":"False","lastTransitionTime":"2026-11-30T15:19:30Z","reason":"PodCompleted"},{"type":"ContainersReady","status":"False","lastTransitionTime":"2026-11-30T15:19:30Z","reason":"PodCompleted"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-30T15:19:30Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://3fc652e1-4c28-404f-9723-9680b031cdb3/main/0","ready":false,"started":false,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed","startedAt":"2026-11-30T15:19:30Z","containerID":"slipway://3fc652e1-4c28-404f-9723-9680b031cdb3/main/0","finishedAt":"2026-11-30T15:19:30Z"}},"lastState":{}}]}}');
INSERT INTO log VALUES (43, 'pods/kubeflow/upgrade-two-rw8b7rbnbb', 'update', 41, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-rw8b7rbnbb","namespace":"kubeflow","uid":"3a83d8b6-cda8-49c6-bf1f-1a7551a9204f","generation":1,"creationTimestamp":"2026-11-30T15:19:30Z","labels":{"pipelines.slipway.dev/run-id":"d7d10b0e-e899-47e4-a072-34aec1fa06e1","pipelines.slipway.dev/task-id":"11682c0b-53de-8b32-8124-0e5b67403544"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"d7d10b0e-e899-47e4-a072-34aec1fa06e1\",\"taskId\":\"11682c0b-53de-8b32-8124-0e5b67403544\",\"attempt\":0,\"tries\":[0,0,0],\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/d7d10b0e-e899-47e4-a072-34aec1fa06e1/two/6e596b3f-8a63-88f3-a3b5-41be9c796f3b\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/d7d10b0e-e899-47e4-a072-34aec1fa06e1/two/6e596b3f-8a63-88f3-a3b5-41be9c796f3b/output_metadata.json\"}"},"resourceVersion":"43","managedFields":[{"manager":"slipway-engine","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:30Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:pipelines.slipway.dev/run-id":{},"f:pipelines.slipway.dev/task-id":{}},"f:annotations":{".":{},"f:pipelines.kubeflow.org/run_name":{},"f:slipway.dev/step":{}}},"f:spec":{"f:restartPolicy":{},"f:nodeName":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"KFP_POD_NAME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"KFP_POD_UID\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"KFP_RUN_ID\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NAMESPACE\"}":{".":{},"f:name":{},"f:value":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:imagePullPolicy":{},"f:resources":{}}},"f:dnsPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:serviceAccountName":{},"f:serviceAccount":{},"f:enableServiceLinks":{}}}},{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-11-30T15:19:31Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:phase":{},"f:hostIP":{},"f:hostIPs":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"127.0.0.1\"}":{".":{},"f:ip":{}}},"f:startTime":{},"f:conditions":{".":{},"k:{\"type\":\"PodReadyToStartContainers\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"Initialized\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"ContainersReady\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"PodScheduled\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}}},"f:containerStatuses":{}}},"subresource":"status"}]},"spec":{"restartPolicy":"Never","nodeName":"machine","automountServiceAccountToken":false,"containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-rw8b7rbnbb"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"d7d10b0e-e899-47e4-a072-34aec1fa06e1"},{"name":"NAMESPACE","value":"kubeflow"}],"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Running","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-11-30T15:19:30Z","conditions":[{"type":"PodReadyToStartContainers","status":"True","lastTransitionTime":"2026-11-30T15:19:30Z"},{"type":"Initialized","status":"True","lastTransitionTime":"2026-11-30T15:19:30Z"},{"type":"Ready","status":"True","lastTransitionTime":"2026-11-30T15:19:30Z"},{"type":"ContainersReady","status":"True","lastTransitionTime":"2026-11-30T15:19:30Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-11-30T15:19:30Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://3a83d8b6-cda8-49c6-bf1f-1a7551a9204f/main/0","ready":true,"started":true,"restartCount":0,"state":{"running":{"startedAt":"2026-11-30T15:19:30Z"}},"lastState":{}}]}}');
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
