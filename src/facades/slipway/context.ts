// What the handlers of Slipway's own dialect work with.
import type { Clock, Log } from '../../base/mod.ts';
import type { Blobs } from '../../blobs/mod.ts';
import type { Logs } from '../../logs/mod.ts';
import type { Artifact, Records } from '../../records/mod.ts';
import type { WebRequest } from '../../web/mod.ts';
import { pathParameter } from '../kfp/context.ts';
import { refusal } from '../kfp/refusal.ts';
import { quote } from '../kfp/request-message.ts';
import type { ClusterSource } from './cluster-facts.ts';
import type { ContentLinks } from './content-link.ts';

export interface SlipwayOptions {
  readonly records: Records;
  readonly blobs: Blobs;
  readonly logs: Logs;
  readonly cluster: ClusterSource;
  readonly contentLinks: ContentLinks;
  readonly clock: Clock;
  readonly log: Log;
}

/** Below it every route of this dialect lies. */
export const ROOT_PATH = '/slipway/v1';

/** The artifact of the path. Throws a refusal when there is none. */
export function requestedArtifact(records: Pick<Records, 'artifact'>, request: WebRequest): Artifact {
  const artifactId = pathParameter(request, 'artifact_id');
  const artifact = records.artifact(artifactId);
  if (artifact === undefined) throw refusal('NotFound', `there is no artifact with artifact_id ${quote(artifactId)}`);
  return artifact;
}

/** Path below the artifact, '' for the artifact itself; `blobs` checks it. */
export function requestedPath({ query }: WebRequest): string {
  return query.get('path') ?? '';
}
