// Keyboard shortcuts: single keys and `g x` sequences, never while somebody types, never with Ctrl, Alt or Meta but for ⌘K and Ctrl K.
import { useEffect } from 'react';

export interface Shortcut {
  /** `r`, `/`, `?`, `g r`, `mod+k`. */
  readonly keys: string;
  readonly title: string;
  readonly run: () => void;
}

const SEQUENCE_MS_MAX = 1_000;
const active = new Set<readonly Shortcut[]>();
let prefix: { readonly key: string; readonly atMs: number } | undefined;

/** What works on the page that is shown now, for the overview. */
export function activeShortcuts(): readonly Shortcut[] {
  return [...active].flat();
}

/** The shortcuts work while the component lives; the list must not change its order. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  useEffect(() => {
    active.add(shortcuts);
    return () => void active.delete(shortcuts);
  }, [shortcuts]);
}

/** Installs the one listener; called by the layout. */
export function useShortcutListener(): void {
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function onKey(event: KeyboardEvent): void {
  const isMod = event.metaKey || event.ctrlKey;
  if (event.defaultPrevented || event.altKey || (isMod && event.key !== 'k')) return;
  if (!isMod && (isTyping(event.target) || document.querySelector('dialog[open]') !== null)) return;
  const keys = keysOf(event, isMod);
  const shortcut = activeShortcuts().findLast((one) => one.keys === keys);
  prefix = shortcut === undefined && event.key === 'g' ? { key: 'g', atMs: event.timeStamp } : undefined;
  if (shortcut === undefined) return;
  event.preventDefault();
  shortcut.run();
}

function keysOf(event: KeyboardEvent, isMod: boolean): string {
  if (isMod) return `mod+${event.key}`;
  return prefix !== undefined && event.timeStamp - prefix.atMs < SEQUENCE_MS_MAX ? `${prefix.key} ${event.key}` : event.key;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
