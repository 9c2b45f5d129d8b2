// What the node has and who takes it: processors, memory, disk, steps; warm interpreters; the doctor's findings.
import { Activity, CircleAlert, CircleCheck, CircleX, RefreshCw } from 'lucide-react';
import { useFindings } from '../../api/cluster.ts';
import type { ClusterFacts, MachineFinding } from '../../api/messages.ts';
import { sizeText } from '../../frame/time-text.ts';
import { Button } from '../../ui/button.tsx';
import { Ago } from '../../ui/time.tsx';
import { Meter, type MeterPart } from './meter.tsx';
import styles from './cluster.module.css';

export function NodeOverview({ cluster }: { readonly cluster: ClusterFacts }) {
  return (
    <div className={styles['scroll']}>
      <div className={styles['meters']}>
        <ProcessorMeter {...cluster.node} />
        <MemoryMeter memory={cluster.memory} />
        <DiskMeter disk={cluster.disk} />
        <StepMeter steps={cluster.steps} />
      </div>
      <Interpreters cluster={cluster} />
      <Findings />
    </div>
  );
}

function ProcessorMeter({ cpu_count: count, load_average: load }: ClusterFacts['node']) {
  const busy = Math.min(load, count);
  const waiting = Math.max(0, load - count);
  return (
    <Meter
      title="Processors"
      figure={`${busy.toFixed(1)} of ${count}`}
      unit="busy"
      total={Math.max(count, load)}
      parts={[
        { name: 'busy', value: busy, text: busy.toFixed(1), series: 1 },
        ...(waiting > 0 ? [{ name: 'waiting for one', value: waiting, text: waiting.toFixed(1), series: 2 }] : []),
      ]}
      note="processes on average of the last minute"
    />
  );
}

function MemoryMeter({ memory }: { readonly memory: ClusterFacts['memory'] }) {
  const { total_bytes: total, available_bytes: available, server_bytes: server, pods_bytes: pods = 0, interpreters_bytes: interpreters = 0, supervisor_bytes: supervisor = 0 } = memory;
  const used = total - available;
  const others = Math.max(0, used - server - pods - interpreters - supervisor);
  return (
    <Meter
      title="Memory"
      figure={sizeText(used)}
      unit={`of ${sizeText(total)} used`}
      total={total}
      parts={[
        sizedPart('Slipway', server + supervisor, 1),
        sizedPart('Pods', pods, 3),
        sizedPart('interpreters kept ready', interpreters, 2),
        sizedPart('other programs', others, 9),
      ]}
    />
  );
}

function DiskMeter({ disk: { total_bytes: total, available_bytes: available, parts } }: { readonly disk: ClusterFacts['disk'] }) {
  const kept = parts.reduce((sum, part) => sum + part.size_bytes, 0);
  const shown = parts.filter((part) => part.size_bytes > 0);
  return (
    <Meter
      title="Disk"
      figure={sizeText(available)}
      unit={`of ${sizeText(total)} free`}
      total={total}
      parts={[...shown.map(({ name, size_bytes: size }, index) => sizedPart(name, size, index + 1)), sizedPart('other files', Math.max(0, total - available - kept), 9)]}
    />
  );
}

function StepMeter({ steps: { running_count: running, waiting_count: waiting, count_max: max } }: { readonly steps: ClusterFacts['steps'] }) {
  return (
    <Meter
      title="Steps"
      figure={String(running)}
      unit={`of ${max} at once`}
      total={max}
      parts={[{ name: 'running', value: running, text: String(running), series: 1 }]}
      note={waiting === 0 ? 'none waits for a slot' : `${waiting.toLocaleString('en')} wait for a slot (--steps-at-once)`}
    />
  );
}

function sizedPart(name: string, bytes: number, series: number): MeterPart {
  return { name, value: bytes, text: sizeText(bytes), series };
}

