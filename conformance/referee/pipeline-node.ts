// The node of an installation on the API of another server, in a directory of its own.
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { silentLog, systemClock, type KubeObject, type ObjectApi } from '../../src/base/mod.ts';
import { openLocalBlobs, type Blobs } from '../../src/blobs/mod.ts';
import { createEventRecorder, createInformerSet } from '../../src/client/mod.ts';
import { definedVariables } from '../../src/main/mod.ts';
import { openLogs } from '../../src/logs/mod.ts';
import { createKubelet, createLocalNode, createNodePrograms, networkRanges, type LocalNodeOptions } from '../../src/node/mod.ts';

const NAME = 'machine';
const BYTES_MAX = 2 ** 30;
const ports = { clock: systemClock, log: silentLog };

export interface PipelineNode {
  readonly name: string;
  readonly blobs: Blobs;
  /** The text of the only container's log, or why there is none. */
  logOf(pod: KubeObject): Promise<string>;
  /** Ends the Pods, too. */
  stop(): Promise<void>;
}

export async function startNode(api: ObjectApi, directory: string, stepResults: LocalNodeOptions['stepResults']): Promise<PipelineNode> {
  const informers = createInformerSet({ api, ...ports });
  const of = (resource: string, group = '') => informers.of({ group, version: 'v1', resource });
  const logs = openLogs({ directory: join(directory, 'logs'), ...ports });
  const blobs = openLocalBlobs({ directory: join(directory, 'artifacts'), defaultRootUri: 'minio://mlpipeline/v2/artifacts', log: silentLog });
  const variables = definedVariables();
  const recipesFile = join(directory, 'recipes.yaml');
  const programs = createNodePrograms({ dataDir: directory, logs, recipesFile, containerEngine: 'off', environmentsBytesMax: BYTES_MAX, warmParentsBytesMax: BYTES_MAX, variables, ...ports });
  const node = createLocalNode({
    ...ports,
    name: NAME,
    version: 'referee',
    api,
    pods: of('pods'),
    connectSupervisor: programs.connectSupervisor,
    programs: programs.programs,
    containers: programs.containers,
    logs,
    blobs,
    stepResults,
    events: createEventRecorder({ api, component: 'kubelet', ...ports }),
    podsDirectory: join(directory, 'pods'),
    claims: of('persistentvolumeclaims'),
    volumes: of('persistentvolumes'),
    services: of('services'),
    slices: of('endpointslices', 'discovery.k8s.io'),
    endpoints: of('endpoints'),
    configObjects: [of('configmaps'), of('secrets')],
    ranges: networkRanges('10.88.0.0/16', '10.96.0.0/16'),
    machineHost: '127.0.0.1',
    volumesDirectory: join(directory, 'volumes'),
    apiAddress: () => undefined,
    stepsAtOnce: 4,
    devices: new Map(),
    isGpuOptional: false,
    processesPerContainerMax: 0,
  });
  const kubelet = createKubelet({ logs, containerState: (podUid, container) => node.containerState(podUid, container), runtime: () => node.runtime, dial: (podUid, port) => node.dial(podUid, port), nowMs: () => systemClock.now() });
  await informers.start();
  await node.start();
  return {
    name: NAME,
    blobs,
    async logOf(pod) {
      const log = await kubelet.readLog(pod, {});
      return log.ok ? text(Readable.from(log.value)) : log.status.message;
    },
    async stop() {
      const supervisor = await programs.connectSupervisor();
      await node.stop();
      await supervisor.shutdown({ force: true });
      await programs.stop();
      await informers.stop();
    },
  };
}
