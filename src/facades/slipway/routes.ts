// All routes of Slipway's own dialect: what no foreign API has a word for. Everything here only reads.
import type { Route } from '../../web/mod.ts';
import { StreamCounter } from '../kfp/event-stream.ts';
import { artifactArchiveRoutes } from './artifact-archive.ts';
import { artifactContentRoutes } from './artifact-content.ts';
import { artifactDetailsRoutes } from './artifact-details.ts';
import { artifactViewRoutes } from './artifact-view.ts';
import { clusterRoutes } from './cluster.ts';
import { contentOriginRoutes } from './content-origin.ts';
import type { SlipwayOptions } from './context.ts';

export function createSlipwayRoutes(options: SlipwayOptions): Route[] {
  const streams = new StreamCounter();
  return [
    ...artifactDetailsRoutes(options, streams),
    ...artifactViewRoutes(options),
    ...artifactContentRoutes(options),
    ...artifactArchiveRoutes(options),
    ...contentOriginRoutes(options),
    ...clusterRoutes(options, streams),
  ];
}
