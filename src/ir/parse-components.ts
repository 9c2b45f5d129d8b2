// Components: what goes in, what comes out, and either a DAG or the label of an executor.
import type { Json } from '../base/mod.ts';
import { ARTIFACTS_MAX, PARAMETERS_MAX } from './limits.ts';
import { checkName } from './names.ts';
import { parseDag } from './parse-dag.ts';
import {
  booleanAt,
  complain,
  isWritten,
  jsonAt,
  listAt,
  recordAt,
  sectionAt,
  sectionsAt,
  textAt,
  wordFor,
  type Section,
} from './section.ts';
import {
  PARAMETER_TYPES,
  TASK_CONFIG_FIELDS,
  type ArtifactSpec,
  type ArtifactTypeSchema,
  type ComponentSpec,
  type InputDefinitions,
  type OutputDefinitions,
  type ParameterSpec,
  type ParameterType,
  type TaskConfigPassthrough,
} from './types.ts';
import { matchesType, TYPE_WORDS } from './values.ts';

export function parseComponent(section: Section): ComponentSpec {
  const inputs = sectionAt(section, 'inputDefinitions');
  const outputs = sectionAt(section, 'outputDefinitions');
  const dag = sectionAt(section, 'dag');
  const executorLabel = textAt(section, 'executorLabel');
  if (dag !== undefined && executorLabel !== undefined) complain(section, 'executorLabel', 'can not stand beside a dag.');
  if (dag === undefined && executorLabel === undefined) complain(section, '', 'needs a dag or an executorLabel.');
  return {
    ...(inputs && { inputDefinitions: parseInputs(inputs) }),
    ...(outputs && { outputDefinitions: parseOutputs(outputs) }),
    ...(dag && { dag: parseDag(dag) }),
    ...(executorLabel !== undefined && { executorLabel }),
    ...(jsonAt(section, 'taskConfigPassthroughs') !== undefined && { taskConfigPassthroughs: parsePassthroughs(section) }),
  };
}

/** Fields that newer compilers know are left out: the step runs without them. */
function parsePassthroughs(section: Section): readonly TaskConfigPassthrough[] {
  return sectionsAt(section, 'taskConfigPassthroughs').flatMap((entry) => {
    const written = jsonAt(entry, 'field');
    const field = typeof written === 'number' ? TASK_CONFIG_FIELDS[written - 1] : TASK_CONFIG_FIELDS.find((known) => known === written);
    const applyToTask = booleanAt(entry, 'applyToTask');
    return field === undefined ? [] : [{ field, ...(applyToTask !== undefined && { applyToTask }) }];
  });
}

function parseInputs(section: Section): InputDefinitions {
  return {
    parameters: recordAt(section, 'parameters', PARAMETERS_MAX, parseParameter),
    artifacts: recordAt(section, 'artifacts', ARTIFACTS_MAX, parseArtifact),
  };
}

function parseOutputs(section: Section): OutputDefinitions {
  return {
    parameters: recordAt(section, 'parameters', PARAMETERS_MAX, (entry, name) => {
      checkName(entry, name);
      return parseParameter(entry);
    }),
    artifacts: recordAt(section, 'artifacts', ARTIFACTS_MAX, (entry, name) => {
      checkName(entry, name);
      return parseArtifact(entry);
    }),
  };
}

function parseParameter(section: Section): ParameterSpec | undefined {
  const parameterType = parseParameterType(section);
  if (parameterType === undefined) return undefined;
  const isOptional = booleanAt(section, 'isOptional');
  const description = textAt(section, 'description');
  const defaultValue = jsonAt(section, 'defaultValue') ?? null;
  const hasDefault = isWritten(section, 'defaultValue');
  const literals = listAt(section, 'literals');
  if (hasDefault) checkValue(section, 'defaultValue', parameterType, defaultValue);
  literals?.forEach((literal, index) => checkValue(section, `literals[${index}]`, parameterType, literal));
  return {
    parameterType,
    ...(hasDefault && { defaultValue }),
    ...(isOptional !== undefined && { isOptional }),
    ...(description !== undefined && { description }),
    ...(literals !== undefined && literals.length > 0 && { literals }),
  };
}

function checkValue(section: Section, member: string, type: ParameterType, value: Json): void {
  if (value === null || matchesType(type, value)) return;
  complain(section, member, `must be ${TYPE_WORDS[type]} (${type}), not ${wordFor(value)}.`);
}

/** Names and numbers of the `type` enum of schema 2.0.0, which `parameterType` replaced. */
const PRIMITIVE_TYPES: Readonly<Record<string, ParameterType>> = {
  INT: 'NUMBER_INTEGER',
  DOUBLE: 'NUMBER_DOUBLE',
  STRING: 'STRING',
};

function parseParameterType(section: Section): ParameterType | undefined {
  const written = jsonAt(section, 'parameterType');
  // protojson accepts the number of an enum value; the list is in the proto's order, which starts at 1.
  const type = typeof written === 'number' ? PARAMETER_TYPES[written - 1] : PARAMETER_TYPES.find((known) => known === written);
  if (type !== undefined) return type;
  const primitive = written === undefined ? textAt(section, 'type') : undefined;
  if (primitive !== undefined && Object.hasOwn(PRIMITIVE_TYPES, primitive)) return PRIMITIVE_TYPES[primitive];
  const problem = written === undefined ? 'is required' : `is ${wordFor(written)}`;
  complain(section, 'parameterType', `${problem}; it must be one of ${PARAMETER_TYPES.join(', ')}.`);
  return undefined;
}

function parseArtifact(section: Section): ArtifactSpec {
  const isArtifactList = booleanAt(section, 'isArtifactList');
  const isOptional = booleanAt(section, 'isOptional');
  const description = textAt(section, 'description');
  const metadata = sectionAt(section, 'metadata')?.members;
  return {
    artifactType: parseArtifactType(section, 'artifactType'),
    ...(isArtifactList !== undefined && { isArtifactList }),
    ...(isOptional !== undefined && { isOptional }),
    ...(description !== undefined && { description }),
    ...(metadata !== undefined && { metadata }),
  };
}

/** An absent type is the empty type, as in the proto. */
export function parseArtifactType(section: Section, member: string): ArtifactTypeSchema {
  const type = sectionAt(section, member);
  if (type === undefined) return {};
  const schemaTitle = textAt(type, 'schemaTitle');
  const instanceSchema = textAt(type, 'instanceSchema');
  const schemaUri = textAt(type, 'schemaUri');
  const schemaVersion = textAt(type, 'schemaVersion');
  return {
    ...(schemaTitle !== undefined && { schemaTitle }),
    ...(instanceSchema !== undefined && { instanceSchema }),
    ...(schemaUri !== undefined && { schemaUri }),
    ...(schemaVersion !== undefined && { schemaVersion }),
  };
}
