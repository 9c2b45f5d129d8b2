// The viewer of YAML, loaded when the first one is shown.
import { lazy, Suspense } from 'react';
import { pagePart } from '../api/page-parts.ts';

const Viewer = lazy(async () => ({ default: (await pagePart(import('./code-viewer.tsx'))).CodeViewer }));

export function LazyCodeViewer(props: { readonly label: string; readonly value: unknown }) {
  return (
    <Suspense>
      <Viewer {...props} />
    </Suspense>
  );
}
