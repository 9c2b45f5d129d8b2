// Parameters, facts and history of a run, and its pipeline as it was compiled.
import type { Run } from '../../api/messages.ts';
import { exactTimeText, timeMs } from '../../frame/time-text.ts';
import type { Ir } from '../../graph/ir.ts';
import { LazyCodeViewer } from '../../ui/lazy-code-viewer.tsx';
import { StateBadge } from '../../ui/state-icon.tsx';
import { Value, Values } from '../../ui/values.tsx';
import styles from './run-page.module.css';

export function RunDetails({ run, ir }: { readonly run: Run; readonly ir: Ir }) {
  const given = run.runtime_config?.parameters ?? {};
  const declared = ir.root?.inputDefinitions?.parameters ?? {};
  const parameters = [...new Set([...Object.keys(declared), ...Object.keys(given)])].map((name) => ({
    name,
    content: name in given ? <Value value={given[name]} /> : <DefaultValue value={declared[name]?.defaultValue} />,
  }));
  const facts = [
    { name: 'Run ID', content: <code>{run.run_id}</code> },
    { name: 'Description', content: run.description },
    { name: 'Pipeline root', content: run.runtime_config?.pipeline_root },
    { name: 'Service account', content: run.service_account },
    { name: 'Compiled by', content: ir.sdkVersion },
  ].filter(({ content }) => content !== undefined && content !== '');
  return (
    <div className={styles['details']}>
      <div className={styles['facts']}>
        <h2>Parameters</h2>
        {parameters.length === 0 ? <p>This pipeline takes none.</p> : <Values label="Parameters" values={parameters} />}
        <h2>Facts</h2>
        <Values label="Facts" values={facts} />
        <h2>History</h2>
        <Values
          label="History"
          values={(run.state_history ?? []).map(({ update_time: at, state }) => ({ name: exactTimeText(timeMs(at) ?? 0), content: <StateBadge state={state} /> }))}
        />
      </div>
      <div className={styles['spec']}>
        <LazyCodeViewer label="The compiled pipeline" value={run.pipeline_spec} />
      </div>
    </div>
  );
}

function DefaultValue({ value }: { readonly value: unknown }) {
  if (value === undefined) return <span className={styles['quiet']}>not given</span>;
  return (
    <>
      <Value value={value as never} /> <span className={styles['quiet']}>(default)</span>
    </>
  );
}
