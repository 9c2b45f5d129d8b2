// Where we are and how to get elsewhere. What a page shows is in its address, so that every state can be sent to somebody.
import { useRouter, useRouterState } from '@tanstack/react-router';
import { useCallback } from 'react';

/** The path without the search part, decoded by nobody. */
export function usePathname(): string {
  return useRouterState({ select: (state) => state.location.pathname });
}

/** Goes to an address of `paths`. */
export function useNavigate(): (to: string, options?: { readonly replace?: boolean }) => void {
  const { history } = useRouter();
  return useCallback((to, { replace = false } = {}) => (replace ? history.replace(to) : history.push(to)), [history]);
}

/** A parameter of the path by its name in src/routes.tsx. */
export function usePathParameter(name: string): string {
  return useRouterState({ select: (state) => (state.matches.at(-1)?.params as Record<string, string> | undefined)?.[name] ?? '' });
}

export type SearchChange = Readonly<Record<string, string | undefined>>;

/** The search part of the address, and a function that changes some of it; undefined or '' takes a parameter out. */
export function useSearch(): readonly [Readonly<Record<string, string>>, (change: SearchChange, options?: { readonly push?: boolean }) => void] {
  const { history } = useRouter();
  const search = useRouterState({ select: (state) => state.location.search as Record<string, string>, structuralSharing: true });
  const setSearch = useCallback(
    (change: SearchChange, { push = false }: { readonly push?: boolean } = {}) => {
      const [pathname = '/', text = ''] = history.location.href.split('?', 2);
      const next = new URLSearchParams(text);
      for (const [name, value] of Object.entries(change)) {
        if (value === undefined || value === '') next.delete(name);
        else next.set(name, value);
      }
      const to = next.size === 0 ? pathname : `${pathname}?${next.toString()}`;
      if (to === history.location.href) return;
      if (push) history.push(to);
      else history.replace(to);
    },
    [history],
  );
  return [search, setSearch];
}
