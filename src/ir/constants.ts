// Constants of task inputs. A constant that is exactly one of KFP's run placeholders becomes what it stands for; one that
// kfp made from an f-string refers to other inputs of the same task.
import type { Json } from '../base/mod.ts';
import { emptyRecord } from './section.ts';
import type { TaskInputParameter } from './types.ts';
import { parameterText, type Conversion } from './values.ts';

/** What the run's own placeholders stand for. Times are RFC 3339 in UTC. */
export interface RunPlaceholders {
  /** Display name of the run. */
  readonly pipelineJobName: string;
  readonly pipelineJobResourceName: string;
  /** Id of the run. */
  readonly pipelineJobUuid: string;
  readonly pipelineTaskName: string;
  readonly pipelineTaskUuid: string;
  readonly pipelineJobCreateTimeUtc: string;
  readonly pipelineJobScheduleTimeUtc: string;
  /** URI below which the run's artifacts lie. */
  readonly pipelineRoot: string;
}

/** Where a run's workspace is mounted in its steps. */
export const WORKSPACE_PATH = '/kfp-workspace';
const WORKSPACE_PLACEHOLDER = '{{$.workspace_path}}';

/** The text that a run placeholder (`pipeline_job_name`, …) stands for; undefined for any other name. */
export function runPlaceholder(name: string, run: RunPlaceholders): string | undefined {
  switch (name) {
    case 'pipeline_job_name':
      return run.pipelineJobName;
    case 'pipeline_job_resource_name':
      return run.pipelineJobResourceName;
    case 'pipeline_job_uuid':
      return run.pipelineJobUuid;
    case 'pipeline_task_name':
      return run.pipelineTaskName;
    case 'pipeline_task_uuid':
      return run.pipelineTaskUuid;
    case 'pipeline_job_create_time_utc':
      return run.pipelineJobCreateTimeUtc;
    case 'pipeline_job_schedule_time_utc':
      return run.pipelineJobScheduleTimeUtc;
    case 'pipeline_root':
      return run.pipelineRoot;
    case 'workspace_path':
      return WORKSPACE_PATH;
    default:
      return undefined;
  }
}

const WHOLE_PLACEHOLDER = /^\{\{\$\.([a-z_]+)\}\}$/;

/** A constant as the official driver resolves it: placeholders as whole strings, the workspace path anywhere. */
export function resolveConstant(constant: Json, run: RunPlaceholders): Conversion {
  if (typeof constant !== 'string') return { ok: true, value: constant };
  const name = WHOLE_PLACEHOLDER.exec(constant)?.[1];
  const value = name === undefined ? undefined : runPlaceholder(name, run);
  return { ok: true, value: value ?? constant.replaceAll(WORKSPACE_PLACEHOLDER, WORKSPACE_PATH) };
}

const PARAMETER_REFERENCE = /\{\{\$\.inputs\.parameters\['+([^']+)'+\]\}\}/g;

/**
 * The values of a task's inputs with f-string constants filled in from its other inputs. Only constants of the IR are
 * templates: a value that merely looks like one is left alone, also when it is what was filled in.
 */
export function expandConstants(
  inputs: Readonly<Record<string, TaskInputParameter>>,
  values: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  const expanded = Object.assign(emptyRecord<Json>(), values);
  for (const [name, input] of Object.entries(inputs)) {
    const value = values[name];
    if (typeof input.runtimeValue?.constant !== 'string' || typeof value !== 'string') continue;
    expanded[name] = value.replace(PARAMETER_REFERENCE, (reference, key: string) =>
      Object.hasOwn(values, key) ? parameterText(values[key]!) : reference,
    );
  }
  return expanded;
}
