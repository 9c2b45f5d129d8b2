-- records 7, store 2
CREATE TABLE migrations (room TEXT PRIMARY KEY, applied INTEGER NOT NULL);
INSERT INTO migrations VALUES ('records', 7);
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
INSERT INTO experiments VALUES ('c22224da-0270-4e73-828c-a059ee5d4cfd', '', 'root', 1796131494068, 'Default', 'Runs that were created without naming an experiment.', 'AVAILABLE', 1796131494066);
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
INSERT INTO runs VALUES ('86370a67-f07a-4f3a-81b9-606e8f850339', '', 'root', 1796131494066, 'c22224da-0270-4e73-828c-a059ee5d4cfd', 'kept', '', 'AVAILABLE', NULL, NULL, NULL, '2866fda5509f889883698da7f897d8779d3b35b8b92a015a3c96a8d3fc719e83', 'upgrade', '{}', '', '', 'SUCCEEDED', '', '', '[{"atMs":1796131494066,"state":"PENDING"},{"atMs":1796131494076,"state":"RUNNING"},{"atMs":1796131494206,"state":"SUCCEEDED"}]', 1796131494066, 1796131494076, 1796131494206, 0);
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
  , cache_miss TEXT, tried_since_ms INTEGER, earlier_pods TEXT);
INSERT INTO tasks VALUES ('aa1418c9-7bd3-8720-8940-bd1e0193d21f', '', 'root', 1796131494076, '86370a67-f07a-4f3a-81b9-606e8f850339', NULL, 'root', 'kept', 'root', 'root', 'ROOT', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1796131494076,"state":"WAITING"},{"atMs":1796131494076,"state":"RUNNING"},{"atMs":1796131494206,"state":"SUCCEEDED"}]', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{}}', 1796131494076, 1796131494206, NULL, NULL, NULL);
INSERT INTO tasks VALUES ('585701c7-9383-8193-a2e0-97be288166e3', '', 'root', 1796131494076, '86370a67-f07a-4f3a-81b9-606e8f850339', 'aa1418c9-7bd3-8720-8940-bd1e0193d21f', 'one', 'one', 'root.one', 'comp-one', 'RUNTIME', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1796131494076,"state":"WAITING"},{"atMs":1796131494076,"state":"PENDING","message":"waiting for its Pod to start"},{"atMs":1796131494143,"state":"RUNNING"},{"atMs":1796131494162,"state":"SUCCEEDED"}]', 0, NULL, 'upgrade-one-w66s44bvh7', '89ab3fb1-13d1-4c57-9f0e-53d1cdef98b4', 'kubeflow', 0, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{"executor-logs":["0cac03a4-d992-81c0-bab3-294f78c493b9"]}}', 1796131494143, 1796131494162, NULL, NULL, NULL);
INSERT INTO tasks VALUES ('275c5107-d429-8672-a87e-2195deb8bab1', '', 'root', 1796131494076, '86370a67-f07a-4f3a-81b9-606e8f850339', 'aa1418c9-7bd3-8720-8940-bd1e0193d21f', 'two', 'two', 'root.two', 'comp-two', 'RUNTIME', NULL, NULL, 'SUCCEEDED', '', '', '[{"atMs":1796131494076,"state":"WAITING"},{"atMs":1796131494168,"state":"PENDING","message":"waiting for its Pod to start"},{"atMs":1796131494185,"state":"RUNNING"},{"atMs":1796131494200,"state":"SUCCEEDED"}]', 0, NULL, 'upgrade-two-fqbhvb5vx9', '5c17012f-e37c-4819-9a42-32d93b930c83', 'kubeflow', 0, NULL, NULL, '{"parameters":{},"artifacts":{}}', '{"parameters":{},"artifacts":{"executor-logs":["edf20a15-78da-881c-a311-c9a344cd763f"]}}', 1796131494185, 1796131494200, NULL, NULL, NULL);
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
INSERT INTO artifacts VALUES ('0cac03a4-d992-81c0-bab3-294f78c493b9', '', 'root', 1796131494168, 'executor-logs', 'system.Artifact', '0.0.1', 'minio://mlpipeline/v2/artifacts/upgrade/86370a67-f07a-4f3a-81b9-606e8f850339/one/37f19795-f60c-81e2-afc5-e33bd06caad5/executor-logs-0', '{"pod_uid":"89ab3fb1-13d1-4c57-9f0e-53d1cdef98b4"}', '86370a67-f07a-4f3a-81b9-606e8f850339', '585701c7-9383-8193-a2e0-97be288166e3', 'executor-logs', NULL);
INSERT INTO artifacts VALUES ('edf20a15-78da-881c-a311-c9a344cd763f', '', 'root', 1796131494206, 'executor-logs', 'system.Artifact', '0.0.1', 'minio://mlpipeline/v2/artifacts/upgrade/86370a67-f07a-4f3a-81b9-606e8f850339/two/f9110907-2bda-8e38-890f-1d72fdac324e/executor-logs-0', '{"pod_uid":"5c17012f-e37c-4819-9a42-32d93b930c83"}', '86370a67-f07a-4f3a-81b9-606e8f850339', '275c5107-d429-8672-a87e-2195deb8bab1', 'executor-logs', NULL);
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
CREATE TABLE recurring_runs (
    recurring_run_id TEXT PRIMARY KEY,
    namespace TEXT NOT NULL,
    creator TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    experiment_id TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    spec_sha256 TEXT,
    pipeline_id TEXT,
    pipeline_version_id TEXT,
    parameters TEXT NOT NULL,
    pipeline_root TEXT NOT NULL,
    service_account TEXT NOT NULL,
    trigger TEXT NOT NULL,
    max_concurrency INTEGER NOT NULL,
    no_catchup TEXT NOT NULL,
    status TEXT NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    last_index INTEGER NOT NULL,
    last_strike_ms INTEGER,
    message TEXT NOT NULL
  );
