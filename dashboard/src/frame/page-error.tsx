// A page that broke takes nothing else with it.
import { ErrorState } from '../ui/error-state.tsx';

export function PageError({ error, reset }: { readonly error: unknown; readonly reset?: () => void }) {
  return <ErrorState title="This page could not be shown" error={error} {...(reset === undefined ? {} : { onRetry: reset })} />;
}
