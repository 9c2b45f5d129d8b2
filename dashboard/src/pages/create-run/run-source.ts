// What a new run is made of: another run, a version of a pipeline, or a file.
import { useQuery } from '@tanstack/react-query';
import { ApiError, KFP, path, query, request } from '../../api/client.ts';
import type { JsonObject, PipelineVersionMessage, Run } from '../../api/messages.ts';

export interface RunSource {
  /** To tell one from the next: fields start anew with another source. */
  readonly key: string;
  readonly title: string;
  readonly spec: JsonObject;
  /** Undefined: the pipeline itself is sent. */
  readonly reference?: { readonly pipeline_id: string; readonly pipeline_version_id: string };
  readonly parameters?: JsonObject;
  readonly experimentId?: string;
  readonly pipelineRoot?: string | undefined;
  readonly serviceAccount?: string | undefined;
  /** Of the new run. */
  readonly name: string;
  /** Of a new recurring run, to which its runs add their numbers. */
  readonly recurringName: string;
}

export type SourceRead = { readonly kind: 'none' } | { readonly kind: 'loading' } | { readonly kind: 'failed'; readonly error: unknown } | { readonly kind: 'ready'; readonly source: RunSource };

interface SourceSearch {
  readonly cloneFromRun?: string;
  readonly pipelineId?: string;
  readonly pipelineVersionId?: string;
}

/** As the address says. Without a version the newest of the pipeline is meant. */
export function useSource({ cloneFromRun = '', pipelineId = '', pipelineVersionId = '' }: SourceSearch): SourceRead {
  const isNamed = cloneFromRun !== '' || pipelineId !== '';
  const read = useQuery({
    queryKey: ['run-source', cloneFromRun, pipelineId, pipelineVersionId],
    queryFn: ({ signal }) => (cloneFromRun === '' ? readVersion(pipelineId, pipelineVersionId, signal) : readRun(cloneFromRun, signal)),
    enabled: isNamed,
  });
  if (!isNamed) return { kind: 'none' };
  if (read.error !== null) return { kind: 'failed', error: read.error };
  return read.data === undefined ? { kind: 'loading' } : { kind: 'ready', source: read.data };
}

async function readRun(runId: string, signal: AbortSignal): Promise<RunSource> {
  const run = await request<Run>(KFP + path`/runs/${runId}`, { signal });
  const reference = run.pipeline_version_reference;
  const { pipeline_id: pipelineId, pipeline_version_id: versionId } = reference ?? {};
  const version = pipelineId === undefined || versionId === undefined ? undefined : await readVersion(pipelineId, versionId, signal).catch(unlessGone);
  const name = `Clone of ${run.display_name ?? ''}`;
  return {
    key: runId,
    title: run.display_name ?? '',
    spec: run.pipeline_spec ?? version?.spec ?? (await specOf(runId, signal)),
    ...(version?.reference === undefined ? {} : { reference: version.reference }),
    parameters: run.runtime_config?.parameters ?? {},
    pipelineRoot: run.runtime_config?.pipeline_root,
    serviceAccount: run.service_account,
    ...(run.experiment_id === undefined ? {} : { experimentId: run.experiment_id }),
    name,
    recurringName: name,
  };
}

/** The version that a run was made from may be deleted; the run keeps its pipeline. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof ApiError) || error.status !== 404) throw error;
}

async function specOf(runId: string, signal: AbortSignal): Promise<JsonObject> {
  const { pipeline_spec: spec = {} } = await request<Run>(KFP + path`/runs/${runId}` + query({ view: 'FULL' }), { signal });
  return spec;
}

async function readVersion(pipelineId: string, versionId: string, signal: AbortSignal): Promise<RunSource> {
  const versions = KFP + path`/pipelines/${pipelineId}/versions`;
  const version =
    versionId === ''
      ? (await request<{ pipeline_versions?: PipelineVersionMessage[] }>(`${versions}${query({ page_size: 1, sort_by: 'created_at desc' })}`, { signal })).pipeline_versions?.[0]
      : await request<PipelineVersionMessage>(versions + path`/${versionId}`, { signal });
  if (version?.pipeline_version_id === undefined) throw new Error('The pipeline has no version yet: upload one first.');
  const title = version.display_name ?? version.name ?? '';
  return {
    key: version.pipeline_version_id,
    title,
    spec: version.pipeline_spec ?? {},
    reference: { pipeline_id: pipelineId, pipeline_version_id: version.pipeline_version_id },
    name: nameOf(title),
    recurringName: title,
  };
}

/** A compiled pipeline in YAML or JSON, with its platform document when it has one. Throws with a sentence. */
export async function readFile(file: File): Promise<RunSource> {
  const { parseAllDocuments } = await import('yaml');
  const documents = parseAllDocuments(await file.text());
  const [spec, platform] = documents.map((document) => document.toJS() as JsonObject | null);
  if (spec === null || typeof spec !== 'object' || !('pipelineInfo' in spec)) {
    throw new Error(`${file.name} is no compiled pipeline: it has no pipelineInfo. Compile it first: kfp dsl compile --py pipeline.py --output pipeline.yaml`);
  }
  const info = spec['pipelineInfo'] as { readonly name?: string };
  return {
    key: `${file.name}/${file.lastModified}`,
    title: file.name,
    spec: platform === undefined || platform === null ? spec : { pipeline_spec: spec, platform_spec: platform },
    name: nameOf(info.name ?? file.name),
    recurringName: info.name ?? file.name,
  };
}

/** As the kfp SDK names runs. */
function nameOf(pipeline: string): string {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, '0');
  return `${pipeline} ${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}-${two(now.getMinutes())}-${two(now.getSeconds())}`;
}
