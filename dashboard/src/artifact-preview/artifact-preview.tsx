// Shows an artifact as its type and its bytes suggest: figures from its metadata, then what is stored. Used by the page of an
// artifact, the side panel of a run and the comparison of runs.
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useArtifact, useArtifactView } from '../api/artifacts.ts';
import type { ArtifactDetails, ArtifactView } from '../api/messages.ts';
import { sizeText } from '../frame/time-text.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { classificationOf, scalarsOf, slicesOf, type ClassificationMetrics } from './classification.ts';
import { ConfusionMatrix } from './confusion-matrix.tsx';
import { DirectoryListing } from './directory-listing.tsx';
import { HtmlFrame } from './html-frame.tsx';
import { ImageView } from './image-view.tsx';
import { MetricsTable } from './metrics-table.tsx';
import { RocCurve } from './roc-curve.tsx';
import { TablePreview } from './table-preview.tsx';
import { TextView } from './text-view.tsx';
import styles from './artifact-preview.module.css';

const MarkdownView = lazy(() => import('./markdown-view.tsx').then(({ MarkdownView: component }) => ({ default: component })));

interface ArtifactPreviewProps {
  readonly artifactId: string;
  /** A file or directory in it; held here when the caller does not want it in the address. */
  readonly path?: string;
  readonly onPath?: (path: string) => void;
}

export function ArtifactPreview({ artifactId, path, onPath }: ArtifactPreviewProps) {
  const [ownPath, setOwnPath] = useState('');
  const artifact = useArtifact(artifactId);
  if (artifact.isError) return <ErrorState title="The artifact could not be read" error={artifact.error} onRetry={() => void artifact.refetch()} />;
  if (artifact.data === undefined) return null;
  const figures = <MetadataFigures artifact={artifact.data} />;
  return (
    <div className={styles['preview']}>
      {figures}
      <StoredPreview artifactId={artifactId} isFigures={hasFigures(artifact.data)} path={path ?? ownPath} onPath={onPath ?? setOwnPath} />
    </div>
  );
}

function hasFigures({ type }: ArtifactDetails): boolean {
  return type === 'system.Metrics' || type.endsWith('ClassificationMetrics');
}

function MetadataFigures({ artifact }: { readonly artifact: ArtifactDetails }) {
  if (artifact.type === 'system.Metrics') return <MetricsTable metrics={scalarsOf(artifact.metadata)} />;
  if (artifact.type === 'system.SlicedClassificationMetrics') {
    return slicesOf(artifact.metadata).map(({ name, metrics }) => (
      <section key={name} className={styles['slice']}>
        <h3>{name}</h3>
        <Classification name={name} metrics={metrics} />
      </section>
    ));
  }
  if (artifact.type === 'system.ClassificationMetrics') return <Classification name={artifact.name} metrics={classificationOf(artifact.metadata)} />;
  return null;
}

function Classification({ name, metrics: { roc, confusion } }: { readonly name: string; readonly metrics: ClassificationMetrics }) {
  if (roc === undefined && confusion === undefined) return <p className={styles['note']}>The step logged no curve and no confusion matrix.</p>;
  return (
    <>
      {roc === undefined ? null : <RocCurve curves={[{ name, points: roc }]} />}
      {confusion === undefined ? null : <ConfusionMatrix matrix={confusion} />}
    </>
  );
}

interface StoredPreviewProps {
  readonly artifactId: string;
  /** Figures are shown already: that nothing is stored is no news then. */
  readonly isFigures: boolean;
  readonly path: string;
  readonly onPath: (path: string) => void;
}

function StoredPreview({ artifactId, isFigures, path, onPath }: StoredPreviewProps) {
  const view = useArtifactView(artifactId, path);
  if (view.isError) return <ErrorState title="The content could not be read" error={view.error} onRetry={() => void view.refetch()} />;
  if (view.data === undefined || (isFigures && view.data.kind === 'absent')) return null;
  return (
    <>
      {path === '' ? null : <PathTrail path={path} onPath={onPath} />}
      <Content artifactId={artifactId} view={view.data} onPath={onPath} />
    </>
  );
}

function Content({ artifactId, view, onPath }: { readonly artifactId: string; readonly view: ArtifactView; readonly onPath: (path: string) => void }) {
  const file = { artifactId, path: view.path };
  switch (view.kind) {
    case 'directory':
      return <DirectoryListing {...file} onPath={onPath} />;
    case 'table':
      return <TablePreview {...file} sizeBytes={view.size_bytes} format={view.format} />;
    case 'image':
      return <ImageView {...file} />;
    case 'html':
      return <HtmlFrame view={view} />;
    case 'markdown':
      return (
        <Suspense>
          <MarkdownView {...file} sizeBytes={view.size_bytes} />
        </Suspense>
      );
    case 'text':
      return <TextView {...file} sizeBytes={view.size_bytes} />;
    case 'absent':
      return <Note>Nothing is stored here: the step wrote nothing, or it was removed.</Note>;
    case 'elsewhere':
      return <Note>The bytes are not kept by Slipway. They are at {view.uri}</Note>;
    case 'empty':
      return <Note>The file is empty.</Note>;
    case 'binary':
      return (
        <Note>
          {view.format === '' ? 'A binary file' : view.format} of {sizeText(view.size_bytes)}. There is no preview of it: download it to look at it.
        </Note>
      );
  }
}

function Note({ children }: { readonly children: ReactNode }) {
  return <p className={styles['note']}>{children}</p>;
}

function PathTrail({ path, onPath }: { readonly path: string; readonly onPath: (path: string) => void }) {
  const parts = path.split('/');
  return (
    <nav aria-label="Place in the artifact" className={styles['trail']}>
      <button type="button" onClick={() => onPath('')}>
        all files
      </button>
      {parts.map((part, index) => {
        const to = parts.slice(0, index + 1).join('/');
        return (
          <span key={to}>
            <span aria-hidden="true">/</span>
            {index === parts.length - 1 ? <span aria-current="page">{part}</span> : <button type="button" onClick={() => onPath(to)}>{part}</button>}
          </span>
        );
      })}
    </nav>
  );
}
