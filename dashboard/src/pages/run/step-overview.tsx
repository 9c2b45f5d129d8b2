// Why the step is in its state, and what went in and came out.
import { LOG_NAME } from '../../api/artifacts.ts';
import type { ArtifactMessage, Run, Task } from '../../api/messages.ts';
import { propertiesOf, stateOf } from '../../api/run.ts';
import { lookOfType } from '../../artifact-preview/artifact-types.ts';
import { exactTimeText, timeMs } from '../../frame/time-text.ts';
import { paths } from '../../paths.ts';
import { Link } from '../../ui/link.tsx';
import { shellWord } from '../../ui/shell-word.ts';
import { lookOf } from '../../ui/states.ts';
import { Value, Values, type NamedContent } from '../../ui/values.tsx';
import { StepReason } from './step-reason.tsx';
import styles from './step-panel.module.css';

export function StepOverview({ run, task }: { readonly run: Run; readonly task: Task }) {
  const { cached_from_run_id: cachedFromRun, cache_miss: cacheMiss, pod_namespace: namespace } = propertiesOf(task);
  const times = [
    { name: 'Created', at: task.create_time },
    { name: 'Started', at: propertiesOf(task).started_at },
    { name: 'Ended', at: task.end_time },
  ].flatMap(({ name, at }) => (timeMs(at) === undefined ? [] : [{ name, content: exactTimeText(timeMs(at)!) }]));
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label="Overview">
      <StepReason task={task} />
      <Section title="Inputs" values={valuesOf(task.inputs)} empty="It takes none." />
      <Section title="Outputs" values={valuesOf(task.outputs)} empty={outputsMissing(task)} />
      <h3>Facts</h3>
      <Values
        label="Facts"
        values={[
          ...times,
          ...(task.pods?.[0] === undefined ? [] : [{ name: 'Pod', content: <code>{namespace === undefined ? task.pods[0].name : `${namespace}/${task.pods[0].name}`}</code> }]),
          ...(cacheMiss === undefined ? [] : [{ name: 'Why it ran', content: cacheMiss }]),
          ...(cachedFromRun === undefined ? [] : [{ name: 'Reused from', content: <Link to={paths.run(cachedFromRun)}>the run that did the work</Link> }]),
          { name: 'Place', content: <code>{task.scope_path}</code> },
          { name: 'Task ID', content: <code>{task.task_id}</code> },
          ...(task.type === 'RUNTIME' ? [{ name: 'Log in a terminal', content: <code>slipway logs {run.run_id} {shellWord((task.scope_path ?? '').replace(/^root\./, ''))}</code> }] : []),
        ]}
      />
    </div>
  );
}

function Section({ title, values, empty }: { readonly title: string; readonly values: readonly NamedContent[]; readonly empty: string }) {
  return (
    <>
      <h3>{title}</h3>
      {values.length === 0 ? <p className={styles['quiet']}>{empty}</p> : <Values label={title} values={values} />}
    </>
  );
}

function outputsMissing(task: Task): string {
  switch (lookOf(stateOf(task)).tone) {
    case 'good':
    case 'reuse':
      return 'It gives none.';
    case 'bad':
    case 'warn':
      return 'It ended before it gave any.';
    default:
      return 'None yet.';
  }
}

function valuesOf({ parameters = [], artifacts = [] }: Pick<NonNullable<Task['inputs']>, 'parameters' | 'artifacts'> = {}): readonly NamedContent[] {
  return [
    ...parameters.map(({ parameter_key: name, value }) => ({ name, content: <Value value={value} /> })),
    ...artifacts.filter(({ artifact_key: key }) => key !== LOG_NAME).map(({ artifact_key: name, artifacts: list }) => ({
      name,
      content: list.map((artifact) => <ArtifactLink key={artifact.artifact_id} artifact={artifact} />),
    })),
  ];
}

/** Metadata that is a plain number or text is shown at once: metrics are that. */
function ArtifactLink({ artifact }: { readonly artifact: ArtifactMessage }) {
  const { artifact_id: id = '', type = 'Artifact', uri, metadata = {} } = artifact;
  const plain = Object.entries(metadata).filter(([, value]) => typeof value !== 'object');
  return (
    <div className={styles['artifact']}>
      <Link to={paths.artifact(id)}>{type === 'Artifact' ? (artifact.name ?? type) : lookOfType(type).title}</Link>
      {plain.map(([name, value]) => (
        <span key={name}>
          {name} = <Value value={value} />
        </span>
      ))}
      <code>{uri}</code>
    </div>
  );
}
