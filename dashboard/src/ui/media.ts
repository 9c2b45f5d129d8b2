import { useSyncExternalStore } from 'react';

const PHONE = matchMedia('(max-width: 720px)');

/** True on screens as narrow as a phone; the same limit as in the style sheets. */
export function useIsPhone(): boolean {
  return useSyncExternalStore(
    (listener) => {
      PHONE.addEventListener('change', listener);
      return () => PHONE.removeEventListener('change', listener);
    },
    () => PHONE.matches,
  );
}
