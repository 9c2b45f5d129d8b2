// Constants of task inputs. KFP's run placeholders in them become what they stand for; one that kfp made from an f-string
// refers to other inputs of the same task.
import { isJsonObject, type Json } from '../base/mod.ts';
import { emptyRecord, isJsonList } from './section.ts';
import type { TaskInputParameter } from './types.ts';
import { parameterText } from './values.ts';

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

const RUN_PLACEHOLDER = /\{\{\$\.([a-z_]+)\}\}/g;

/**
 * A constant of the IR, or a default value, with the run's placeholders filled in wherever they stand, in lists and structs
 * too. (The official driver knows them only as whole texts, the SDK's local runner anywhere in a text.)
 */
export function resolveConstant(constant: Json, run: RunPlaceholders): Json {
  return mapTexts(constant, (text) => text.replace(RUN_PLACEHOLDER, (placeholder, name: string) => runPlaceholder(name, run) ?? placeholder));
}

const OF_THE_STEP = /\{\{\$(?:\}\}|\.outputs[.[]|\.outputMetadataUri\}\})/;

/** Whether a constant speaks of the step that takes it: its executor input (`{{$}}`), or where its outputs go. Only its Pod can tell. */
export function speaksOfStep(constant: Json | undefined): constant is string {
  return typeof constant === 'string' && OF_THE_STEP.test(constant);
}

const PARAMETER_REFERENCE = /\{\{\$\.inputs\.parameters\['+([^']+)'+\]\}\}/g;
const WHOLE_REFERENCE = /^\{\{\$\.inputs\.parameters\['+([^']+)'+\]\}\}$/;

/**
 * The values of a task's inputs with the constants that kfp made from f-strings, and from lists and dictionaries that hold
 * outputs, filled in from its other inputs. Only constants of the IR are templates: a value that merely looks like one is
 * left alone, also when it is what was filled in.
 */
export function expandConstants(
  inputs: Readonly<Record<string, TaskInputParameter>>,
  values: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  const expanded = Object.assign(emptyRecord<Json>(), values);
  const valueOf = (name: string): Json | undefined =>
    Object.hasOwn(values, name) ? values[name] : Object.hasOwn(inputs, name) ? null : undefined;
  for (const [name, input] of Object.entries(inputs)) {
    const value = values[name];
    if (input.runtimeValue?.constant === undefined || value === undefined) continue;
    // A text stays a text; in a list or a struct, an item that is one reference becomes the value itself.
    expanded[name] = typeof value === 'string' ? fillReferences(value, valueOf) : mapTexts(value, (text) => itemOf(text, valueOf));
  }
  return expanded;
}

/** Reads an input by name; null is one without a value, undefined none of the task's. */
export type InputLookup = (name: string) => Json | undefined;

/** The text with every reference to an input as text; references to what is no input stay. */
export function fillReferences(text: string, valueOf: InputLookup): string {
  return text.replace(PARAMETER_REFERENCE, (reference, name: string) => {
    const value = valueOf(name);
    return value === undefined ? reference : parameterText(value);
  });
}

/** A text that is one reference becomes the value, of whatever type. */
export function itemOf(text: string, valueOf: InputLookup): Json {
  const name = WHOLE_REFERENCE.exec(text)?.[1];
  const value = name === undefined ? undefined : valueOf(name);
  return value === undefined ? fillReferences(text, valueOf) : value;
}

/** Every text of the value replaced, however deep; the value itself when none changes. */
function mapTexts(value: Json, replace: (text: string) => Json): Json {
  if (typeof value === 'string') return value.includes('{{$') ? replace(value) : value;
  if (isJsonList(value)) return value.map((item) => mapTexts(item, replace));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapTexts(member ?? null, replace)]));
}
