import { paths } from '../paths.ts';
import { ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHead } from '../ui/page-head.tsx';

export function NotFound() {
  return (
    <>
      <PageHead title="Page not found" />
      <EmptyState title="There is no such page" actions={<ButtonLink to={paths.runs()}>See all runs</ButtonLink>}>
        The address may be mistyped.
      </EmptyState>
    </>
  );
}
