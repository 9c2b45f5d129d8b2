// A menu of actions under a button: arrow keys, Home, End, Escape, first letter.
import { useId, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import styles from './menu.module.css';

export interface MenuItem {
  readonly title: string;
  readonly icon?: ReactNode;
  readonly isDangerous?: boolean;
  /** Why it is not possible now; undefined when it is. */
  readonly disabledReason?: string | undefined;
  readonly onChoose: () => void;
}

interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** What is on the button; the label is read instead when it is an icon. */
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

export function Menu({ label, items, children, className }: MenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const listId = useId();
  const focusItem = (position: number) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    all.at(position % Math.max(1, all.length))?.focus();
  };
  // In a long table there are many menus, so that one has its items only while it is open.
  useLayoutEffect(() => {
    if (!isOpen || list.current === null || button.current === null) return;
    const place = button.current.getBoundingClientRect();
    list.current.showPopover();
    const { width, height } = list.current.getBoundingClientRect();
    list.current.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
    list.current.style.top = `${place.bottom + height + 4 > innerHeight ? Math.max(8, place.top - height - 4) : place.bottom + 4}px`;
    list.current.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }, [isOpen]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const here = all.indexOf(document.activeElement as HTMLElement);
    const target = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    const byLetter = event.key.length === 1 ? all.findIndex((one) => one.textContent?.toLowerCase().startsWith(event.key.toLowerCase())) : -1;
    if (target === undefined && byLetter < 0) return;
    event.preventDefault();
    focusItem(target ?? byLetter);
  };
  return (
    <>
      <button ref={button} type="button" className={className ?? styles['button']} aria-label={label} aria-haspopup="menu" aria-expanded={isOpen} aria-controls={isOpen ? listId : undefined} onClick={() => setIsOpen(true)}>
        {children}
      </button>
      {!isOpen ? null : (
      <div
        ref={list}
        id={listId}
        popover="auto"
        role="menu"
        aria-label={label}
        className={styles['menu']}
        onKeyDown={onKeyDown}
        onToggle={(event) => event.newState === 'closed' && setIsOpen(false)}
      >
        {items.map((item) => (
          <button
            key={item.title}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className={styles['item']}
            data-dangerous={item.isDangerous || undefined}
            aria-disabled={item.disabledReason !== undefined}
            title={item.disabledReason}
            onClick={() => {
              if (item.disabledReason !== undefined) return;
              list.current?.hidePopover();
              item.onChoose();
            }}
          >
            {item.icon}
            {item.title}
          </button>
        ))}
      </div>
      )}
    </>
  );
}
