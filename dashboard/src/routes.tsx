// The map: every page, its address, and the file that is loaded when it is opened. Hash routes, because the links that the kfp
// SDK prints are hash routes. src/paths.ts writes the addresses.
import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect, type RouteComponent } from '@tanstack/react-router';
import { pagePart } from './api/page-parts.ts';
import { Layout } from './frame/layout.tsx';
import { NotFound } from './frame/not-found.tsx';
import { PageError } from './frame/page-error.tsx';
import { RunsPage } from './pages/runs/runs-page.tsx';

const root = createRootRoute({ component: Layout, notFoundComponent: NotFound, errorComponent: PageError });
const page = (path: string, component: RouteComponent) => createRoute({ getParentRoute: () => root, path, component });

const lazy = <Name extends string>(load: () => Promise<Readonly<Record<Name, RouteComponent>>>, name: Name): RouteComponent => lazyRouteComponent(() => pagePart(load()), name);

/** `to` with its search part. */
const moved = (path: string, to: string, search: Record<string, string> = {}) =>
  createRoute({ getParentRoute: () => root, path, beforeLoad: () => redirect({ to, search: search as never, replace: true, throw: true }) });

const pages = [
  moved('/', '/runs'),
  // As Kubeflow's own pages have it.
  moved('/archive/runs', '/runs', { storage: 'ARCHIVED' }),
  moved('/archive/experiments', '/experiments', { storage: 'ARCHIVED' }),
  page('/runs', RunsPage),
  page('/runs/new', lazy(() => import('./pages/create-run/create-run-page.tsx'), 'CreateRunPage')),
  page('/runs/details/$runId', lazy(() => import('./pages/run/run-page.tsx'), 'RunPage')),
  page('/recurringruns', lazy(() => import('./pages/recurring-runs/recurring-runs-page.tsx'), 'RecurringRunsPage')),
  page('/recurringrun/details/$recurringRunId', lazy(() => import('./pages/recurring-runs/recurring-run-page.tsx'), 'RecurringRunPage')),
  page('/compare', lazy(() => import('./pages/compare/compare-page.tsx'), 'ComparePage')),
  page('/experiments', lazy(() => import('./pages/experiments/experiments-page.tsx'), 'ExperimentsPage')),
  page('/experiments/details/$experimentId', lazy(() => import('./pages/experiments/experiment-page.tsx'), 'ExperimentPage')),
  page('/pipelines', lazy(() => import('./pages/pipelines/pipelines-page.tsx'), 'PipelinesPage')),
  page('/pipelines/details/$pipelineId', lazy(() => import('./pages/pipelines/pipeline-page.tsx'), 'PipelinePage')),
  page('/pipelines/details/$pipelineId/version/$versionId', lazy(() => import('./pages/pipelines/pipeline-page.tsx'), 'PipelinePage')),
  page('/artifacts', lazy(() => import('./pages/artifacts/artifacts-page.tsx'), 'ArtifactsPage')),
  page('/artifacts/$artifactId', lazy(() => import('./pages/artifacts/artifact-page.tsx'), 'ArtifactPage')),
  page('/cluster', lazy(() => import('./pages/cluster/cluster-page.tsx'), 'ClusterPage')),
];

/** Search parameters are plain texts, so that addresses stay legible and an id of digits stays a text. */
export const router = createRouter({
  routeTree: root.addChildren(pages),
  history: createHashHistory(),
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search: Record<string, unknown>) => {
    const text = new URLSearchParams(Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))).toString();
    return text === '' ? '' : `?${text}`;
  },
  defaultPreload: false,
  defaultErrorComponent: PageError,
});
