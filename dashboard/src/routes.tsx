// The map: every page, its address, and the file that is loaded when it is opened. Hash routes, because the links that the kfp
// SDK prints are hash routes. src/paths.ts writes the addresses.
import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect, type RouteComponent } from '@tanstack/react-router';
import { Layout } from './frame/layout.tsx';
import { NotFound } from './frame/not-found.tsx';
import { PageError } from './frame/page-error.tsx';
import { RunsPage } from './pages/runs/runs-page.tsx';

const root = createRootRoute({ component: Layout, notFoundComponent: NotFound, errorComponent: PageError });
const page = (path: string, component: RouteComponent) => createRoute({ getParentRoute: () => root, path, component });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => redirect({ to: '/runs', replace: true, throw: true }),
});

const pages = [
  home,
  page('/runs', RunsPage),
  page('/runs/new', lazyRouteComponent(() => import('./pages/create-run/create-run-page.tsx'), 'CreateRunPage')),
  page('/runs/details/$runId', lazyRouteComponent(() => import('./pages/run/run-page.tsx'), 'RunPage')),
  page('/compare', lazyRouteComponent(() => import('./pages/compare/compare-page.tsx'), 'ComparePage')),
  page('/experiments', lazyRouteComponent(() => import('./pages/experiments/experiments-page.tsx'), 'ExperimentsPage')),
  page('/experiments/details/$experimentId', lazyRouteComponent(() => import('./pages/experiments/experiment-page.tsx'), 'ExperimentPage')),
  page('/pipelines', lazyRouteComponent(() => import('./pages/pipelines/pipelines-page.tsx'), 'PipelinesPage')),
  page('/pipelines/details/$pipelineId', lazyRouteComponent(() => import('./pages/pipelines/pipeline-page.tsx'), 'PipelinePage')),
  page('/pipelines/details/$pipelineId/version/$versionId', lazyRouteComponent(() => import('./pages/pipelines/pipeline-page.tsx'), 'PipelinePage')),
  page('/artifacts', lazyRouteComponent(() => import('./pages/artifacts/artifacts-page.tsx'), 'ArtifactsPage')),
  page('/artifacts/$artifactId', lazyRouteComponent(() => import('./pages/artifacts/artifact-page.tsx'), 'ArtifactPage')),
  page('/cluster', lazyRouteComponent(() => import('./pages/cluster/cluster-page.tsx'), 'ClusterPage')),
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
