// What there is to know about the chosen step: why it is as it is, what went in and came out, its log, its Pod.
import { ChevronRight } from 'lucide-react';
import type { Run, Task } from '../../api/messages.ts';
import { propertiesOf, stateOf } from '../../api/run.ts';
import { useSearch } from '../../frame/address.ts';
import { timeMs } from '../../frame/time-text.ts';
import { componentAt, type Ir } from '../../graph/ir.ts';
import { leafOf } from '../../graph/scope-path.ts';
import { Button } from '../../ui/button.tsx';
import { SidePanel } from '../../ui/side-panel.tsx';
import { StateBadge } from '../../ui/state-icon.tsx';
import { isEnded } from '../../ui/states.ts';
import { Tabs, type Tab } from '../../ui/tabs.tsx';
import { Duration } from '../../ui/time.tsx';
import { LogView } from './log-view.tsx';
import { PodYaml, StepEvents } from './pod-tabs.tsx';
import { ExecutorInput } from './executor-input.tsx';
import { StepOverview } from './step-overview.tsx';
import { isStep, titleOf, type TaskTree } from './task-tree.ts';
import styles from './step-panel.module.css';

interface StepPanelProps {
  readonly run: Run;
  readonly ir: Ir;
  readonly tree: TaskTree;
  /** Scope path of the step; it may not have begun. */
  readonly path: string;
}

export function StepPanel({ run, ir, tree, path }: StepPanelProps) {
  const [{ tab = 'overview' }, setSearch] = useSearch();
  const task = tree.byPath.get(path);
  const component = componentAt(ir, path);
  const close = () => setSearch({ step: undefined, tab: undefined, find: undefined });
  const facts = (
    <>
      {task === undefined ? <p className={styles['facts']}>Not begun</p> : <Facts task={task} />}
      {component?.dag === undefined ? null : (
        <Button onClick={() => setSearch({ in: path, step: undefined, tab: undefined, view: undefined }, { push: true })} icon={<ChevronRight size={14} aria-hidden="true" />}>
          Open its graph
        </Button>
      )}
    </>
  );
  return (
    <SidePanel label={`Step ${leafOf(path)}`} title={task === undefined ? leafOf(path) : titleOf(task)} facts={facts} onClose={close}>
      {task === undefined ? null : <Tabs label="About the step" tabs={tabsOf(run, ir, task)} shown={tab} onShow={(id) => setSearch({ tab: id === 'overview' ? undefined : id, find: undefined })} />}
    </SidePanel>
  );
}

function tabsOf(run: Run, ir: Ir, task: Task): readonly Tab[] {
  const overview = { id: 'overview', title: 'Overview', content: () => <StepOverview run={run} task={task} /> };
  if (!isStep(task) || task.type === 'IMPORTER') return [overview];
  return [
    overview,
    { id: 'log', title: 'Log', content: () => <LogView run={run} task={task} /> },
    { id: 'events', title: 'Events', content: () => <StepEvents task={task} /> },
    { id: 'input', title: 'Executor input', content: () => <ExecutorInput task={task} component={componentAt(ir, task.scope_path ?? '')} /> },
    { id: 'yaml', title: 'YAML', content: () => <PodYaml task={task} /> },
  ];
}

function Facts({ task }: { readonly task: Task }) {
  const { attempt = 0, exit_code: exitCode, started_at: startedAt } = propertiesOf(task);
  const state = stateOf(task);
  const isRun = startedAt !== undefined && state !== 'CACHED' && state !== 'SKIPPED';
  return (
    <p className={styles['facts']}>
      <StateBadge state={state} isStrong />
      {isRun ? <Duration from={startedAt} to={isEnded(state) && timeMs(task.end_time) !== undefined ? task.end_time : undefined} /> : null}
      {attempt > 0 ? <span>try {attempt + 1}</span> : null}
      {exitCode === undefined || exitCode === 0 ? null : <span>exit code {exitCode}</span>}
    </p>
  );
}
