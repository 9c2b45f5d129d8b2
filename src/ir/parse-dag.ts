// DAGs: tasks with where their inputs come from, and which task outputs become the DAG's own.
import type { Json } from '../base/mod.ts';
import { unquoteOperands } from './condition-types.ts';
import { parseIterator } from './parse-iterator.ts';
import { ARTIFACTS_MAX, PARAMETERS_MAX, RETRIES_MAX, TASKS_MAX } from './limits.ts';
import { checkName } from './names.ts';
import {
  booleanAt,
  complain,
  countAt,
  isWritten,
  jsonAt,
  numberAt,
  recordAt,
  requiredSectionAt,
  requiredTextAt,
  sectionAt,
  sectionsAt,
  textAt,
  textsAt,
  wordFor,
  type Section,
} from './section.ts';
import type {
  ArtifactSelector,
  DagOutputs,
  DagSpec,
  ParameterSelector,
  PipelineTaskSpec,
  RetryPolicy,
  TaskInputArtifact,
  TaskInputParameter,
} from './types.ts';

export function parseDag(section: Section): DagSpec {
  const outputs = sectionAt(section, 'outputs');
  return {
    tasks: recordAt(section, 'tasks', TASKS_MAX, parseTask),
    ...(outputs && { outputs: parseDagOutputs(outputs) }),
  };
}

function parseTask(section: Section, name: string): PipelineTaskSpec {
  checkName(section, name);
  const reference = requiredSectionAt(section, 'componentRef');
  const taskName = textAt(sectionAt(section, 'taskInfo') ?? EMPTY, 'name');
  const inputs = sectionAt(section, 'inputs');
  const dependentTasks = textsAt(section, 'dependentTasks');
  const caching = sectionAt(section, 'cachingOptions');
  const trigger = sectionAt(section, 'triggerPolicy');
  const retry = sectionAt(section, 'retryPolicy');
  const parallelismLimit = countAt(sectionAt(section, 'iteratorPolicy') ?? EMPTY, 'parallelismLimit', 2 ** 31);
  return {
    ...(taskName !== undefined && { taskInfo: { name: taskName } }),
    componentRef: { name: (reference && requiredTextAt(reference, 'name')) ?? '' },
    ...(inputs && { inputs: parseTaskInputs(inputs) }),
    ...(dependentTasks && { dependentTasks }),
    ...(caching && { cachingOptions: parseCaching(caching) }),
    ...(trigger && { triggerPolicy: parseTrigger(trigger) }),
    ...parseIterator(section),
    ...(parallelismLimit !== undefined && { iteratorPolicy: { parallelismLimit } }),
    ...(retry && { retryPolicy: parseRetry(retry) }),
  };
}

/** Stands in for an absent section: nothing is written in it, so nothing can be wrong with it. */
const EMPTY: Section = { members: {}, path: '', errors: [] };

function parseTaskInputs(section: Section): NonNullable<PipelineTaskSpec['inputs']> {
  return {
    parameters: recordAt(section, 'parameters', PARAMETERS_MAX, parseInputParameter),
    artifacts: recordAt(section, 'artifacts', ARTIFACTS_MAX, parseInputArtifact),
  };
}

const PARAMETER_SOURCES = ['taskOutputParameter', 'runtimeValue', 'componentInputParameter', 'taskFinalStatus'];

/** Where a parameter comes from (InputParameterSpec). */
export function parseInputParameter(section: Section): TaskInputParameter {
  requireOneOf(section, PARAMETER_SOURCES);
  const output = sectionAt(section, 'taskOutputParameter');
  const runtimeValue = sectionAt(section, 'runtimeValue');
  const componentInputParameter = textAt(section, 'componentInputParameter');
  const status = sectionAt(section, 'taskFinalStatus');
  const selector = textAt(section, 'parameterExpressionSelector');
  return {
    ...(output && {
      taskOutputParameter: {
        producerTask: requiredTextAt(output, 'producerTask') ?? '',
        outputParameterKey: requiredTextAt(output, 'outputParameterKey') ?? '',
      },
    }),
    ...(runtimeValue && { runtimeValue: parseRuntimeValue(runtimeValue) }),
    ...(componentInputParameter !== undefined && { componentInputParameter }),
    ...(status && { taskFinalStatus: { producerTask: requiredTextAt(status, 'producerTask') ?? '' } }),
    ...(selector !== undefined && selector !== '' && { parameterExpressionSelector: selector }),
  };
}

/** A constant (null included), or the name of an input of the enclosing component. */
export function parseRuntimeValue(section: Section): { constant?: Json; runtimeParameter?: string } {
  const runtimeParameter = textAt(section, 'runtimeParameter');
  if (runtimeParameter !== undefined) return { runtimeParameter };
  if (isWritten(section, 'constant')) return { constant: jsonAt(section, 'constant') ?? null };
  const typed = sectionAt(section, 'constantValue');
  const constant = typed && parseTypedConstant(typed);
  if (constant === undefined) complain(section, '', 'needs a constant or a runtimeParameter.');
  return { constant: constant ?? null };
}

