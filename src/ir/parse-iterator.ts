// Loops: over the items of a parameter, or over the artifacts of a list.
import type { Json } from '../base/mod.ts';
import { LOOP_ITEMS_MAX } from './limits.ts';
import {
  complain,
  isJsonList,
  jsonAt,
  requiredSectionAt,
  requiredTextAt,
  sectionAt,
  textAt,
  type Section,
} from './section.ts';
import type { ArtifactIterator, ParameterIterator, PipelineTaskSpec } from './types.ts';

export function parseIterator(task: Section): Pick<PipelineTaskSpec, 'parameterIterator' | 'artifactIterator'> {
  const overParameter = sectionAt(task, 'parameterIterator');
  const overArtifacts = sectionAt(task, 'artifactIterator');
  if (overParameter && overArtifacts) complain(task, 'artifactIterator', 'can not stand beside a parameterIterator.');
  if (overParameter) return { parameterIterator: parseParameterIterator(overParameter) };
  return overArtifacts ? { artifactIterator: parseArtifactIterator(overArtifacts) } : {};
}

function parseParameterIterator(section: Section): ParameterIterator {
  const items = requiredSectionAt(section, 'items');
  const itemInput = requiredTextAt(section, 'itemInput') ?? '';
  if (items === undefined) return { items: {}, itemInput };
  const raw = textAt(items, 'raw');
  const inputParameter = textAt(items, 'inputParameter');
  if (jsonAt(items, 'raw') === undefined && jsonAt(items, 'inputParameter') === undefined) {
    complain(items, '', 'needs raw (a JSON list) or inputParameter.');
  }
  if (raw !== undefined && inputParameter !== undefined) complain(items, 'inputParameter', 'can not stand beside raw.');
  if (raw !== undefined) checkRawItems(items, raw);
  return {
    items: { ...(raw !== undefined && { raw }), ...(inputParameter !== undefined && { inputParameter }) },
    itemInput,
  };
}

function checkRawItems(items: Section, raw: string): void {
  const list = parseItems(raw);
  if (list === undefined) complain(items, 'raw', 'must be the text of a JSON list.');
  else if (list.length > LOOP_ITEMS_MAX) {
    complain(items, 'raw', `has ${list.length} items; at most ${LOOP_ITEMS_MAX} are allowed.`);
  }
}

/** The items of a loop: a JSON list, or the text of one. Undefined for anything else. */
export function parseItems(value: Json): readonly Json[] | undefined {
  if (isJsonList(value)) return value;
  if (typeof value !== 'string') return undefined;
  try {
    const parsed = JSON.parse(value) as Json;
    return isJsonList(parsed) ? parsed : undefined;
  } catch {
    // Not JSON: undefined says so.
    return undefined;
  }
}

function parseArtifactIterator(section: Section): ArtifactIterator {
  const items = requiredSectionAt(section, 'items');
  return {
    items: { inputArtifact: (items && requiredTextAt(items, 'inputArtifact')) ?? '' },
    itemInput: requiredTextAt(section, 'itemInput') ?? '',
  };
}
