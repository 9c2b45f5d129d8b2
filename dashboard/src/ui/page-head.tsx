// The top of a page: where it is, its title, facts about it, and what can be done.
import { Fragment, useEffect, type ReactNode } from 'react';
import { Link } from './link.tsx';
import styles from './page-head.module.css';

interface PageHeadProps {
  /** Also the title of the browser's tab. */
  readonly title: string;
  readonly trail?: readonly { readonly title: string; readonly to: string }[];
  /** Beside the title: a badge, a count. */
  readonly mark?: ReactNode;
  /** Below the title, in one line. */
  readonly facts?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

export function PageHead({ title, trail = [], mark, facts, actions, children }: PageHeadProps) {
  useEffect(() => {
    document.title = title === '' ? 'Slipway' : `${title} · Slipway`;
  }, [title]);
  return (
    <header className={styles['head']}>
      <div className={styles['line']}>
        <div className={styles['titles']}>
          {trail.length === 0 ? null : (
            <nav aria-label="Breadcrumb" className={styles['trail']}>
              {trail.map(({ title: name, to }) => (
                <Fragment key={to}>
                  <Link to={to}>{name}</Link>
                  <span aria-hidden="true">/</span>
                </Fragment>
              ))}
            </nav>
          )}
          <h1 title={title}>{title}</h1>
          {mark}
        </div>
        {actions === undefined ? null : <div className={styles['actions']}>{actions}</div>}
      </div>
      {facts === undefined ? null : <div className={styles['facts']}>{facts}</div>}
      {children}
    </header>
  );
}
