import type { KubeObject } from '../../base/mod.ts';
import { must, type NodeWorld } from './node-world.ts';

/** As `kubectl set image` does. */
export async function setImage(world: NodeWorld, name: string, container: string, image: string): Promise<KubeObject> {
  const ref = { type: { group: '', version: 'v1', resource: 'pods' }, namespace: 'default', name };
  return must(await world.api.patch(ref, 'strategic', { spec: { containers: [{ name: container, image }] } }));
}
