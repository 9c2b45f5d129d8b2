// A page that broke takes nothing else with it.
import { useRouter } from '@tanstack/react-router';
import { ErrorState } from '../ui/error-state.tsx';
import { PageHead } from '../ui/page-head.tsx';

export function PageError({ error, reset }: { readonly error: unknown; readonly reset?: () => void }) {
  const router = useRouter();
  // Parts that could not be loaded are asked for again.
  return (
    <>
      <PageHead title="Error" />
      <ErrorState title="This page could not be shown" error={error} onRetry={() => void router.invalidate().then(reset)} />
    </>
  );
}
