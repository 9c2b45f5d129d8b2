// A new run: where its pipeline comes from, then a form with what the pipeline asks for.
import { FileUp } from 'lucide-react';
import { useRef, useState } from 'react';
import { toast } from '../../frame/toasts.tsx';
import { useSearch } from '../../frame/address.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { PipelineChoice } from './pipeline-choice.tsx';
import { RunForm } from './run-form.tsx';
import { readFile, useSource, type RunSource } from './run-source.ts';
import styles from './create-run.module.css';

export function CreateRunPage() {
  const [search, setSearch] = useSearch();
  const [file, setFile] = useState<RunSource>();
  const named = useSource(search);
  const source = file ?? (named.kind === 'ready' ? named.source : undefined);
  const take = async (chosen: File | undefined) => {
    if (chosen === undefined) return;
    try {
      setFile(await readFile(chosen));
      setSearch({ cloneFromRun: undefined, pipelineId: undefined, pipelineVersionId: undefined });
    } catch (error) {
      toast('failed', (error as Error).message);
    }
  };
  const onDrop = (event: React.DragEvent) => {
    event.preventDefault();
    void take(event.dataTransfer.files[0]);
  };
  return (
    <div className={styles['page']} onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      <Head isClone={search['cloneFromRun'] !== undefined} isRecurring={search['recurring'] !== undefined} />
      <div className={styles['scroll']}>
        <div className={styles['column']}>
          <section className={styles['source']} aria-label="Pipeline">
            <PipelineChoice source={source} onChoose={() => setFile(undefined)} />
            <FileChoice onFile={(chosen) => void take(chosen)} />
          </section>
          {named.kind === 'failed' && file === undefined ? <ErrorState title="The pipeline could not be read" error={named.error} /> : null}
          {source === undefined ? (
            named.kind === 'none' ? <Hint /> : null
          ) : (
            <RunForm key={source.key} source={source} experimentId={search['experimentId'] ?? source.experimentId} />
          )}
        </div>
      </div>
    </div>
  );
}

function Head({ isClone, isRecurring }: { readonly isClone: boolean; readonly isRecurring: boolean }) {
  if (isRecurring) return <PageHead title="Create recurring run" trail={[{ title: 'Recurring runs', to: paths.recurringRuns() }]} />;
  return <PageHead title={isClone ? 'Clone run' : 'Create run'} trail={[{ title: 'Runs', to: paths.runs() }]} />;
}

function FileChoice({ onFile }: { readonly onFile: (file: File | undefined) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input ref={input} type="file" accept=".yaml,.yml,.json" hidden aria-label="A compiled pipeline" onChange={(event) => onFile(event.target.files?.[0])} />
      <Button icon={<FileUp size={14} aria-hidden="true" />} onClick={() => input.current?.click()}>
        From a file
      </Button>
    </>
  );
}

function Hint() {
  return (
    <div className={styles['hint']}>
      <p>Choose a pipeline that was uploaded before, or drop a compiled one (YAML or JSON) anywhere on this page. A Python file is compiled and run by:</p>
      <Command text="slipway run examples/iris/pipeline.py -p trees=200 --follow" />
    </div>
  );
}