function Interpreters({ cluster: { interpreters, environments, interpreters_bytes_max: bytesMax } }: { readonly cluster: ClusterFacts }) {
  const total = interpreters.reduce((sum, one) => sum + one.memory_bytes, 0);
  const nameOf = (id: string) => {
    const environment = environments.find((one) => one.id === id);
    return environment === undefined ? id : environmentTitle(environment);
  };
  return (
    <section aria-labelledby="interpreters" className={styles['section']}>
      <h2 id="interpreters">
        Warm interpreters <span className={styles['quiet']}>{interpreters.length}</span>
      </h2>
      {interpreters.length === 0 ? (
        <p className={styles['quiet']}>None now. The first Python step of an environment starts one; steps after it are forked from it in milliseconds. It ends after a minute without work.</p>
      ) : (
        <>
          <div className={styles['table-scroll']} tabIndex={0} role="region" aria-labelledby="interpreters">
            <table className={styles['table']}>
              <thead>
                <tr>
                  <th scope="col">Environment</th>
                  <th scope="col">Imported</th>
                  <th scope="col" data-numeric>Steps</th>
                  <th scope="col" data-numeric>Memory</th>
                  <th scope="col" data-numeric>Last used</th>
                  <th scope="col" data-numeric>Started</th>
                </tr>
              </thead>
              <tbody>
                {interpreters.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">{nameOf(one.environment_id)}</th>
                    <td>{!one.is_ready ? 'starting …' : one.preloaded_count === 0 ? 'kfp alone' : `kfp and ${one.preloaded_count} modules`}</td>
                    <td data-numeric>{one.started_count.toLocaleString('en')}</td>
                    <td data-numeric>{one.memory_bytes === 0 ? '–' : sizeText(one.memory_bytes)}</td>
                    <td data-numeric><Ago at={one.last_used_at} /></td>
                    <td data-numeric><Ago at={one.started_at} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p className={styles['quiet']}>
            {sizeText(total)} of at most {sizeText(bytesMax)} together
          </p>
        </>
      )}
    </section>
  );
}

export function environmentTitle({ python_version: version, requirements }: ClusterFacts['environments'][number]): string {
  const names = requirements.map((requirement) => requirement.split(/[\s<>=!~;[(]/)[0]);
  const shown = names.slice(0, 3).join(', ');
  return `Python ${version}${names.length === 0 ? '' : ` with ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`}`;
}

const MARKS = { good: CircleCheck, lacking: CircleAlert, broken: CircleX } as const;

function Findings() {
  const findings = useFindings();
  return (
    <section aria-labelledby="machine" className={styles['section']}>
      <h2 id="machine">
        What this machine has
        <Button kind="quiet" icon={<RefreshCw size={13} aria-hidden="true" />} disabled={findings.isFetching} onClick={() => void findings.refetch()}>
          {findings.isFetching ? 'Looking …' : 'Look again'}
        </Button>
      </h2>
      {findings.isError ? <p className={styles['quiet']}>{findings.error.message}</p> : null}
      <ul className={styles['findings']} aria-labelledby="machine">
        {findings.data?.map((finding) => (
          <Finding key={finding.subject} finding={finding} />
        ))}
      </ul>
      <p className={styles['quiet']}>
        <Activity size={12} aria-hidden="true" /> The same as <code>slipway doctor</code>
      </p>
    </section>
  );
}

const VERDICTS = { good: 'good', lacking: 'could be better', broken: 'does not work' } as const;

function Finding({ finding: { subject, verdict, observation, next_step: nextStep } }: { readonly finding: MachineFinding }) {
  const Mark = MARKS[verdict];
  return (
    <li data-verdict={verdict}>
      <Mark size={15} role="img" aria-label={VERDICTS[verdict]} />
      <span className={styles['subject']}>{subject}</span>
      <span>
        {observation}
        {nextStep === undefined ? null : <span className={styles['next-step']}>{nextStep}</span>}
      </span>
    </li>
  );
}
