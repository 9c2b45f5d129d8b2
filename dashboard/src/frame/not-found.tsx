import { paths } from '../paths.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Link } from '../ui/link.tsx';

export function NotFound() {
  return (
    <EmptyState title="There is no such page">
      The address may be mistyped. <Link to={paths.runs()}>All runs are here.</Link>
    </EmptyState>
  );
}
