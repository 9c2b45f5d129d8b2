// Configuration of the engine: what `main` reads from flags and environment, and the defaults.
import type { ConfigField } from '../base/mod.ts';
import type { PlanSettings } from './plan/facts.ts';

export const ENGINE_CONFIG: readonly ConfigField[] = [
  {
    name: 'pipeline-namespace',
    type: 'string',
    default: 'kubeflow',
    sentence: 'Namespace of the Pods of pipeline runs in single-user mode.',
  },
  {
    name: 'pipeline-cache',
    type: 'boolean',
    default: true,
    sentence: 'Whether steps that allow it may reuse the outputs of an equal earlier step.',
  },
  {
    name: 'terminated-run-state',
    type: 'string',
    default: 'FAILED',
    sentence: 'State in which a terminated run ends: FAILED, for which kfp.Client waits, or CANCELED.',
  },
  {
    name: 'final-status-success',
    type: 'string',
    default: 'SUCCEEDED',
    sentence: 'Word for success in PipelineTaskFinalStatus: SUCCEEDED as the SDK documents it, or COMPLETE as older backends say.',
  },
];

const TASKS_PER_RUN_MAX = 100_000;

export type EngineSettings = Partial<PlanSettings>;

export function planSettings(settings: EngineSettings, defaultRootUri: string): PlanSettings {
  return {
    podNamespace: 'kubeflow',
    defaultRootUri,
    isCacheEnabled: true,
    tasksPerRunMax: TASKS_PER_RUN_MAX,
    terminatedRunState: 'FAILED',
    finalStatusSuccessWord: 'SUCCEEDED',
    ...settings,
  };
}
