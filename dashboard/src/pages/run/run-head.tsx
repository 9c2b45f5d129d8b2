// What a run is: name, state, times, where it came from, and what can be done with it.
import { Copy, MoreHorizontal, RotateCw, Square } from 'lucide-react';
import type { ReactNode } from 'react';
import { useExperimentName } from '../../api/experiments.ts';
import type { Run } from '../../api/messages.ts';
import { useRecurringRunName } from '../../api/recurring-runs.ts';
import { useNavigate } from '../../frame/address.ts';
import { timeMs } from '../../frame/time-text.ts';
import { paths } from '../../paths.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Link } from '../../ui/link.tsx';
import { Menu } from '../../ui/menu.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { StateBadge } from '../../ui/state-icon.tsx';
import { lookOf } from '../../ui/states.ts';
import { Ago, Duration } from '../../ui/time.tsx';
import { RUN_ACTIONS } from '../runs/run-actions.ts';
import { useRunChange } from '../runs/use-run-change.tsx';
import { menuItems } from '../runs/run-columns.tsx';
import { titleOf, type TaskTree } from './task-tree.ts';
import styles from './run-page.module.css';

export function RunHead({ run, tree, children }: { readonly run: Run; readonly tree: TaskTree; readonly children: ReactNode }) {
  const navigate = useNavigate();
  const change = useRunChange((verb) => verb === 'delete' && navigate(paths.runs()));
  const root = tree.byPath.get('root');
  const { total, ended } = root === undefined ? { total: 0, ended: 0 } : tree.countOf(root);
  const isPossible = (verb: 'terminate' | 'retry') => RUN_ACTIONS[verb].refusal(run) === undefined;
  return (
    <PageHead
      title={run.display_name ?? ''}
      trail={[{ title: 'Runs', to: paths.runs() }]}
      mark={<StateBadge state={run.state} isStrong />}
      actions={
        <>
          {isPossible('retry') && (
            <Button icon={<RotateCw size={14} aria-hidden="true" />} onClick={() => change.ask('retry', [run])}>
              Retry
            </Button>
          )}
          {isPossible('terminate') && (
            <Button icon={<Square size={13} aria-hidden="true" />} onClick={() => change.ask('terminate', [run])}>
              Terminate
            </Button>
          )}
          <ButtonLink to={paths.newRun({ cloneFromRun: run.run_id ?? '' })} icon={<Copy size={14} aria-hidden="true" />}>
            Clone
          </ButtonLink>
          <Menu label="More actions" items={menuItems(run, change.ask, navigate).filter(({ title }) => title !== 'Clone')}>
            <MoreHorizontal size={16} aria-hidden="true" />
          </Menu>
        </>
      }
    >
      <div className={styles['bar']}>
        {children}
        <Fact name="Steps">{total === 0 ? '–' : ended === total ? total.toLocaleString('en') : `${ended.toLocaleString('en')} of ${total.toLocaleString('en')}`}</Fact>
        <Fact name="Duration">
          <Duration from={run.started_at ?? run.created_at} to={timeMs(run.finished_at) === undefined ? undefined : run.finished_at} />
        </Fact>
        <Fact name="Created">
          <Ago at={run.created_at} />
        </Fact>
        <Origin run={run} />
      </div>
      {run.state_message === undefined ? null : (
        <p className={styles['summary']} data-tone={lookOf(run.state).tone}>
          {run.state_message} <FailedStep run={run} tree={tree} />
        </p>
      )}
      <HeldStep run={run} tree={tree} />
      {change.dialog}
    </PageHead>
  );
}

/** Where the reason is: one click from the sentence to the lines that the step wrote. */
function FailedStep({ run, tree }: { readonly run: Run; readonly tree: TaskTree }) {
  const task = run.state === 'FAILED' ? tree.firstFailed() : undefined;
  if (task?.scope_path === undefined) return null;
  return <Link to={paths.step(run.run_id ?? '', task.scope_path, { tab: 'log' })}>{`See the log of ${titleOf(task)}`}</Link>;
}

/** What nobody sees who does not open the step: inside of a group, or beside others that run. */
function HeldStep({ run, tree }: { readonly run: Run; readonly tree: TaskTree }) {
  const task = run.state === 'RUNNING' ? tree.firstHeld() : undefined;
  if (task?.scope_path === undefined) return null;
  return (
    <p className={styles['summary']} data-tone="warn">
      <Link to={paths.step(run.run_id ?? '', task.scope_path)}>{titleOf(task)}</Link> waits: {task.status_metadata?.message}
    </p>
  );
}

function Origin({ run }: { readonly run: Run }) {
  const { pipeline_id: pipelineId, pipeline_version_id: versionId } = run.pipeline_version_reference ?? {};
  const experimentId = run.experiment_id ?? '';
  const experimentName = useExperimentName(experimentId);
  const recurringRunId = run.recurring_run_id ?? '';
  const recurringRunName = useRecurringRunName(recurringRunId);
  return (
    <>
      <Fact name="Experiment">
        <Link to={paths.experiment(experimentId)}>{experimentName ?? experimentId}</Link>
      </Fact>
      <Fact name="Pipeline">{pipelineId !== undefined && versionId !== undefined ? <Link to={paths.pipelineVersion(pipelineId, versionId)}>{run.pipeline_name}</Link> : run.pipeline_name}</Fact>
      {recurringRunId === '' ? null : (
        <Fact name="Recurring run">
          <Link to={paths.recurringRun(recurringRunId)}>{recurringRunName ?? recurringRunId}</Link>
        </Fact>
      )}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <span className={styles['fact']}>
      <span>{name}</span>
      <span>{children}</span>
    </span>
  );
}
