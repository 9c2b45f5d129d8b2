// What lies in a directory of an artifact.
import { File, Folder } from 'lucide-react';
import { useArtifactEntries } from '../api/artifacts.ts';
import { sizeText } from '../frame/time-text.ts';
import { ErrorState } from '../ui/error-state.tsx';
import styles from './artifact-preview.module.css';

interface DirectoryListingProps {
  readonly artifactId: string;
  readonly path: string;
  readonly onPath: (path: string) => void;
}

export function DirectoryListing({ artifactId, path, onPath }: DirectoryListingProps) {
  const listing = useArtifactEntries(artifactId, path);
  if (listing.isError) return <ErrorState title="The directory could not be read" error={listing.error} onRetry={() => void listing.refetch()} />;
  if (listing.data === undefined) return null;
  const { entries, is_cut: isCut } = listing.data;
  if (entries.length === 0) return <p className={styles['note']}>The directory is empty.</p>;
  return (
    <div className={styles['entries']}>
      <ul aria-label="Files">
        {entries.map((entry) => (
          <li key={entry.path}>
            <button type="button" onClick={() => onPath(entry.path)}>
              {entry.is_directory ? <Folder size={15} aria-hidden="true" /> : <File size={15} aria-hidden="true" />}
              <span className={styles['entry-name']}>
                {entry.path.split('/').at(-1)}
                {entry.is_directory ? '/' : ''}
              </span>
              <span className={styles['entry-size']}>{entry.is_directory ? '' : sizeText(entry.size_bytes)}</span>
            </button>
          </li>
        ))}
      </ul>
      <footer className={styles['table-foot']}>{isCut ? `the first ${entries.length.toLocaleString('en')} entries: download the directory to see all` : `${entries.length.toLocaleString('en')} ${entries.length === 1 ? 'entry' : 'entries'}`}</footer>
    </div>
  );
}