CREATE TABLE log (
     revision INTEGER PRIMARY KEY,
     key TEXT NOT NULL,
     change TEXT NOT NULL,
     previous INTEGER,
     value TEXT NOT NULL
   );
INSERT INTO log VALUES (24, 'namespaces/default', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"default","uid":"84163a9f-bde1-4d13-844e-2a9b13c906d2","creationTimestamp":"2026-12-01T13:24:53Z","labels":{"kubernetes.io/metadata.name":"default"},"managedFields":[{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-12-01T13:24:53Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:kubernetes.io/metadata.name":{}}}}}],"resourceVersion":"24"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (25, 'serviceaccounts/default/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"default","uid":"775673db-a4e8-4a28-bd10-8ae9406a651c","creationTimestamp":"2026-12-01T13:24:53Z","resourceVersion":"25"}}');
INSERT INTO log VALUES (27, 'services/default/kubernetes', 'create', NULL, '{"apiVersion":"v1","kind":"Service","metadata":{"name":"kubernetes","namespace":"default","uid":"964b01e8-e82b-4b18-9f2d-607b94298907","creationTimestamp":"2026-12-01T13:24:53Z","labels":{"component":"apiserver","provider":"kubernetes"},"managedFields":[{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-12-01T13:24:53Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:component":{},"f:provider":{}}},"f:spec":{"f:clusterIP":{},"f:ports":{".":{},"k:{\"port\":443,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}},"f:sessionAffinity":{},"f:type":{},"f:internalTrafficPolicy":{}}}}],"resourceVersion":"27"},"spec":{"clusterIP":"10.96.0.1","ports":[{"name":"https","port":443,"protocol":"TCP","targetPort":443}],"sessionAffinity":"None","type":"ClusterIP","internalTrafficPolicy":"Cluster","clusterIPs":["10.96.0.1"],"ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack"},"status":{"loadBalancer":{}}}');
INSERT INTO log VALUES (36, 'namespaces/kube-node-lease', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kube-node-lease","uid":"9472ee8f-e847-4226-9b47-78aa684e22aa","creationTimestamp":"2026-12-01T13:24:53Z","labels":{"kubernetes.io/metadata.name":"kube-node-lease"},"managedFields":[{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-12-01T13:24:53Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:kubernetes.io/metadata.name":{}}}}}],"resourceVersion":"36"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (37, 'serviceaccounts/kube-node-lease/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"kube-node-lease","uid":"d688894e-aa24-4ec6-b707-d5412e693213","creationTimestamp":"2026-12-01T13:24:53Z","resourceVersion":"37"}}');
INSERT INTO log VALUES (40, 'configmaps/default/kept', 'create', NULL, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kept","namespace":"default","uid":"cdebb7e8-f569-416a-b94f-ec1fcf4bc6cc","creationTimestamp":"2026-12-01T13:24:54Z","managedFields":[{"manager":"node","operation":"Update","apiVersion":"v1","time":"2026-12-01T13:24:54Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:word":{}}}}],"resourceVersion":"40"},"data":{"word":"moon"}}');
INSERT INTO log VALUES (41, 'namespaces/kubeflow', 'create', NULL, '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kubeflow","uid":"3f190f88-64e9-490e-a3e9-1372c4c715e1","creationTimestamp":"2026-12-01T13:24:54Z","labels":{"kubernetes.io/metadata.name":"kubeflow"},"managedFields":[{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-12-01T13:24:54Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:kubernetes.io/metadata.name":{}}}}}],"resourceVersion":"41"},"status":{"phase":"Active"},"spec":{"finalizers":["kubernetes"]}}');
INSERT INTO log VALUES (42, 'serviceaccounts/kubeflow/default', 'create', NULL, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default","namespace":"kubeflow","uid":"16dd3e43-13de-423b-9cf5-dc053cadf2ec","creationTimestamp":"2026-12-01T13:24:54Z","resourceVersion":"42"}}');
INSERT INTO log VALUES (44, 'pods/kubeflow/upgrade-one-w66s44bvh7', 'create', NULL, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-w66s44bvh7","namespace":"kubeflow","uid":"89ab3fb1-13d1-4c57-9f0e-53d1cdef98b4","generation":1,"creationTimestamp":"2026-12-01T13:24:54Z","labels":{"pipelines.slipway.dev/run-id":"86370a67-f07a-4f3a-81b9-606e8f850339","pipelines.slipway.dev/task-id":"585701c7-9383-8193-a2e0-97be288166e3"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"86370a67-f07a-4f3a-81b9-606e8f850339\",\"taskId\":\"585701c7-9383-8193-a2e0-97be288166e3\",\"attempt\":0,\"tries\":[0,0,0],\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/86370a67-f07a-4f3a-81b9-606e8f850339/one/37f19795-f60c-81e2-afc5-e33bd06caad5\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/86370a67-f07a-4f3a-81b9-606e8f850339/one/37f19795-f60c-81e2-afc5-e33bd06caad5/output_metadata.json\"}"},"managedFields":[{"manager":"slipway-engine","operation":"Update","apiVersion":"v1","time":"2026-12-01T13:24:54Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:pipelines.slipway.dev/run-id":{},"f:pipelines.slipway.dev/task-id":{}},"f:annotations":{".":{},"f:pipelines.kubeflow.org/run_name":{},"f:slipway.dev/step":{}}},"f:spec":{"f:restartPolicy":{},"f:nodeName":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"KFP_POD_NAME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"KFP_POD_UID\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"KFP_RUN_ID\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NAMESPACE\"}":{".":{},"f:name":{},"f:value":{}}},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:imagePullPolicy":{}}},"f:dnsPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:serviceAccountName":{},"f:serviceAccount":{},"f:enableServiceLinks":{}}}}],"resourceVersion":"44"},"spec":{"restartPolicy":"Never","nodeName":"machine","automountServiceAccountToken":false,"containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-w66s44bvh7"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"86370a67-f07a-4f3a-81b9-606e8f850339"},{"name":"NAMESPACE","value":"kubeflow"}],"resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Pending","qosClass":"BestEffort"}}');
INSERT INTO log VALUES (45, 'pods/kubeflow/upgrade-two-fqbhvb5vx9', 'create', NULL, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-fqbhvb5vx9","namespace":"kubeflow","uid":"5c17012f-e37c-4819-9a42-32d93b930c83","generation":1,"creationTimestamp":"2026-12-01T13:24:54Z","labels":{"pipelines.slipway.dev/run-id":"86370a67-f07a-4f3a-81b9-606e8f850339","pipelines.slipway.dev/task-id":"275c5107-d429-8672-a87e-2195deb8bab1"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"86370a67-f07a-4f3a-81b9-606e8f850339\",\"taskId\":\"275c5107-d429-8672-a87e-2195deb8bab1\",\"attempt\":0,\"tries\":[0,0,0],\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/86370a67-f07a-4f3a-81b9-606e8f850339/two/f9110907-2bda-8e38-890f-1d72fdac324e\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/86370a67-f07a-4f3a-81b9-606e8f850339/two/f9110907-2bda-8e38-890f-1d72fdac324e/output_metadata.json\"}"},"managedFields":[{"manager":"slipway-engine","operation":"Update","apiVersion":"v1","time":"2026-12-01T13:24:54Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:pipelines.slipway.dev/run-id":{},"f:pipelines.slipway.dev/task-id":{}},"f:annotations":{".":{},"f:pipelines.kubeflow.org/run_name":{},"f:slipway.dev/step":{}}},"f:spec":{"f:restartPolicy":{},"f:nodeName":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"KFP_POD_NAME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"KFP_POD_UID\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"KFP_RUN_ID\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NAMESPACE\"}":{".":{},"f:name":{},"f:value":{}}},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:imagePullPolicy":{}}},"f:dnsPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:serviceAccountName":{},"f:serviceAccount":{},"f:enableServiceLinks":{}}}}],"resourceVersion":"45"},"spec":{"restartPolicy":"Never","nodeName":"machine","automountServiceAccountToken":false,"containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-fqbhvb5vx9"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"86370a67-f07a-4f3a-81b9-606e8f850339"},{"name":"NAMESPACE","value":"kubeflow"}],"resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Pending","qosClass":"BestEffort"}}');
INSERT INTO log VALUES (46, 'pods/kubeflow/upgrade-one-w66s44bvh7', 'update', 44, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-one-w66s44bvh7","namespace":"kubeflow","uid":"89ab3fb1-13d1-4c57-9f0e-53d1cdef98b4","generation":1,"creationTimestamp":"2026-12-01T13:24:54Z","labels":{"pipelines.slipway.dev/run-id":"86370a67-f07a-4f3a-81b9-606e8f850339","pipelines.slipway.dev/task-id":"585701c7-9383-8193-a2e0-97be288166e3"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"86370a67-f07a-4f3a-81b9-606e8f850339\",\"taskId\":\"585701c7-9383-8193-a2e0-97be288166e3\",\"attempt\":0,\"tries\":[0,0,0],\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/86370a67-f07a-4f3a-81b9-606e8f850339/one/37f19795-f60c-81e2-afc5-e33bd06caad5\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/86370a67-f07a-4f3a-81b9-606e8f850339/one/37f19795-f60c-81e2-afc5-e33bd06caad5/output_metadata.json\"}"},"resourceVersion":"46","managedFields":[{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-12-01T13:24:54Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:phase":{},"f:hostIP":{},"f:hostIPs":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"127.0.0.1\"}":{".":{},"f:ip":{}}},"f:startTime":{},"f:conditions":{".":{},"k:{\"type\":\"PodReadyToStartContainers\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"Initialized\"}":{".":{},"f:reason":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:reason":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"ContainersReady\"}":{".":{},"f:reason":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"PodScheduled\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}}},"f:containerStatuses":{}}},"subresource":"status"},{"manager":"slipway-engine","operation":"Update","apiVersion":"v1","time":"2026-12-01T13:24:54Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:pipelines.slipway.dev/run-id":{},"f:pipelines.slipway.dev/task-id":{}},"f:annotations":{".":{},"f:pipelines.kubeflow.org/run_name":{},"f:slipway.dev/step":{}}},"f:spec":{"f:restartPolicy":{},"f:nodeName":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"KFP_POD_NAME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"KFP_POD_UID\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"KFP_RUN_ID\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NAMESPACE\"}":{".":{},"f:name":{},"f:value":{}}},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:imagePullPolicy":{}}},"f:dnsPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:serviceAccountName":{},"f:serviceAccount":{},"f:enableServiceLinks":{}}}}]},"spec":{"restartPolicy":"Never","nodeName":"machine","automountServiceAccountToken":false,"containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo one"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-one-w66s44bvh7"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"86370a67-f07a-4f3a-81b9-606e8f850339"},{"name":"NAMESPACE","value":"kubeflow"}],"resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Succeeded","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-12-01T13:24:54Z","conditions":[{"type":"PodReadyToStartContainers","status":"False","lastTransitionTime":"2026-12-01T13:24:54Z"},{"reason":"PodCompleted","type":"Initialized","status":"True","lastTransitionTime":"2026-12-01T13:24:54Z"},{"reason":"PodCompleted","type":"Ready","status":"False","lastTransitionTime":"2026-12-01T13:24:54Z"},{"reason":"PodCompleted","type":"ContainersReady","status":"False","lastTransitionTime":"2026-12-01T13:24:54Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-12-01T13:24:54Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://89ab3fb1-13d1-4c57-9f0e-53d1cdef98b4/main/0","ready":false,"started":false,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed","startedAt":"2026-12-01T13:24:54Z","containerID":"slipway://89ab3fb1-13d1-4c57-9f0e-53d1cdef98b4/main/0","finishedAt":"2026-12-01T13:24:54Z"}},"lastState":{}}]}}');
INSERT INTO log VALUES (47, 'pods/kubeflow/upgrade-two-fqbhvb5vx9', 'update', 45, '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"upgrade-two-fqbhvb5vx9","namespace":"kubeflow","uid":"5c17012f-e37c-4819-9a42-32d93b930c83","generation":1,"creationTimestamp":"2026-12-01T13:24:54Z","labels":{"pipelines.slipway.dev/run-id":"86370a67-f07a-4f3a-81b9-606e8f850339","pipelines.slipway.dev/task-id":"275c5107-d429-8672-a87e-2195deb8bab1"},"annotations":{"pipelines.kubeflow.org/run_name":"kept","slipway.dev/step":"{\"version\":1,\"runId\":\"86370a67-f07a-4f3a-81b9-606e8f850339\",\"taskId\":\"275c5107-d429-8672-a87e-2195deb8bab1\",\"attempt\":0,\"tries\":[0,0,0],\"inputArtifacts\":[],\"taskRootUri\":\"minio://mlpipeline/v2/artifacts/upgrade/86370a67-f07a-4f3a-81b9-606e8f850339/two/f9110907-2bda-8e38-890f-1d72fdac324e\",\"outputArtifacts\":[],\"outputParameters\":[],\"executorOutputPath\":\"/minio/mlpipeline/v2/artifacts/upgrade/86370a67-f07a-4f3a-81b9-606e8f850339/two/f9110907-2bda-8e38-890f-1d72fdac324e/output_metadata.json\"}"},"resourceVersion":"47","managedFields":[{"manager":"slipway","operation":"Update","apiVersion":"v1","time":"2026-12-01T13:24:54Z","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:phase":{},"f:hostIP":{},"f:hostIPs":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"127.0.0.1\"}":{".":{},"f:ip":{}}},"f:startTime":{},"f:conditions":{".":{},"k:{\"type\":\"PodReadyToStartContainers\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"Initialized\"}":{".":{},"f:reason":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:reason":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"ContainersReady\"}":{".":{},"f:reason":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}},"k:{\"type\":\"PodScheduled\"}":{".":{},"f:type":{},"f:status":{},"f:lastTransitionTime":{}}},"f:containerStatuses":{}}},"subresource":"status"},{"manager":"slipway-engine","operation":"Update","apiVersion":"v1","time":"2026-12-01T13:24:54Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:pipelines.slipway.dev/run-id":{},"f:pipelines.slipway.dev/task-id":{}},"f:annotations":{".":{},"f:pipelines.kubeflow.org/run_name":{},"f:slipway.dev/step":{}}},"f:spec":{"f:restartPolicy":{},"f:nodeName":{},"f:automountServiceAccountToken":{},"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:image":{},"f:command":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"KFP_POD_NAME\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"KFP_POD_UID\"}":{".":{},"f:name":{},"f:valueFrom":{".":{},"f:fieldRef":{}}},"k:{\"name\":\"KFP_RUN_ID\"}":{".":{},"f:name":{},"f:value":{}},"k:{\"name\":\"NAMESPACE\"}":{".":{},"f:name":{},"f:value":{}}},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:imagePullPolicy":{}}},"f:dnsPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:serviceAccountName":{},"f:serviceAccount":{},"f:enableServiceLinks":{}}}}]},"spec":{"restartPolicy":"Never","nodeName":"machine","automountServiceAccountToken":false,"containers":[{"name":"main","image":"busybox:1.36","command":["sh","-c"],"args":["echo two"],"env":[{"name":"KFP_POD_NAME","value":"upgrade-two-fqbhvb5vx9"},{"name":"KFP_POD_UID","valueFrom":{"fieldRef":{"fieldPath":"metadata.uid","apiVersion":"v1"}}},{"name":"KFP_RUN_ID","value":"86370a67-f07a-4f3a-81b9-606e8f850339"},{"name":"NAMESPACE","value":"kubeflow"}],"resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30,"serviceAccountName":"default","serviceAccount":"default","enableServiceLinks":true,"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Succeeded","qosClass":"BestEffort","hostIP":"127.0.0.1","hostIPs":[{"ip":"127.0.0.1"}],"podIP":"127.0.0.1","podIPs":[{"ip":"127.0.0.1"}],"startTime":"2026-12-01T13:24:54Z","conditions":[{"type":"PodReadyToStartContainers","status":"False","lastTransitionTime":"2026-12-01T13:24:54Z"},{"reason":"PodCompleted","type":"Initialized","status":"True","lastTransitionTime":"2026-12-01T13:24:54Z"},{"reason":"PodCompleted","type":"Ready","status":"False","lastTransitionTime":"2026-12-01T13:24:54Z"},{"reason":"PodCompleted","type":"ContainersReady","status":"False","lastTransitionTime":"2026-12-01T13:24:54Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-12-01T13:24:54Z"}],"containerStatuses":[{"name":"main","image":"busybox:1.36","imageID":"busybox:1.36","containerID":"slipway://5c17012f-e37c-4819-9a42-32d93b930c83/main/0","ready":false,"started":false,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed","startedAt":"2026-12-01T13:24:54Z","containerID":"slipway://5c17012f-e37c-4819-9a42-32d93b930c83/main/0","finishedAt":"2026-12-01T13:24:54Z"}},"lastState":{}}]}}');
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
CREATE INDEX recurring_runs_created ON recurring_runs (created_at_ms, recurring_run_id);
CREATE INDEX recurring_runs_namespace ON recurring_runs (namespace, created_at_ms, recurring_run_id);
CREATE INDEX recurring_runs_experiment ON recurring_runs (experiment_id, created_at_ms, recurring_run_id);
CREATE INDEX recurring_runs_spec ON recurring_runs (spec_sha256) WHERE spec_sha256 IS NOT NULL;
CREATE INDEX runs_recurring ON runs (recurring_run_id, created_at_ms, run_id) WHERE recurring_run_id IS NOT NULL;
