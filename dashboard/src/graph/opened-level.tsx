// The level of a pipeline that is opened, with the trail back to its root.
import type { ReactNode } from 'react';
import { leafOf, pathsTo } from './scope-path.ts';
import styles from './opened-level.module.css';

interface OpenedLevelProps {
  /** Scope path. */
  readonly opened: string;
  /** What the root is called here. */
  readonly rootTitle: string;
  readonly onOpen: (path: string) => void;
  readonly children: ReactNode;
}

export function OpenedLevel({ opened, rootTitle, onOpen, children }: OpenedLevelProps) {
  return (
    <div className={styles['level']}>
      {opened === 'root' ? null : (
        <nav aria-label="Opened" className={styles['trail']}>
          {pathsTo(opened).map((path, index) => (
            <span key={path}>
              {index === 0 ? null : <span aria-hidden="true">›</span>}
              <button type="button" aria-current={path === opened ? 'location' : undefined} onClick={() => onOpen(path)}>
                {path === 'root' ? rootTitle : leafOf(path)}
              </button>
            </span>
          ))}
        </nav>
      )}
      {children}
    </div>
  );
}
