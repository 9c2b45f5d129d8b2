// Pipelines and their versions.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KFP, path, query, request } from './client.ts';
import { contains } from './contains.ts';
import { useEvents } from './events.ts';
import { useLiveList } from './live-list.ts';
import type { PipelineMessage, PipelineVersionMessage, VersionSummary } from './messages.ts';
import { applyTold, readAgain } from './told.ts';

const NEWEST_FIRST = 'created_at desc';

export interface PipelineFilter {
  /** A part of the name, in any case. */
  readonly name: string;
  readonly sort: string;
}

export function usePipelines({ name, sort }: PipelineFilter) {
  const predicates = [{ operation: 'IS_SUBSTRING', key: 'display_name', string_value: name }];
  return useLiveList<PipelineMessage>({
    path: `${KFP}/pipelines`,
    field: 'pipelines',
    idField: 'pipeline_id',
    parameters: { sort_by: sort, filter: name === '' ? undefined : JSON.stringify({ predicates }) },
    isListed: ({ display_name: displayName }) => contains(displayName, name),
    isNewestFirst: sort === NEWEST_FIRST,
  });
}

/** Live: a change of it reads it again. */
export function usePipeline(pipelineId: string) {
  const client = useQueryClient();
  const key = ['pipeline', pipelineId];
  useEvents(`${KFP}/pipelines:events`, {
    reset: () => readAgain(client, key),
    changed: (one: PipelineMessage) => void (one.pipeline_id === pipelineId && applyTold(client, key, () => one)),
    deleted: (gone: PipelineMessage) => void (gone.pipeline_id === pipelineId && readAgain(client, key)),
  });
  return useQuery({ queryKey: key, queryFn: ({ signal }) => request<PipelineMessage>(KFP + path`/pipelines/${pipelineId}`, { signal }), staleTime: 0 });
}

/** Read once: nobody renames a pipeline. Undefined until then, and when it is gone. */
export function usePipelineName(pipelineId: string): string | undefined {
  const read = useQuery({
    queryKey: ['pipeline-name', pipelineId],
    queryFn: ({ signal }) => request<PipelineMessage>(KFP + path`/pipelines/${pipelineId}`, { signal }),
    enabled: pipelineId !== '',
  });
  return read.data?.display_name;
}

/** Newest first, without their pipelines. */
export function useVersions(pipelineId: string) {
  return useLiveList<VersionSummary>({
    path: KFP + path`/pipelines/${pipelineId}/versions`,
    field: 'pipeline_versions',
    idField: 'pipeline_version_id',
    parameters: { sort_by: NEWEST_FIRST, view: 'SUMMARY' },
    isListed: () => true,
    isNewestFirst: true,
  });
}

/** With its pipeline, which never changes. */
export function useVersion(pipelineId: string, versionId: string | undefined) {
  return useQuery({
    queryKey: ['version', versionId],
    queryFn: ({ signal }) => request<PipelineVersionMessage>(KFP + path`/pipelines/${pipelineId}/versions/${versionId ?? ''}`, { signal }),
    enabled: versionId !== undefined,
  });
}

interface Upload {
  readonly file: File;
  readonly name: string;
  readonly description: string;
}

export function uploadPipeline({ file, name, description }: Upload): Promise<PipelineMessage> {
  return request<PipelineMessage>(`${KFP}/pipelines/upload${query({ name, description })}`, { method: 'POST', body: formOf(file) });
}

export function uploadVersion(pipelineId: string, { file, name, description }: Upload): Promise<PipelineVersionMessage> {
  return request<PipelineVersionMessage>(`${KFP}/pipelines/upload_version${query({ pipelineid: pipelineId, name, description })}`, { method: 'POST', body: formOf(file) });
}

function formOf(file: File): FormData {
  const form = new FormData();
  form.append('uploadfile', file, file.name);
  return form;
}

/** With its versions; runs keep the pipeline that they were made from. */
export function deletePipeline(pipelineId: string): Promise<unknown> {
  return request(KFP + path`/pipelines/${pipelineId}` + query({ cascade: 'true' }), { method: 'DELETE' });
}

export function deleteVersion(pipelineId: string, versionId: string): Promise<unknown> {
  return request(KFP + path`/pipelines/${pipelineId}/versions/${versionId}`, { method: 'DELETE' });
}
