// Tabs of a panel: arrow keys go from one to the next.
import { useId, type ReactNode } from 'react';
import styles from './tabs.module.css';

export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly mark?: ReactNode;
  /** Made when it is shown. */
  readonly content: () => ReactNode;
}

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly shown: string;
  readonly onShow: (id: string) => void;
  /** Of a whole page: in line with its head. */
  readonly isOfPage?: boolean;
}

export function Tabs({ label, tabs, shown, onShow, isOfPage = false }: TabsProps) {
  const prefix = useId();
  const current = tabs.find(({ id }) => id === shown) ?? tabs[0];
  const onKeyDown = (event: React.KeyboardEvent) => {
    const here = tabs.findIndex(({ id }) => id === current?.id);
    const target = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const to = target === undefined ? undefined : tabs[(target + tabs.length) % tabs.length];
    if (to === undefined) return;
    event.preventDefault();
    onShow(to.id);
    document.getElementById(`${prefix}-${to.id}`)?.focus();
  };
  return (
    <div className={styles['tabs']}>
      <div role="tablist" aria-label={label} className={styles['list']} data-of-page={isOfPage || undefined} onKeyDown={onKeyDown}>
        {tabs.map(({ id, title, mark }) => (
          <button
            key={id}
            id={`${prefix}-${id}`}
            type="button"
            role="tab"
            aria-selected={id === current?.id}
            aria-controls={`${prefix}-panel`}
            tabIndex={id === current?.id ? 0 : -1}
            className={styles['tab']}
            onClick={() => onShow(id)}
          >
            {title}
            {mark}
          </button>
        ))}
      </div>
      <div id={`${prefix}-panel`} role="tabpanel" aria-labelledby={`${prefix}-${current?.id}`} className={styles['panel']} tabIndex={-1}>
        {current?.content()}
      </div>
    </div>
  );
}
