// What surrounds every page: navigation, connection, theme, shortcuts, the palette.
import { Outlet } from '@tanstack/react-router';
import { Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { paths } from '../paths.ts';
import { usePathname, useNavigate } from './address.ts';
import { Navigation } from './navigation.tsx';
import { CommandPalette } from './command-palette.tsx';
import { ShortcutOverview } from './shortcut-overview.tsx';
import { useShortcutListener, useShortcuts } from './shortcuts.ts';
import { Toasts } from './toasts.tsx';
import styles from './layout.module.css';

type Overlay = 'palette' | 'shortcuts' | undefined;

export function Layout() {
  const [overlay, setOverlay] = useState<Overlay>();
  const navigate = useNavigate();
  const main = useRef<HTMLElement>(null);
  const pathname = usePathname();
  useShortcutListener();
  useShortcuts(
    useMemo(() => {
      const goTo = (keys: string, title: string, to: string) => ({ keys, title: `Go to ${title}`, run: () => navigate(to) });
      return [
        { keys: 'mod+k', title: 'Find a page or a run', run: () => setOverlay('palette') },
        { keys: '?', title: 'Show these shortcuts', run: () => setOverlay('shortcuts') },
        goTo('g r', 'Runs', paths.runs()),
        goTo('g n', 'Create run', paths.newRun()),
        goTo('g u', 'Recurring runs', paths.recurringRuns()),
        goTo('g e', 'Experiments', paths.experiments()),
        goTo('g p', 'Pipelines', paths.pipelines()),
        goTo('g a', 'Artifacts', paths.artifacts()),
        goTo('g c', 'Cluster', paths.cluster()),
      ];
    }, [navigate]),
  );
  useFocusOnNavigation(pathname, main);
  return (
    <div className={styles['layout']}>
      <a className={styles['skip']} href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to the page
      </a>
      <Navigation onFind={() => setOverlay('palette')} onShortcuts={() => setOverlay('shortcuts')} />
      <main ref={main} className={styles['main']} tabIndex={-1} id="main">
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      {overlay === 'palette' && <CommandPalette onClose={() => setOverlay(undefined)} />}
      {overlay === 'shortcuts' && <ShortcutOverview onClose={() => setOverlay(undefined)} />}
      <Toasts />
    </div>
  );
}

/** A screen reader hears of the new page; the first page keeps the focus where the browser has it. */
function useFocusOnNavigation(pathname: string, main: React.RefObject<HTMLElement | null>): void {
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname, main]);
}
