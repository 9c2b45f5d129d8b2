// A picture on a neutral ground, with its size in pixels.
import { useState } from 'react';
import { contentAddress } from '../api/artifacts.ts';
import styles from './artifact-preview.module.css';

export function ImageView({ artifactId, path }: { readonly artifactId: string; readonly path: string }) {
  const [state, setState] = useState<{ readonly kind: 'loading' | 'broken' } | { readonly kind: 'shown'; readonly width: number; readonly height: number }>({ kind: 'loading' });
  if (state.kind === 'broken') return <p className={styles['note']}>The browser can not show this picture: download it to look at it.</p>;
  return (
    <figure className={styles['image']}>
      <img
        src={contentAddress(artifactId, path)}
        alt={path === '' ? 'The artifact as a picture' : path}
        onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => setState({ kind: 'shown', width, height })}
        onError={() => setState({ kind: 'broken' })}
      />
      <figcaption>{state.kind === 'shown' ? `${state.width} × ${state.height} pixels` : ''}</figcaption>
    </figure>
  );
}
