// One version of a pipeline: its graph, its versions, its IR.
import { FileUp, MoreHorizontal, Play } from 'lucide-react';
import { useState } from 'react';
import type { PipelineMessage, VersionSummary } from '../../api/messages.ts';
import { deleteVersion, usePipeline, useVersion, useVersions } from '../../api/pipelines.ts';
import { useNavigate, usePathParameter, useSearch } from '../../frame/address.ts';
import { irOf } from '../../graph/ir.ts';
import { paths } from '../../paths.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LazyCodeViewer } from '../../ui/lazy-code-viewer.tsx';
import { Menu } from '../../ui/menu.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { useQuestion } from '../../ui/question.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Ago } from '../../ui/time.tsx';
import { useFileDrop } from './file-drop.ts';
import { deleteItem } from './pipelines-page.tsx';
import { StaticGraph } from './static-graph.tsx';
import { UploadDialog } from './upload-dialog.tsx';
import { VersionTable } from './version-table.tsx';
import styles from './pipelines.module.css';

const TRAIL = [{ title: 'Pipelines', to: paths.pipelines() }];

export function PipelinePage() {
  const pipelineId = usePathParameter('pipelineId');
  const pipeline = usePipeline(pipelineId);
  const versions = useVersions(pipelineId);
  const failure = pipeline.error ?? versions.error;
  if (failure !== null) {
    return (
      <>
        <PageHead title="Pipeline" trail={TRAIL} />
        <ErrorState title="This pipeline can not be shown" error={failure} />
      </>
    );
  }
  if (pipeline.data === undefined || !versions.isSuccess) return <PageHead title="" trail={TRAIL} />;
  return <Pipeline pipeline={pipeline.data} versions={versions} />;
}

interface PipelineProps {
  readonly pipeline: PipelineMessage;
  readonly versions: ReturnType<typeof useVersions>;
}

function Pipeline({ pipeline, versions }: PipelineProps) {
  const { pipeline_id: pipelineId = '', display_name: name = '', description } = pipeline;
  // Without one in the address the newest is shown.
  const wanted = usePathParameter('versionId');
  const shown = wanted === '' ? versions.rows[0] : versions.rows.find(({ pipeline_version_id: id }) => id === wanted);
  const [uploading, setUploading] = useState<{ readonly file: File | undefined }>();
  const { isOver, handlers } = useFileDrop((file) => setUploading({ file }));
  return (
    <div className={styles['page']} {...handlers}>
      <PageHead
        title={name}
        trail={TRAIL}
        facts={<Facts description={description} version={shown} versionCount={versions.totalSize} />}
        actions={<Actions pipeline={pipeline} version={shown} onUpload={() => setUploading({ file: undefined })} />}
      />
      {shown === undefined ? <NoVersion isWanted={wanted !== ''} onUpload={() => setUploading({ file: undefined })} /> : <VersionTabs pipelineId={pipelineId} version={shown} versions={versions} />}
      {isOver ? <p className={styles['over']}>Drop the file to upload a version</p> : null}
      {uploading === undefined ? null : <UploadDialog pipeline={{ id: pipelineId, name }} file={uploading.file} onClose={() => setUploading(undefined)} />}
    </div>
  );
}

function Facts({ description, version, versionCount }: { readonly description: string | undefined; readonly version: VersionSummary | undefined; readonly versionCount: number }) {
  return (
    <>
      {description === undefined ? null : <span>{description}</span>}
      {version === undefined ? null : (
        <span>
          version <strong>{version.display_name}</strong>, uploaded <Ago at={version.created_at} />
        </span>
      )}
      <span>{versionCount === 1 ? '1 version' : `${versionCount.toLocaleString('en')} versions`}</span>
    </>
  );
}

function Actions({ pipeline, version, onUpload }: { readonly pipeline: PipelineMessage; readonly version: VersionSummary | undefined; readonly onUpload: () => void }) {
  const { pipeline_id: pipelineId = '' } = pipeline;
  const navigate = useNavigate();
  const { ask, dialog } = useQuestion();
  const { pipeline_version_id: versionId = '', display_name: versionName = '' } = version ?? {};
  const deleteThisVersion = {
    title: 'Delete this version',
    isDangerous: true,
    onChoose: () =>
      ask({
        title: `Delete the version “${versionName}”?`,
        text: 'It is gone for good. Runs keep the pipeline that they were made from.',
        verb: 'Delete',
        act: () => deleteVersion(pipelineId, versionId),
        done: `Deleted: ${versionName}`,
        onDone: () => navigate(paths.pipeline(pipelineId)),
      }),
  };
  return (
    <>
      <Menu label="Actions for this pipeline" items={[...(version === undefined ? [] : [deleteThisVersion]), deleteItem(pipeline, ask, () => navigate(paths.pipelines()))]}>
        <MoreHorizontal size={16} aria-hidden="true" />
      </Menu>
      <Button icon={<FileUp size={15} aria-hidden="true" />} onClick={onUpload}>
        Upload version
      </Button>
      {version === undefined ? null : (
        <ButtonLink kind="primary" to={paths.newRun({ pipelineId, pipelineVersionId: versionId })} icon={<Play size={14} aria-hidden="true" />}>
          Create run
        </ButtonLink>
      )}
      {dialog}
    </>
  );
}

interface VersionTabsProps {
  readonly pipelineId: string;
  readonly version: VersionSummary;
  readonly versions: ReturnType<typeof useVersions>;
}

function VersionTabs({ pipelineId, version, versions }: VersionTabsProps) {
  const [{ tab = 'graph' }, setSearch] = useSearch();
  const whole = useVersion(pipelineId, version.pipeline_version_id);
  if (whole.isError) return <ErrorState title="This version can not be shown" error={whole.error} onRetry={() => void whole.refetch()} />;
  const { pipeline_spec: spec } = whole.data ?? {};
  return (
    <Tabs
      label="Parts of the pipeline"
      isOfPage
      shown={tab}
      onShow={(next) => setSearch({ tab: next === 'graph' ? undefined : next })}
      tabs={[
        { id: 'graph', title: 'Graph', content: () => (spec === undefined ? null : <StaticGraph key={version.pipeline_version_id} ir={irOf(spec)} />) },
        { id: 'versions', title: 'Versions', content: () => <VersionTable pipelineId={pipelineId} shownId={version.pipeline_version_id ?? ''} versions={versions} /> },
        { id: 'ir', title: 'YAML', content: () => (spec === undefined ? null : <LazyCodeViewer label="The compiled pipeline" value={spec} />) },
      ]}
    />
  );
}

function NoVersion({ isWanted, onUpload }: { readonly isWanted: boolean; readonly onUpload: () => void }) {
  return (
    <EmptyState title={isWanted ? 'This version is gone' : 'No versions yet'} actions={<Button onClick={onUpload}>Upload a version</Button>}>
      {isWanted ? 'It was deleted. Runs keep the pipeline that they were made from.' : 'A pipeline is run from one of its versions. Drop a compiled pipeline on this page to make the first.'}
    </EmptyState>
  );
}
