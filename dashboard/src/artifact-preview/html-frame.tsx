// HTML that a step wrote, on an origin of its own in a frame that can do nothing to this page.
import type { ArtifactView } from '../api/messages.ts';
import styles from './artifact-preview.module.css';

export function HtmlFrame({ view }: { readonly view: Extract<ArtifactView, { kind: 'html' }> }) {
  if (view.content_url === undefined) return <p className={styles['note']}>{view.content_refusal}</p>;
  return <iframe className={styles['frame']} src={view.content_url} sandbox="allow-scripts" referrerPolicy="no-referrer" title="HTML that the step wrote" />;
}
