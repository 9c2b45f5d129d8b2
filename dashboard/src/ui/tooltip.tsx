// A short hint on hover and focus. It repeats what the control's own label says, so it is hidden from screen readers.
import { useRef, type ReactNode } from 'react';
import styles from './tooltip.module.css';

const GAP_PX = 6;
const EDGE_PX = 8;

export function Tooltip({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  const hint = useRef<HTMLSpanElement>(null);
  const anchor = useRef<HTMLSpanElement>(null);
  const show = () => {
    const [hintElement, place] = [hint.current, anchor.current?.firstElementChild?.getBoundingClientRect()];
    if (hintElement === null || place === undefined || hintElement.matches(':popover-open')) return;
    hintElement.showPopover();
    const { width, height } = hintElement.getBoundingClientRect();
    const left = Math.min(Math.max(EDGE_PX, place.left + place.width / 2 - width / 2), innerWidth - width - EDGE_PX);
    const above = place.top - height - GAP_PX;
    hintElement.style.left = `${left}px`;
    hintElement.style.top = `${above < EDGE_PX ? place.bottom + GAP_PX : above}px`;
  };
  const hide = () => hint.current?.matches(':popover-open') === true && hint.current.hidePopover();
  return (
    <span ref={anchor} className={styles['anchor']} onPointerEnter={show} onPointerLeave={hide} onFocus={show} onBlur={hide} onClick={hide}>
      {children}
      <span ref={hint} className={styles['hint']} popover="manual" aria-hidden="true">
        {text}
      </span>
    </span>
  );
}
