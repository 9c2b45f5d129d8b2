// One artifact: what it is, where it came from, where it went.
import { Download } from 'lucide-react';
import { archiveAddress, contentAddress, useArtifact, useArtifactView } from '../../api/artifacts.ts';
import type { ArtifactDetails, ArtifactStep } from '../../api/messages.ts';
import { ArtifactPreview } from '../../artifact-preview/artifact-preview.tsx';
import { lookOfType } from '../../artifact-preview/artifact-types.ts';
import { scalarsOf } from '../../artifact-preview/classification.ts';
import { figureText } from '../../artifact-preview/figure-text.ts';
import { usePathParameter, useSearch } from '../../frame/address.ts';
import { sizeText } from '../../frame/time-text.ts';
import { paths } from '../../paths.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { DownloadLink } from '../../ui/download-link.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Link } from '../../ui/link.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { StateIcon } from '../../ui/state-icon.tsx';
import { Ago } from '../../ui/time.tsx';
import styles from './artifact-page.module.css';

const TRAIL = [{ title: 'Artifacts', to: paths.artifacts() }];

export function ArtifactPage() {
  const artifactId = usePathParameter('artifactId');
  const artifact = useArtifact(artifactId);
  const [{ path = '' }, setSearch] = useSearch();
  if (artifact.isError) {
    return (
      <>
        <PageHead title="Artifact" trail={TRAIL} />
        <ErrorState title="This artifact can not be shown" error={artifact.error} onRetry={() => void artifact.refetch()} />
      </>
    );
  }
  if (artifact.data === undefined) return <PageHead title="" trail={TRAIL} />;
  const { name, type } = artifact.data;
  const { icon: Icon, title } = lookOfType(type);
  return (
    <>
      <PageHead
        title={name === '' ? artifactId : name}
        trail={TRAIL}
        mark={
          <span className={styles['type']}>
            <Icon size={14} strokeWidth={1.75} aria-hidden="true" />
            {title}
          </span>
        }
        facts={<Facts artifact={artifact.data} />}
        actions={<DownloadAction artifactId={artifactId} path={path} />}
      />
      <div className={styles['body']}>
        <section className={styles['content']} aria-label="Preview">
          <ArtifactPreview artifactId={artifactId} path={path} onPath={(next) => setSearch({ path: next }, { push: true })} />
        </section>
        <aside className={styles['side']} aria-label="About this artifact">
          <Lineage artifact={artifact.data} />
          <Metadata artifact={artifact.data} />
          <Place uri={artifact.data.uri} />
        </aside>
      </div>
    </>
  );
}

function Facts({ artifact: { created_at: createdAt, size_bytes: size, run_id: runId, run_name: runName } }: { readonly artifact: ArtifactDetails }) {
  return (
    <>
      <span>
        created <Ago at={createdAt} />
      </span>
      {size === undefined || size === 0 ? null : <span>{sizeText(size)}</span>}
      {runId === undefined || runName === undefined ? null : (
        <span>
          in run <Link to={paths.run(runId)}>{runName}</Link>
        </span>
      )}
    </>
  );
}

/** The file that is looked at, or all of the directory. */
function DownloadAction({ artifactId, path }: { readonly artifactId: string; readonly path: string }) {
  const view = useArtifactView(artifactId, path);
  const { kind } = view.data ?? {};
  if (kind === undefined || kind === 'absent' || kind === 'elsewhere') return null;
  const isDirectory = kind === 'directory';
  return (
    <DownloadLink to={isDirectory ? archiveAddress(artifactId, path) : contentAddress(artifactId, path)} icon={<Download size={15} aria-hidden="true" />}>
      {isDirectory ? 'Download as tar.gz' : 'Download'}
    </DownloadLink>
  );
}

function Lineage({ artifact: { producer, users, has_more_users: hasMore, run_id: runId, run_name: runName } }: { readonly artifact: ArtifactDetails }) {
  return (
    <section>
      <h2>Lineage</h2>
      <h3 id="made-by">Made by</h3>
      {producer === undefined ? (
        <p className={styles['quiet']}>{runId === undefined ? 'an importer or a client' : 'a run that was deleted'}</p>
      ) : (
        <ul aria-labelledby="made-by" className={styles['steps']}>
          <Step step={producer} runName={runName ?? ''} arrow="as" />
        </ul>
      )}
      <h3 id="used-by">Used by</h3>
      {users.length === 0 ? (
        <p className={styles['quiet']}>no step yet</p>
      ) : (
        <ul aria-labelledby="used-by" className={styles['steps']}>
          {users.map((user) => (
            <Step key={`${user.task_id} ${user.key}`} step={user} runName={user.run_name} arrow="as" />
          ))}
        </ul>
      )}
      {hasMore ? <p className={styles['quiet']}>and more</p> : null}
    </section>
  );
}

function Step({ step, runName, arrow }: { readonly step: ArtifactStep; readonly runName: string; readonly arrow: string }) {
  return (
    <li>
      <StateIcon state={step.state} />
      <div>
        <Link to={paths.step(step.run_id, step.scope_path)}>{step.task_name}</Link>
        <span className={styles['quiet']}>
          {' '}
          {arrow} {step.key}
        </span>
        <div className={styles['run']}>{runName}</div>
      </div>
    </li>
  );
}

/** Figures of metrics are shown at large already. */
function Metadata({ artifact: { metadata, type } }: { readonly artifact: ArtifactDetails }) {
  const scalars = type === 'system.Metrics' ? [] : scalarsOf(metadata);
  if (scalars.length === 0) return null;
  return (
    <section>
      <h2>Metadata</h2>
      <dl className={styles['metadata']}>
        {scalars.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === 'number' ? figureText(value) : String(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Place({ uri }: { readonly uri: string }) {
  return (
    <section>
      <h2>Place</h2>
      <div className={styles['uri']}>
        <code>{uri}</code>
        <CopyButton text={uri} label="Copy the URI" />
      </div>
    </section>
  );
}
