// Uploaded pipelines and their versions to choose from.
import { useQuery } from '@tanstack/react-query';
import { KFP, path, query, request } from '../../api/client.ts';
import type { PipelineMessage, VersionSummary } from '../../api/messages.ts';
import { useSearch } from '../../frame/address.ts';
import { Select } from '../../ui/select.tsx';
import type { RunSource } from './run-source.ts';

const CHOICE_COUNT_MAX = 200;

export function PipelineChoice({ source, onChoose }: { readonly source: RunSource | undefined; readonly onChoose: () => void }) {
  const [search, setSearch] = useSearch();
  const newest = query({ page_size: CHOICE_COUNT_MAX, sort_by: 'created_at desc' });
  const pipelines = useQuery({
    queryKey: ['pipeline-choice'],
    queryFn: async ({ signal }) => (await request<{ pipelines?: PipelineMessage[] }>(`${KFP}/pipelines${newest}`, { signal })).pipelines ?? [],
    staleTime: 0,
  });
  const pipelineId = search['pipelineId'] ?? source?.reference?.pipeline_id ?? '';
  const versions = useQuery({
    queryKey: ['version-choice', pipelineId],
    queryFn: async ({ signal }) => (await request<{ pipeline_versions?: VersionSummary[] }>(`${KFP}${path`/pipelines/${pipelineId}/versions`}${newest}&view=SUMMARY`, { signal })).pipeline_versions ?? [],
    enabled: pipelineId !== '',
    staleTime: 0,
  });
  const choose = (change: Record<string, string | undefined>) => {
    onChoose();
    setSearch({ cloneFromRun: undefined, ...change });
  };
  const other = source === undefined || source.reference !== undefined ? 'Choose a pipeline …' : source.title;
  return (
    <>
      <Select aria-label="Pipeline" value={pipelineId} onChange={(event) => choose({ pipelineId: event.target.value, pipelineVersionId: undefined })}>
        <option value="">{other}</option>
        {pipelines.data?.map(({ pipeline_id: id, display_name: name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
      {pipelineId === '' ? null : (
        <Select aria-label="Version" value={source?.reference?.pipeline_version_id ?? ''} onChange={(event) => choose({ pipelineId, pipelineVersionId: event.target.value })}>
          {versions.data?.map(({ pipeline_version_id: id, display_name: name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </>
  );
}