/** The `constantValue` of schema 2.0.0, which `constant` replaced. */
function parseTypedConstant(section: Section): Json | undefined {
  return textAt(section, 'stringValue') ?? numberAt(section, 'intValue') ?? numberAt(section, 'doubleValue');
}

function parseInputArtifact(section: Section): TaskInputArtifact {
  requireOneOf(section, ['taskOutputArtifact', 'componentInputArtifact']);
  const output = sectionAt(section, 'taskOutputArtifact');
  const componentInputArtifact = textAt(section, 'componentInputArtifact');
  return {
    ...(output && {
      taskOutputArtifact: {
        producerTask: requiredTextAt(output, 'producerTask') ?? '',
        outputArtifactKey: requiredTextAt(output, 'outputArtifactKey') ?? '',
      },
    }),
    ...(componentInputArtifact !== undefined && { componentInputArtifact }),
  };
}

function requireOneOf(section: Section, members: readonly string[]): void {
  const written = members.filter((member) => jsonAt(section, member) !== undefined);
  if (written.length === 0) complain(section, '', `needs one of ${members.join(', ')}.`);
  if (written.length > 1) complain(section, '', `has ${written.join(' and ')}; only one of them may be given.`);
}

function parseCaching(section: Section): NonNullable<PipelineTaskSpec['cachingOptions']> {
  const enableCache = booleanAt(section, 'enableCache');
  const cacheKey = textAt(section, 'cacheKey');
  return { ...(enableCache !== undefined && { enableCache }), ...(cacheKey !== undefined && { cacheKey }) };
}

/** In the order of the proto's enum. */
const STRATEGIES = ['TRIGGER_STRATEGY_UNSPECIFIED', 'ALL_UPSTREAM_TASKS_SUCCEEDED', 'ALL_UPSTREAM_TASKS_COMPLETED'];

function parseTrigger(section: Section): NonNullable<PipelineTaskSpec['triggerPolicy']> {
  const condition = textAt(section, 'condition');
  const written = jsonAt(section, 'strategy');
  const strategy = typeof written === 'number' ? STRATEGIES[written] : STRATEGIES.find((known) => known === written);
  if (written !== undefined && strategy === undefined) {
    complain(section, 'strategy', `is ${wordFor(written)}; it must be one of ${STRATEGIES.join(', ')}.`);
  }
  return {
    ...(condition !== undefined && condition !== '' && { condition: unquoteOperands(condition) }),
    ...(strategy !== undefined && { strategy }),
  };
}

function parseRetry(section: Section): RetryPolicy {
  const maxRetryCount = countAt(section, 'maxRetryCount', RETRIES_MAX);
  const backoffDuration = durationAt(section, 'backoffDuration');
  const backoffFactor = numberAt(section, 'backoffFactor');
  const backoffMaxDuration = durationAt(section, 'backoffMaxDuration');
  if (backoffFactor !== undefined && backoffFactor < 0) complain(section, 'backoffFactor', 'must not be negative.');
  return {
    ...(maxRetryCount !== undefined && { maxRetryCount }),
    ...(backoffDuration !== undefined && { backoffDuration }),
    ...(backoffFactor !== undefined && { backoffFactor }),
    ...(backoffMaxDuration !== undefined && { backoffMaxDuration }),
  };
}

const DURATION = /^[0-9]{1,9}(?:\.[0-9]{1,9})?s$/;

function durationAt(section: Section, member: string): string | undefined {
  const text = textAt(section, member);
  if (text === undefined || DURATION.test(text)) return text;
  complain(section, member, `must be a duration such as "30s", not ${wordFor(text)}.`);
  return undefined;
}

function parseDagOutputs(section: Section): DagOutputs {
  return {
    artifacts: recordAt(section, 'artifacts', ARTIFACTS_MAX, (entry) => ({
      artifactSelectors: sectionsAt(entry, 'artifactSelectors').map(parseArtifactSelector),
    })),
    parameters: recordAt(section, 'parameters', PARAMETERS_MAX, parseOutputParameter),
  };
}

function parseOutputParameter(section: Section): NonNullable<DagOutputs['parameters']>[string] {
  requireOneOf(section, ['valueFromParameter', 'valueFromOneof']);
  const single = sectionAt(section, 'valueFromParameter');
  const choice = sectionAt(section, 'valueFromOneof');
  return {
    ...(single && { valueFromParameter: parseParameterSelector(single) }),
    ...(choice && {
      valueFromOneof: { parameterSelectors: sectionsAt(choice, 'parameterSelectors').map(parseParameterSelector) },
    }),
  };
}

function parseArtifactSelector(section: Section): ArtifactSelector {
  return {
    producerSubtask: requiredTextAt(section, 'producerSubtask') ?? '',
    outputArtifactKey: requiredTextAt(section, 'outputArtifactKey') ?? '',
  };
}

function parseParameterSelector(section: Section): ParameterSelector {
  return {
    producerSubtask: requiredTextAt(section, 'producerSubtask') ?? '',
    outputParameterKey: requiredTextAt(section, 'outputParameterKey') ?? '',
  };
}
