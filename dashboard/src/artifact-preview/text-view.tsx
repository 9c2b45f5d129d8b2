// The beginning of a text as it is; JSON is indented.
import { useArtifactText } from '../api/artifacts.ts';
import { sizeText } from '../frame/time-text.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import styles from './artifact-preview.module.css';

/** More would make the page slow; the rest is a download. */
const SHOWN_BYTES_MAX = 256 * 1024;

interface TextViewProps {
  readonly artifactId: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly isJson?: boolean;
}

export function TextView({ artifactId, path, sizeBytes, isJson = false }: TextViewProps) {
  const text = useArtifactText(artifactId, path, sizeBytes, SHOWN_BYTES_MAX);
  if (text.isError) return <ErrorState title="The text could not be read" error={text.error} onRetry={() => void text.refetch()} />;
  if (text.data === undefined) return null;
  const isCut = sizeBytes > SHOWN_BYTES_MAX;
  const shown = isJson && !isCut ? indented(text.data) : text.data;
  return (
    <div className={styles['text-box']}>
      <div className={styles['text-copy']}>
        <CopyButton text={shown} label="Copy the text" />
      </div>
      <pre className={styles['text']} tabIndex={0}>
        {shown}
      </pre>
      <footer className={styles['table-foot']}>{isCut ? `first ${sizeText(SHOWN_BYTES_MAX)} of ${sizeText(sizeBytes)}: download it to see the rest` : sizeText(sizeBytes)}</footer>
    </div>
  );
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // as it is, then
  }
}
