// From a JSON document to a pipeline that the rest of the house believes. One pass reads the shapes, a second one follows
// every name; errors carry the path of the field.
import { isJsonObject, type Json, type JsonObject } from '../base/mod.ts';
import { handInChannels } from './channels.ts';
import { checkReferences } from './check-references.ts';
import { checkGraph } from './check-graph.ts';
import { dropDeadInputs } from './dead-inputs.ts';
import { COMPONENTS_MAX, DOCUMENT_DEPTH_MAX, DOCUMENT_SIZE_MAX_BYTES, DOCUMENT_VALUES_MAX } from './limits.ts';
import { takeMembersFromItems } from './loop-item-members.ts';
import { parseComponent } from './parse-components.ts';
import { parseExecutors } from './parse-executors.ts';
import { parsePlatform } from './parse-platform.ts';
import { addPlatformDependencies } from './platform-dependencies.ts';
import { threadInputs } from './thread-inputs.ts';
import { untangleGroups } from './untangle-groups.ts';
import {
  complain,
  isJsonList,
  jsonAt,
  recordAt,
  requiredSectionAt,
  requiredTextAt,
  sectionAt,
  textAt,
  wordFor,
  type FieldError,
  type Section,
} from './section.ts';
import type { PipelineSpec } from './types.ts';

export type PipelineParse =
  | {
      readonly ok: true;
      readonly pipeline: PipelineSpec;
      /** The document as it was given: the bare IR, or {pipeline_spec, platform_spec}. */
      readonly document: JsonObject;
    }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Takes the bare IR, or the IR and its platform document wrapped as in the body of a run. Never throws. */
export function parsePipeline(json: unknown): PipelineParse {
  const errors: FieldError[] = [];
  if (!isJsonObject(json)) return refuse('', 'A pipeline is an object with pipelineInfo, root and components.');
  const excess = excessOf(json);
  if (excess !== undefined) return refuse('', excess);
  const outer: Section = { members: json, path: '', errors };
  const isWrapped = jsonAt(outer, 'pipelineSpec') !== undefined;
  const inner = isWrapped ? sectionAt(outer, 'pipelineSpec') : outer;
  if (inner === undefined) return { ok: false, errors };
  const notIr = explainOtherFormat(inner.members);
  if (notIr !== undefined) return refuse(notIr.field, notIr.message);
  const parsed = parseSpec(inner, isWrapped ? sectionAt(outer, 'platformSpec') : undefined);
  if (errors.length > 0) return { ok: false, errors };
  const pipeline = addPlatformDependencies(threadInputs(handInChannels(dropDeadInputs(takeMembersFromItems(untangleGroups(parsed))))));
  checkReferences(pipeline, errors, isWrapped ? inner.path : '');
  if (errors.length === 0) checkGraph(pipeline, errors, isWrapped ? inner.path : '');
  return errors.length === 0 ? { ok: true, pipeline, document: json } : { ok: false, errors };
}

export function refuse(field: string, message: string): PipelineParse {
  return { ok: false, errors: [{ field, message }] };
}

/** The official server accepts exactly these names. */
const PIPELINE_NAME = /^[a-z0-9][a-z0-9-]{0,127}$/;
const SCHEMA_VERSION = /^2\.[01]\.[0-9]+$/;

function parseSpec(section: Section, platform: Section | undefined): PipelineSpec {
  const info = requiredSectionAt(section, 'pipelineInfo');
  const root = requiredSectionAt(section, 'root');
  const schemaVersion = requiredTextAt(section, 'schemaVersion') ?? '';
  if (schemaVersion !== '' && !SCHEMA_VERSION.test(schemaVersion)) {
    complain(section, 'schemaVersion', `is "${schemaVersion}"; Slipway runs schema 2.1.0. Compile the pipeline with kfp 2.`);
  }
  if (root && jsonAt(root, 'dag') === undefined) complain(root, 'dag', 'is required.');
  const displayName = info && textAt(info, 'displayName');
  const description = info && textAt(info, 'description');
  return {
    name: (info && parseName(info)) ?? '',
    ...(displayName !== undefined && { displayName }),
    ...(description !== undefined && { description }),
    sdkVersion: textAt(section, 'sdkVersion') ?? '',
    schemaVersion,
    root: root === undefined ? {} : parseComponent(root),
    components: recordAt(section, 'components', COMPONENTS_MAX, parseComponent),
    executors: parseExecutors(section),
    kubernetes: parsePlatform(platform),
  };
}

function parseName(info: Section): string | undefined {
  const name = requiredTextAt(info, 'name');
  if (name === undefined || PIPELINE_NAME.test(name)) return name;
  complain(
    info,
    'name',
    `is ${wordFor(name)}; a pipeline name starts with a small letter or digit, has small letters, digits and dashes, and at most 128 characters.`,
  );
  return undefined;
}

/** A document that is no IR at all gets a sentence about what it seems to be. */
export function explainOtherFormat(members: JsonObject): FieldError | undefined {
  const { apiVersion, kind } = members;
  if (typeof apiVersion === 'string' && apiVersion.startsWith('argoproj.io/')) {
    return {
      field: 'apiVersion',
      message: `is "${apiVersion}": this is an Argo workflow, compiled with kfp 1.x. Recompile the pipeline with kfp 2.`,
    };
  }
  if (typeof apiVersion === 'string' && apiVersion.startsWith('tekton.dev/')) {
    return { field: 'apiVersion', message: `is "${apiVersion}": this is a Tekton pipeline. Recompile the pipeline with kfp 2.` };
  }
  if (isJsonObject(members['implementation'])) {
    return { field: 'implementation', message: 'belongs to a component file; compile a pipeline that uses the component.' };
  }
  if (typeof apiVersion === 'string' && apiVersion.startsWith('pipelines.kubeflow.org/')) {
    return {
      field: 'apiVersion',
      message: `is "${apiVersion}": this is a manifest for a cluster that keeps pipelines as objects. Compile the pipeline without kubernetes_manifest_format.`,
    };
  }
  if (typeof kind === 'string' && typeof apiVersion === 'string') {
    return { field: 'kind', message: `is "${kind}" of ${apiVersion}, not a pipeline compiled with kfp 2.` };
  }
  return undefined;
}

/** A sentence when the document is too deep or too large. Without recursion, so that no nesting can exhaust the stack. */
function excessOf(json: Json): string | undefined {
  let valueCount = 0;
  let textLength = 0;
  for (let level: Json[] = [json], depth = 0; level.length > 0; depth++) {
    if (depth > DOCUMENT_DEPTH_MAX) return `The document nests lists and objects deeper than ${DOCUMENT_DEPTH_MAX} levels.`;
    const next: Json[] = [];
    for (const value of level) {
      const inner = isJsonList(value) ? value : isJsonObject(value) ? Object.values(value) : [];
      valueCount += 1 + inner.length;
      for (const item of inner) {
        if (typeof item === 'string') textLength += item.length;
        else if (typeof item === 'object' && item !== null) next.push(item);
      }
      if (valueCount > DOCUMENT_VALUES_MAX || textLength > DOCUMENT_SIZE_MAX_BYTES) return 'The document is too large.';
    }
    level = next;
  }
  return undefined;
}
