// One run, live: graph or timeline, and a panel for the chosen step. What is shown is in the address: `in` is the opened level,
// `step` the chosen one, both as scope paths; `view` and `tab` are what they say.
import { useMemo } from 'react';
import { ApiError } from '../../api/client.ts';
import type { Run, Task } from '../../api/messages.ts';
import { useRun } from '../../api/run.ts';
import { usePathParameter, useSearch } from '../../frame/address.ts';
import { irOf } from '../../graph/ir.ts';
import { paths } from '../../paths.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Segments } from '../../ui/segments.tsx';
import { RunDetails } from './run-details.tsx';
import { RunGraph } from './run-graph.tsx';
import { RunHead } from './run-head.tsx';
import { StepPanel } from './step-panel.tsx';
import { treeOf } from './task-tree.ts';
import { Timeline } from './timeline.tsx';
import styles from './run-page.module.css';

const TRAIL = [{ title: 'Runs', to: paths.runs() }];

const VIEWS = [
  { value: '', title: 'Graph' },
  { value: 'timeline', title: 'Timeline' },
  { value: 'details', title: 'Details' },
] as const;

export function RunPage() {
  const runId = usePathParameter('runId');
  const live = useRun(runId);
  switch (live.kind) {
    case 'loading':
      return (
        <>
          <PageHead title="" trail={TRAIL} />
          <p role="status" className={styles['reading']}>
            Reading the run …
          </p>
        </>
      );
    case 'failed':
      return (
        <>
          <PageHead title="Run" trail={TRAIL} />
          <ErrorState title={live.error instanceof ApiError && live.error.status === 404 ? 'No such run' : 'The run could not be read'} error={live.error} />
        </>
      );
    case 'deleted':
      return (
        <>
          <PageHead title="Run" trail={TRAIL} />
          <EmptyState title="This run was deleted" actions={<ButtonLink to={paths.runs()}>See all runs</ButtonLink>}>
            Nothing of it can be shown any more.
          </EmptyState>
        </>
      );
    case 'ready':
      return <ReadyRun run={live.run} tasks={live.tasks} />;
  }
}

function ReadyRun({ run, tasks }: { readonly run: Run; readonly tasks: ReadonlyMap<string, Task> }) {
  const [search, setSearch] = useSearch();
  const spec = run.pipeline_spec;
  const ir = useMemo(() => irOf(spec), [spec]);
  const tree = useMemo(() => treeOf(tasks.values()), [tasks]);
  const { view = '', step } = search;
  return (
    <>
      <RunHead run={run} tree={tree}>
        <Segments label="View" options={VIEWS} value={view} onChange={(next) => setSearch({ view: next })} />
      </RunHead>
      <div className={styles['body']}>
        {view === 'timeline' ? (
          <Timeline run={run} tree={tree} selected={step} onSelect={(path) => setSearch({ step: path })} />
        ) : view === 'details' ? (
          <RunDetails run={run} ir={ir} />
        ) : (
          <RunGraph ir={ir} tree={tree} />
        )}
        {step === undefined || view === 'details' ? null : <StepPanel key={step} run={run} ir={ir} tree={tree} path={step} />}
      </div>
    </>
  );
}
