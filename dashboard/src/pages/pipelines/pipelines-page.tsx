// All pipelines, live. A file that is dropped anywhere on the page is uploaded.
import { FileUp, ListTree, MoreHorizontal } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { PipelineMessage } from '../../api/messages.ts';
import { deletePipeline, usePipelines } from '../../api/pipelines.ts';
import { useNavigate, useSearch } from '../../frame/address.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FilterInput } from '../../ui/filter-input.tsx';
import { Link } from '../../ui/link.tsx';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { useQuestion, type Question } from '../../ui/question.tsx';
import { Ago } from '../../ui/time.tsx';
import { useFileDrop } from './file-drop.ts';
import { UploadDialog } from './upload-dialog.tsx';
import ownStyles from './pipelines.module.css';
import styles from '../../ui/list.module.css';

type Uploading = { readonly file: File | undefined } | undefined;

export function PipelinesPage() {
  const [{ name = '', sort = 'created_at desc' }] = useSearch();
  const pipelines = usePipelines({ name, sort });
  const [uploading, setUploading] = useState<Uploading>();
  const { isOver, handlers } = useFileDrop((file) => setUploading({ file }));
  return (
    <div className={ownStyles['page']} {...handlers}>
      <PageHead
        title="Pipelines"
        mark={<span className={styles['count']}>{pipelines.isSuccess ? pipelines.totalSize.toLocaleString('en') : ''}</span>}
        actions={
          <Button kind="primary" icon={<FileUp size={15} aria-hidden="true" />} onClick={() => setUploading({ file: undefined })}>
            Upload pipeline
          </Button>
        }
      >
        <div role="search" aria-label="Filter the pipelines" className={styles['filters']}>
          <FilterInput name="name" label="Filter by name" />
        </div>
      </PageHead>
      <PipelineTable pipelines={pipelines} isFiltered={name !== ''} sort={sort} onUpload={() => setUploading({ file: undefined })} />
      {isOver ? <p className={ownStyles['over']}>Drop the file to upload it</p> : null}
      {uploading === undefined ? null : <UploadDialog file={uploading.file} onClose={() => setUploading(undefined)} />}
    </div>
  );
}

interface PipelineTableProps {
  readonly pipelines: ReturnType<typeof usePipelines>;
  readonly isFiltered: boolean;
  readonly sort: string;
  readonly onUpload: () => void;
}

function PipelineTable({ pipelines, isFiltered, sort, onUpload }: PipelineTableProps) {
  const [, setSearch] = useSearch();
  const navigate = useNavigate();
  const { ask, dialog } = useQuestion();
  const columns = useMemo(() => columnsWith(ask, navigate), [ask, navigate]);
  const { rows, totalSize, onReach } = pipelines;
  if (pipelines.isError && rows.length === 0) return <ErrorState title="The pipelines could not be read" error={pipelines.error} onRetry={() => void pipelines.refetch()} />;
  if (pipelines.isSuccess && rows.length === 0) {
    return isFiltered ? (
      <EmptyState title="No pipeline is called that">The text is looked for anywhere in the name.</EmptyState>
    ) : (
      <NoPipelines onUpload={onUpload} />
    );
  }
  return (
    <>
      <DataTable<PipelineMessage>
        label="Pipelines"
        columns={columns}
        rowCount={totalSize}
        rowAt={(index) => rows[index]}
        keyOf={(pipeline) => pipeline.pipeline_id ?? ''}
        onOpen={(pipeline) => navigate(paths.pipeline(pipeline.pipeline_id ?? ''))}
        sort={sort}
        onSort={(next) => setSearch({ sort: next })}
        onReach={onReach}
      />
      {dialog}
    </>
  );
}

export function deleteItem({ pipeline_id: id = '', display_name: name = '' }: PipelineMessage, ask: (question: Question) => void, onDone?: () => void): MenuItem {
  return {
    title: 'Delete pipeline',
    isDangerous: true,
    onChoose: () =>
      ask({
        title: `Delete “${name}”?`,
        text: 'The pipeline and all of its versions are gone for good. Runs keep the pipeline that they were made from.',
        verb: 'Delete',
        act: () => deletePipeline(id),
        done: `Deleted: ${name}`,
        ...(onDone === undefined ? {} : { onDone }),
      }),
  };
}

function columnsWith(ask: (question: Question) => void, navigate: (to: string) => void): readonly Column<PipelineMessage>[] {
  return [
    {
      id: 'name',
      title: 'Name',
      width: 'minmax(11rem, 1.5fr)',
      sortBy: 'display_name',
      cell: ({ pipeline_id: id = '', display_name: name }) => (
        <span className={styles['name']}>
          <ListTree size={15} strokeWidth={1.75} aria-hidden="true" />
          <Link to={paths.pipeline(id)}>{name}</Link>
        </span>
      ),
    },
    { id: 'description', title: 'Description', width: 'minmax(10rem, 3fr)', isHiddenOnPhone: true, cell: ({ description }) => <span className={styles['quiet']}>{description}</span> },
    { id: 'created', title: 'Uploaded', width: '8rem', isNumeric: true, sortBy: 'created_at', cell: ({ created_at: at }) => <span className={styles['quiet']}><Ago at={at} /></span> },
    {
      id: 'actions',
      title: '',
      width: '2.875rem',
      cell: (pipeline) => (
        <Menu
          label={`Actions for ${pipeline.display_name}`}
          items={[{ title: 'Create run', onChoose: () => navigate(paths.newRun({ pipelineId: pipeline.pipeline_id ?? '' })) }, deleteItem(pipeline, ask)]}
        >
          <MoreHorizontal size={16} aria-hidden="true" />
        </Menu>
      ),
    },
  ];
}

function NoPipelines({ onUpload }: { readonly onUpload: () => void }) {
  return (
    <EmptyState
      title="No pipelines yet"
      icon={<ListTree size={20} aria-hidden="true" />}
      command="kfp dsl compile --py pipeline.py --output pipeline.yaml"
      actions={<Button onClick={onUpload}>Upload a file</Button>}
    >
      A pipeline that is kept here can be run again and again, by anybody, with other parameters. Compile one, and drop the file on this page:
    </EmptyState>
  );
}
