// Uploaded pipelines and their versions to choose from.
import { useQuery } from '@tanstack/react-query';
import { KFP, path, query, request } from '../../api/client.ts';
import type { PipelineMessage, VersionSummary } from '../../api/messages.ts';
import { useSearch } from '../../frame/address.ts';
import { Select } from '../../ui/select.tsx';
import type { RunSource } from './run-source.ts';

/** The server's largest page. */
const PAGE_SIZE = 200;
/** More could not be looked through in a menu. */
const CHOICE_COUNT_MAX = 2_000;

export function PipelineChoice({ source, onChoose }: { readonly source: RunSource | undefined; readonly onChoose: () => void }) {
  const [search, setSearch] = useSearch();
  const pipelines = useQuery({
    queryKey: ['pipeline-choice'],
    queryFn: ({ signal }) => newestOf<PipelineMessage>(`${KFP}/pipelines`, 'pipelines', signal),
    staleTime: 0,
  });
  const pipelineId = search['pipelineId'] ?? source?.reference?.pipeline_id ?? '';
  const versions = useQuery({
    queryKey: ['version-choice', pipelineId],
    queryFn: ({ signal }) => newestOf<VersionSummary>(KFP + path`/pipelines/${pipelineId}/versions`, 'pipeline_versions', signal, { view: 'SUMMARY' }),
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

async function newestOf<Row>(address: string, field: string, signal: AbortSignal, parameters: Readonly<Record<string, string>> = {}): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let token: string | undefined;
  do {
    const page = await request<Record<string, unknown>>(address + query({ page_size: PAGE_SIZE, sort_by: 'created_at desc', page_token: token, ...parameters }), { signal });
    rows.push(...((page[field] ?? []) as Row[]));
    token = page['next_page_token'] as string | undefined;
  } while (token !== undefined && token !== '' && rows.length < CHOICE_COUNT_MAX);
  return rows;
}
