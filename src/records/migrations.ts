// The tables of the room, as migrations that only ever grow. Times are milliseconds since the epoch; JSON is text;
// optional fields are NULL. Every row has a namespace and a creator.

export const MIGRATIONS: readonly string[] = [
  `
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
  CREATE UNIQUE INDEX experiments_name ON experiments (display_name, namespace);
  CREATE INDEX experiments_created ON experiments (created_at_ms, experiment_id);
  CREATE INDEX experiments_namespace ON experiments (namespace, created_at_ms, experiment_id);

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
  CREATE UNIQUE INDEX pipelines_name ON pipelines (name, namespace);
  CREATE INDEX pipelines_display_name ON pipelines (display_name);
  CREATE INDEX pipelines_created ON pipelines (created_at_ms, pipeline_id);
  CREATE INDEX pipelines_namespace ON pipelines (namespace, created_at_ms, pipeline_id);

  CREATE TABLE specs (
    sha256 TEXT PRIMARY KEY,
    text TEXT NOT NULL
  );

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
  CREATE UNIQUE INDEX pipeline_versions_name ON pipeline_versions (pipeline_id, name);
  CREATE INDEX pipeline_versions_created ON pipeline_versions (created_at_ms, pipeline_version_id);
  CREATE INDEX pipeline_versions_pipeline ON pipeline_versions (pipeline_id, created_at_ms, pipeline_version_id);
  CREATE INDEX pipeline_versions_spec ON pipeline_versions (spec_sha256);

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
  CREATE INDEX runs_created ON runs (created_at_ms, run_id);
  CREATE INDEX runs_namespace ON runs (namespace, created_at_ms, run_id);
  CREATE INDEX runs_experiment ON runs (experiment_id, created_at_ms, run_id);
  CREATE INDEX runs_pipeline ON runs (pipeline_id, created_at_ms, run_id) WHERE pipeline_id IS NOT NULL;
  CREATE INDEX runs_unfinished ON runs (created_at_ms, run_id) WHERE state IN ('PENDING', 'RUNNING', 'CANCELING');
  CREATE INDEX runs_spec ON runs (spec_sha256);

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
  CREATE INDEX tasks_created ON tasks (created_at_ms, task_id);
  CREATE INDEX tasks_namespace ON tasks (namespace, created_at_ms, task_id);
  CREATE INDEX tasks_run ON tasks (run_id, created_at_ms, task_id);
  CREATE UNIQUE INDEX tasks_path ON tasks (run_id, path);
  CREATE INDEX tasks_cache ON tasks (namespace, cache_fingerprint, finished_at_ms)
    WHERE cache_fingerprint IS NOT NULL AND state = 'SUCCEEDED';

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
  CREATE INDEX artifacts_created ON artifacts (created_at_ms, artifact_id);
  CREATE INDEX artifacts_namespace ON artifacts (namespace, created_at_ms, artifact_id);
  CREATE INDEX artifacts_run ON artifacts (run_id, created_at_ms, artifact_id) WHERE run_id IS NOT NULL;
  CREATE INDEX artifacts_uri ON artifacts (uri, namespace, type, created_at_ms);

  CREATE TABLE metrics (
    run_id TEXT NOT NULL,
    name TEXT NOT NULL,
    artifact_id TEXT NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (run_id, name)
  ) WITHOUT ROWID;
  CREATE INDEX metrics_artifact ON metrics (artifact_id);
  `,
  // Which tasks took an artifact as an input: lineage is asked from the artifact's side, in all runs.
  `
  CREATE TABLE artifact_uses (
    artifact_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    PRIMARY KEY (artifact_id, task_id)
  ) WITHOUT ROWID;
  CREATE INDEX artifact_uses_task ON artifact_uses (task_id);
  INSERT INTO artifact_uses (artifact_id, task_id)
    SELECT DISTINCT item.value, tasks.task_id
    FROM tasks, json_each(tasks.inputs, '$.artifacts') AS input, json_each(input.value) AS item;
  `,
  // Why a step ran although it might have been taken from the cache; earlier runs of a pipeline are looked up by its name.
  `
  ALTER TABLE tasks ADD COLUMN cache_miss TEXT;
  CREATE INDEX runs_pipeline_name ON runs (namespace, pipeline_name, created_at_ms);
  `,
  `CREATE INDEX artifacts_type ON artifacts (type, created_at_ms, artifact_id)`,
  `ALTER TABLE tasks ADD COLUMN tried_since_ms INTEGER`,
  // Pods of earlier tries: their logs can be read.
  `ALTER TABLE tasks ADD COLUMN earlier_pods TEXT`,
  `
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
  CREATE INDEX recurring_runs_created ON recurring_runs (created_at_ms, recurring_run_id);
  CREATE INDEX recurring_runs_namespace ON recurring_runs (namespace, created_at_ms, recurring_run_id);
  CREATE INDEX recurring_runs_experiment ON recurring_runs (experiment_id, created_at_ms, recurring_run_id);
  CREATE INDEX recurring_runs_spec ON recurring_runs (spec_sha256) WHERE spec_sha256 IS NOT NULL;
  CREATE INDEX runs_recurring ON runs (recurring_run_id, created_at_ms, run_id) WHERE recurring_run_id IS NOT NULL;
  `,
];
